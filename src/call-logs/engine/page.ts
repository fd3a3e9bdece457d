import type { CallLog } from '../call-log.ts';
import { halvesOf, keyOf, startKey, type Axis, type Span } from './axis.ts';

/** A page as the server sent it. */
export interface ServerPage {
  readonly rows: readonly unknown[];
  /** The number of matching rows that the server states; undefined if it does not state any. */
  readonly totalItems: number | undefined;
  readonly totalPages: number | undefined;
  /** Whether the server links to a next page; undefined if it sends no links. */
  readonly hasNext: boolean | undefined;
  /** The page size that the server says it used; it may be lower than the requested size (fact 13). */
  readonly pageSize: number | undefined;
}

/** The reason why a row was rejected. */
export type RejectionReason = 'id' | 'start' | 'outside-range' | 'filter';

export interface RejectedRow {
  readonly row: unknown;
  readonly reason: RejectionReason;
  /** The number of usable calls of the span that were listed before it. */
  readonly at: number;
  /** Its sortable start; undefined if it has none. */
  readonly start: string | undefined;
}

type Unusable = Pick<RejectedRow, 'reason' | 'start'>;

/** The rows of an answer, sorted by their position relative to the requested span. */
export interface SortedRows {
  /** Usable calls in the span, as listed; a row that is listed twice is here once. */
  readonly calls: readonly CallLog[];
  /** Usable calls before and after the span: the server rounds or ignores a bound, or a margin was requested. */
  readonly before: readonly CallLog[];
  readonly behind: readonly CallLog[];
  readonly rejected: readonly RejectedRow[];
  /** The number of rows before and after the span, those without a usable id included. */
  readonly rowsBefore: number;
  readonly rowsBehind: number;
  /** The earliest second with a row that was listed twice; undefined if there is none. */
  readonly repeatedAt: number | undefined;
  /** Whether the calls come in the order of the axis. */
  readonly isAscending: boolean;
  /** Whether the page shows in which direction pages run: it is in order, and not all of its rows start at once. */
  readonly isRising: boolean;
  /** Whether a row outside the span is listed twice: it may have displaced one that counts towards the total. */
  readonly repeatsBeside: boolean;
  /** The number of rows on the page, usable or not. */
  readonly listed: number;
}

/**
 * Sorts rows into those inside the span, those around it, and rejected ones.
 *
 * @param windows the windows that are being read; a row that lies neither in one of them nor near one is rejected
 */
export function sortRows(rows: readonly unknown[], span: Span, windows: readonly Span[], axis: Axis): SortedRows {
  const isBefore = axis.before(span.from);
  const isInTime = axis.before(span.to);
  const calls: CallLog[] = [];
  const before: CallLog[] = [];
  const behind: CallLog[] = [];
  const rejected: RejectedRow[] = [];
  let isAscending = true;
  let previous: string | undefined;
  let unusableBefore = 0;
  let unusableBehind = 0;
  const reject = (row: unknown, reason: RejectionReason, start?: string): void =>
    void rejected.push({ row, reason, at: calls.length, start });
  const placeUnusable = (row: unknown, { reason, start }: Unusable): void => {
    if (start === undefined || (isInTime(start) && !isBefore(start))) reject(row, reason, start);
    else if (isBefore(start)) unusableBefore += 1;
    else unusableBehind += 1;
  };
  for (const row of rows) {
    const key = keyOfRow(row);
    if (typeof key === 'object') placeUnusable(row, key);
    else if (isInTime(key) && !isBefore(key)) {
      isAscending &&= behind.length === 0 && (previous === undefined || axis.compare(previous, key) <= 0);
      previous = key;
      calls.push(row as CallLog);
    } else if (!isNear(axis.positionOf(key), windows)) reject(row, 'outside-range');
    else if (isBefore(key)) {
      isAscending &&= calls.length + behind.length === 0;
      before.push(row as CallLog);
    } else behind.push(row as CallLog);
  }
  const beside = [...before, ...behind];
  const repeatsBeside = new Set(beside.map(({ id }) => id)).size < beside.length;
  const [first] = calls;
  const isAcross = [before, calls, behind].filter(({ length }) => length > 0).length > 1;
  const isRising = isAscending && (isAcross || (first !== undefined && keyOf(first) !== previous));
  const around = { rowsBefore: before.length + unusableBefore, rowsBehind: behind.length + unusableBehind };
  const sorted = { before, behind, rejected, isAscending, isRising, listed: rows.length, repeatsBeside };
  return { ...sorted, ...around, ...withoutRepeats(calls, axis) };
}

/** Seconds by which a server that rounds its bounds to the minute may go beyond them. */
export const widestMargin = 60;

function isNear(position: number, windows: readonly Span[]): boolean {
  return windows.some(({ from, to }) => from - widestMargin <= position && position < to + widestMargin);
}

/** Returns the rows that have a usable id and start, wherever they lie. */
export function usableCalls(rows: readonly unknown[]): readonly CallLog[] {
  return rows.filter((row): row is CallLog => typeof keyOfRow(row) === 'string');
}

/** Returns the sortable start of a row, or the reason why the row cannot be used, with its start if it has one. */
function keyOfRow(row: unknown): string | Unusable {
  const { id, start } = (row ?? {}) as { id?: unknown; start?: unknown };
  const key = startKey(start);
  if (typeof id !== 'string' || id === '') return { reason: 'id', start: key };
  return key ?? { reason: 'start', start: undefined };
}

