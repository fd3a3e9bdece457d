import type { SandboxSwitches } from '../switches.ts';

/** What stands around the rows of a page. */
export interface PageFrame {
  readonly request: { readonly path: string; readonly given: Readonly<Record<string, string>> };
  /** From 1. */
  readonly page: number;
  /** Rows per page, as the server used it. */
  readonly size: number;
  /** Rows of the whole range. */
  readonly total: number;
  /** Rows on this page. */
  readonly rows: number;
}

/** What stands before the rows; `_embedded` may be absent where there are none (fact 15). */
export function pageHead({ rows }: PageFrame, { embeddedWhenEmpty }: SandboxSwitches): string {
  return hasEmbedded(rows, embeddedWhenEmpty) ? '{"_embedded":{"call_logs":[' : '{';
}

/** What stands after the rows: links and totals, the page count under the chosen name (fact 14). */
export function pageTail(frame: PageFrame, { embeddedWhenEmpty, pageCountKey }: SandboxSwitches): string {
  const { page, size, total, rows } = frame;
  const pages = Math.ceil(total / size);
  const counts = {
    ...((pageCountKey === 'total_pages' || pageCountKey === 'both') && { total_pages: pages }),
    ...((pageCountKey === 'total_page' || pageCountKey === 'both') && { total_page: pages }),
  };
  const rest = { _links: links(frame, pages), page, page_size: size, total_items: total, ...counts };
  const text = JSON.stringify(rest).slice(1);
  return hasEmbedded(rows, embeddedWhenEmpty) ? `]},${text}` : text;
}

function hasEmbedded(rows: number, whenEmpty: SandboxSwitches['embeddedWhenEmpty']): boolean {
  return rows > 0 || whenEmpty === 'empty-list';
}

function links({ request, page }: PageFrame, pages: number): Record<string, { href: string }> {
  const href = (target: number): { href: string } => {
    const query = new URLSearchParams({ ...request.given, page: String(target) });
    return { href: `${request.path}?${query.toString()}` };
  };
  return {
    first: href(1),
    ...(page < pages && { next: href(page + 1) }),
    ...(page > 1 && { prev: href(page - 1) }),
    self: href(page),
  };
}
