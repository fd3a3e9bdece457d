import type { CallLogPage } from './call-log-page.ts';

export interface Amount {
  readonly calls: number;
  readonly pages: number;
}

/** The pages up to so many calls or pages; what is beyond is cut off, and no further page is asked for. */
export async function* takePages(
  pages: AsyncGenerator<CallLogPage, void, undefined>,
  atMost: Amount,
): AsyncGenerator<CallLogPage, void, undefined> {
  const left = { ...atMost };
  for await (const page of pages) {
    yield page.calls.length > left.calls ? { ...page, calls: page.calls.slice(0, left.calls) } : page;
    left.calls -= page.calls.length;
    left.pages -= 1;
    if (left.calls <= 0 || left.pages <= 0) return;
  }
}