export function isSameRow(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** A row that is listed twice counts once. The same id with other content is another row: both are kept. */
function withoutRepeats(calls: readonly CallLog[], axis: Axis): Pick<SortedRows, 'calls' | 'repeatedAt'> {
  const ids = new Set<string>();
  for (const { id } of calls) ids.add(id);
  if (ids.size === calls.length) return { calls, repeatedAt: undefined };

  const contents = new Set<string>();
  const distinct = calls.filter((call) => isNew(contents, JSON.stringify(call)));
  const seen = new Set<string>();
  const repeated = calls.filter(({ id }) => !isNew(seen, id));
  const repeatedAt = Math.min(...repeated.map((call) => axis.positionOf(keyOf(call))));
  return { calls: distinct, repeatedAt };
}

function isNew(seen: Set<string>, value: string): boolean {
  return seen.size < seen.add(value).size;
}

/** The information about a span that its first page gives. */
export interface Answer extends SortedRows {
  /** The total number of rows. If the server states none that can be believed, it is the number of listed rows. */
  readonly total: number;
  readonly isStated: boolean;
  /** Whether the page holds as many rows as a page can, so that others may follow on the next one. */
  readonly isFull: boolean;
}

/** @param fullestPage the rows of the longest page so far that did not list all; 0 if there was none */
export function readAnswer(page: ServerPage, rows: SortedRows, pageSize: number, fullestPage: number): Answer {
  const { totalItems: total, totalPages = 1, hasNext } = page;
  const { listed } = rows;
  const fills = (capacity: number): boolean => listed > 0 && listed >= capacity;
  const stated = Math.min(pageSize, page.pageSize ?? pageSize);
  // A server may lower the page size without saying so (fact 13).
  const isFull = fills(page.pageSize === undefined ? Math.min(stated, fullestPage || Infinity) : stated);
  // If a page has as many rows as the total, it should be the only one. A full page does not prove that.
  const isOnly = totalPages <= 1 && hasNext !== true && !fills(stated);
  const isUnclear = rows.repeatsBeside || (rows.before.length > 0 && rows.repeatedAt !== undefined);
  if (total === undefined || isUnclear || listed > total || (listed === total && !isOnly)) {
    return { ...rows, total: listed, isStated: false, isFull };
  }
  return { ...rows, total, isStated: true, isFull };
}

/** The use that can be made of an answer. */
export type Verdict =
  /** Every call of the span is on the page. */
  | { readonly kind: 'whole' }
  /** The calls before the second `upTo` are all that there are, if the totals agree. */
  | { readonly kind: 'part'; readonly upTo: number }
  /** The end of the page proves nothing, so smaller spans are requested. */
  | { readonly kind: 'split'; readonly spans: readonly Span[] }
  /** There are rows, but none in the span: the filter on the start is ignored. */
  | { readonly kind: 'astray' }
  /** There are no rows, although the total says that there are some. */
  | { readonly kind: 'empty' };

/**
 * @param order `shown` or `none` if a page so far has shown that pages run along the axis, or that they are in no order
 */
export function judge(answer: Answer, span: Span, axis: Axis, order: 'shown' | 'presumed' | 'none'): Verdict {
  const { calls, before, behind, listed, repeatedAt } = answer;
  const inOrder = order !== 'none' && answer.isAscending;
  if (listsAll(answer) && repeatedAt === undefined) return { kind: 'whole' };
  if (listed === 0) return { kind: 'empty' };
  const [first, last] = [calls[0], calls.at(-1)];
  if (first === undefined || last === undefined) {
    if (behind.length === 0 || before.length > 0) return { kind: 'astray' };
    // If pages ran the other way, calls of the span could follow on the next one.
    return order === 'presumed' ? { kind: 'astray' } : { kind: 'whole' };
  }
  // Pages that ascend past the end of the span have listed all of it.
  if (behind.length > 0 && inOrder && repeatedAt === undefined) return { kind: 'whole' };
  if (!inOrder) return { kind: 'split', spans: halvesOf(span) };
  // The last second may continue on the next page, in any order (fact 16). A second with a repeated row is requested
  // again.
  const upTo = Math.min(axis.positionOf(keyOf(last)), repeatedAt ?? Infinity);
  // If the calls of one second fill the page, that second is requested by itself.
  return axis.positionOf(keyOf(first)) === upTo ? { kind: 'split', spans: around(span, upTo) } : { kind: 'part', upTo };
}

/** Returns whether an answer lists every row that matches its request. */
export function listsAll({ listed, total, isStated }: Answer): boolean {
  return isStated ? listed >= total : listed === 0;
}

function around({ from, to }: Span, second: number): Span[] {
  const spans = [
    { from, to: second },
    { from: second, to: second + 1 },
    { from: second + 1, to },
  ];
  return spans.filter((span) => span.to > span.from);
}

/** Pairs of neighbours needed before pages are taken to be in order of start, rather than of something else. */
export const enoughOrder = 3;

/**
 * Returns the number of neighbours on the page that are in order of start but not of end: pages that are ordered by
 * end, or by the time of logging, do not have any.
 */
export function evidenceOfOrder({ calls, isAscending }: SortedRows, axis: Axis): number {
  if (!isAscending) return 0;
  let pairs = 0;
  let previousStart = '';
  let previousEnd: string | undefined;
  for (const call of calls) {
    const start = keyOf(call);
    const end = startKey(call.end);
    if (previousEnd && end && previousStart !== start && axis.compare(previousEnd, end) > 0) pairs += 1;
    if (pairs >= enoughOrder) break;
    previousStart = start;
    previousEnd = end;
  }
  return pairs;
}
