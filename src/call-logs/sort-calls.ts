import type { CallLog } from './call-log.ts';

/** By start, then id: the order of `list`, whatever the server's. The API's times sort as they read. */
export function sortCalls(calls: readonly CallLog[], order: 'asc' | 'desc'): readonly CallLog[] {
  const direction = order === 'asc' ? 1 : -1;
  const compareCalls = (a: CallLog, b: CallLog): number =>
    direction * (compare(a.start, b.start) || compare(a.id, b.id));
  // Most pages need no sorting, and a copy of each would keep the garbage collector busy.
  const isSorted = calls.every((call, index) => compareCalls(calls[index - 1] ?? call, call) <= 0);
  return isSorted ? calls : calls.toSorted(compareCalls);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
