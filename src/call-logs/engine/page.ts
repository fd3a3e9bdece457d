import type { CallLog } from '../call-log.ts';
import { keyOf, startKey, type Axis, type Span } from './axis.ts';

/** A page as the server sent it. */
export interface ServerPage {
  readonly rows: readonly unknown[];
  /** How many rows the server says match; undefined if it does not say. */
  readonly totalItems: number | undefined;
  readonly totalPages: number | undefined;
  /** Whether the server links to a next page; undefined if it links to nothing. */
  readonly hasNext: boolean | undefined;
  /** The page size that the server says it used; it may be lower than what was asked for (fact 13). */
  readonly pageSize: number | undefined;
}

/** Why a row was set apart. */
export type RejectionReason = 'id' | 'start' | 'outside-range' | 'filter';

export interface RejectedRow {
  readonly row: unknown;
  readonly reason: RejectionReason;
}

/** What the rows of one page hold for the span that was asked for. */
export interface PageContent {
  /** Usable calls in the span, as listed; a row that is listed twice is here once. */
  readonly calls: readonly CallLog[];
  /** Usable calls before the span, and behind it: the server rounds a bound, or ignores it, or a margin was asked for. */
  readonly before: readonly CallLog[];
  readonly behind: readonly CallLog[];
  readonly rejected: readonly RejectedRow[];
  /** For each rejected row, how many entries of `calls` were listed before it. */
  readonly rejectedAt: readonly number[];
  /** The earliest second with a row that was listed twice; undefined if there is none. */
  readonly repeatedAt: number | undefined;
  /** How many rows are left out of `calls` because they are listed there already. */
  readonly repeats: number;
  /** Rows on the page, whatever they are. */
  readonly listed: number;
}

/**
 * Sorts the rows of a page into those that were asked for and those that were not.
 *
 * @param windows what is being read; a row that lies in none of them, nor near one, is rejected
 */
export function sortRows(rows: readonly unknown[], span: Span, windows: readonly Span[], axis: Axis): PageContent {
  const isBefore = axis.before(span.from);
  const isInTime = axis.before(span.to);
  const calls: CallLog[] = [];
  const before: CallLog[] = [];
  const behind: CallLog[] = [];
  const rejected: RejectedRow[] = [];
  const rejectedAt: number[] = [];
  for (const row of rows) {
    const key = keyOfRow(row);
    if (typeof key === 'object') {
      rejected.push({ row, reason: key.reason });
      rejectedAt.push(calls.length);
    } else if (isInTime(key) && !isBefore(key)) calls.push(row as CallLog);
    else if (!isNear(axis.positionOf(key), windows)) {
      rejected.push({ row, reason: 'outside-range' });
      rejectedAt.push(calls.length);
    } else (isBefore(key) ? before : behind).push(row as CallLog);
  }
  const distinct = withoutRepeats(calls, axis);
  return { before, behind, rejected, rejectedAt, listed: rows.length, ...distinct };
}

/** Seconds by which a server that rounds its bounds to the minute may go beyond them. */
export const widestMargin = 60;

function isNear(position: number, windows: readonly Span[]): boolean {
  return windows.some(({ from, to }) => from - widestMargin <= position && position < to + widestMargin);
}

/** The rows that have a usable id and start, wherever they lie. */
export function usableCalls(rows: readonly unknown[]): readonly CallLog[] {
  return rows.filter((row): row is CallLog => typeof keyOfRow(row) === 'string');
}

/** The sortable start of a row, or why the row cannot be used. */
function keyOfRow(row: unknown): string | { readonly reason: RejectionReason } {
  const { id, start } = (row ?? {}) as { id?: unknown; start?: unknown };
  if (typeof id !== 'string' || id === '') return { reason: 'id' };
  return startKey(start) ?? { reason: 'start' };
}

type Distinct = Pick<PageContent, 'calls' | 'repeatedAt' | 'repeats'>;

/** A row that is listed twice counts once. The same id with other content is another row: both are kept. */
function withoutRepeats(calls: readonly CallLog[], axis: Axis): Distinct {
  const ids = new Set<string>();
  for (const { id } of calls) ids.add(id);
  if (ids.size === calls.length) return { calls, repeatedAt: undefined, repeats: 0 };

  const contents = new Set<string>();
  const distinct = calls.filter((call) => {
    const content = JSON.stringify(call);
    const isNew = !contents.has(content);
    contents.add(content);
    return isNew;
  });
  const seen = new Set<string>();
  const repeated = calls.filter(({ id }) => seen.size === seen.add(id).size);
  const repeatedAt = Math.min(...repeated.map((call) => axis.positionOf(keyOf(call))));
  return { calls: distinct, repeatedAt, repeats: calls.length - distinct.length };
}

