import type { CallLog } from './call-log.ts';

/** By start, then id: the order of `list`, whatever the server's. The API's times sort as they read. */
export function sortCalls(calls: readonly CallLog[], order: 'asc' | 'desc'): CallLog[] {
  const direction = order === 'asc' ? 1 : -1;
  return calls.toSorted((a, b) => direction * (compare(a.start, b.start) || compare(a.id, b.id)));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