/** What the page counts of an answer say of the span. */
export type Total =
  /** The total agrees with everything else in the answer. */
  | { readonly kind: 'stated'; readonly total: number }
  /** The total equals the rows of a page that is full: the next page will tell. */
  | { readonly kind: 'unconfirmed'; readonly total: number }
  /** There is no total, or one that the rest of the answer contradicts: there are at least as many rows as listed. */
  | { readonly kind: 'unknown'; readonly total: number };

/** Holds the total of an answer against its rows, its page count, its links and its page size. */
export function readTotal(page: ServerPage, pageSize: number): Total {
  const { totalItems: total, totalPages, hasNext } = page;
  const listed = page.rows.length;
  if (total === undefined || listed > total) return { kind: 'unknown', total: listed };
  if (listed < total) return { kind: 'stated', total };
  // As many rows as the total: the page should be the only one.
  if ((totalPages ?? 1) > 1 || hasNext === true) return { kind: 'unknown', total: listed };
  const isFull = listed > 0 && listed >= Math.min(pageSize, page.pageSize ?? pageSize);
  return { kind: isFull ? 'unconfirmed' : 'stated', total };
}

/** What can be done with the first page of a span. */
export type Verdict =
  /** Every call of the span is on the page. */
  | { readonly kind: 'whole' }
  /** The calls up to index `cut` are all that lie before the second `upTo`, if the totals agree. */
  | { readonly kind: 'part'; readonly cut: number; readonly upTo: number }
  /** The calls of one second fill the page, or a row is listed twice in it: it has to be asked for by itself. */
  | { readonly kind: 'crowded'; readonly second: number }
  /** The rows are not in order of start, so that nothing follows from where the page ends. */
  | { readonly kind: 'unordered' }
  /** Rows, but none that were asked for: the filter on the start is ignored. */
  | { readonly kind: 'astray' }
  /** No rows, though the total says that there are some. */
  | { readonly kind: 'empty' };

export function judgeRows(
  content: PageContent,
  total: Total,
  span: Span,
  { axis, disordered }: { readonly axis: Axis; readonly disordered: boolean },
): Verdict {
  const { calls, before, behind, listed, repeatedAt } = content;
  const inOrder = !disordered && isAscending(calls, axis);
  const isWhole = total.kind !== 'unknown' ? listed >= total.total : listed === 0;
  const isSecond = span.to - span.from === 1;
  if (isWhole && (repeatedAt === undefined || isSecond)) return { kind: 'whole' };
  if (listed === 0) return { kind: 'empty' };
  // Pages that ascend past the end of the span have listed all of it.
  if (behind.length > 0 && inOrder && calls.length > 0 && repeatedAt === undefined) return { kind: 'whole' };
  if (calls.length === 0) return behind.length > 0 && before.length === 0 ? { kind: 'whole' } : { kind: 'astray' };
  if (isSecond) return { kind: 'crowded', second: span.from };
  if (!inOrder) return { kind: 'unordered' };
  return partOf(calls, repeatedAt, axis);
}

/** The last second may go on, on the next page, in any order (fact 16); one with a repeated row is asked for again. */
function partOf(calls: readonly CallLog[], repeatedAt: number | undefined, axis: Axis): Verdict {
  const last = calls.at(-1);
  const first = calls[0];
  if (last === undefined || first === undefined) return { kind: 'astray' };
  const upTo = Math.min(axis.positionOf(keyOf(last)), repeatedAt ?? Infinity);
  if (axis.positionOf(keyOf(first)) === upTo) return { kind: 'crowded', second: upTo };
  const isKept = axis.before(upTo);
  return { kind: 'part', cut: calls.findIndex((call) => !isKept(keyOf(call))), upTo };
}

export function isAscending(calls: readonly CallLog[], axis: Axis): boolean {
  let previous: string | undefined;
  for (const call of calls) {
    const key = keyOf(call);
    if (previous !== undefined && key !== previous && axis.compare(previous, key) > 0) return false;
    previous = key;
  }
  return true;
}

/** Pairs of neighbours needed before pages are taken to be in order of start, rather than of something else. */
export const enoughOrder = 3;

/**
 * How many neighbours on the page are in order of start though not of end: what a server that lists by end, or by the
 * time of logging, does not show.
 */
export function evidenceOfOrder(calls: readonly CallLog[], axis: Axis): number {
  if (!isAscending(calls, axis)) return 0;
  let pairs = 0;
  for (let index = 1; index < calls.length && pairs < enoughOrder; index += 1) {
    const [one, two] = [calls[index - 1], calls[index]];
    if (one === undefined || two === undefined || keyOf(one) === keyOf(two)) continue;
    const [endOfOne, endOfTwo] = [startKey(one.end), startKey(two.end)];
    if (endOfOne && endOfTwo && axis.compare(endOfOne, endOfTwo) > 0) pairs += 1;
  }
  return pairs;
}
