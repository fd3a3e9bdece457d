import type { CallLog } from '../../../src/call-logs/call-log.ts';
import type { CallLogPage } from '../../../src/call-logs/call-log.ts';
import type { TimeWindow } from '../../../src/core/errors/index.ts';
import type { RowFormat } from '../../../src/tools/export/index.ts';
import { exampleCall } from './example-call.ts';

/** Days of March 2026, the end exclusive: the window of `march(1, 3)` is 1 and 2 March. */
export function march(from: number, to: number): TimeWindow {
  return { from: new Date(Date.UTC(2026, 2, from)), to: new Date(Date.UTC(2026, 2, to)) };
}

/** The first ten days of March. */
export const range = march(1, 11);

/** A call at noon. */
export function callOn(day: number): CallLog {
  return { ...exampleCall, id: `call-${day}`, start: `2026-03-${String(day).padStart(2, '0')} 12:00:00` };
}

/** A page of whole days with one call each. */
export function pageOf(from: number, to: number, more: Partial<CallLogPage> = {}): CallLogPage {
  const calls = Array.from({ length: to - from }, (_, index) => callOn(from + index));
  return { calls, totalItems: 10, window: march(from, to), endsWindow: true, complete: true, ...more };
}

/** One line per call: its id. */
export const idLines: RowFormat = {
  head: 'id\n',
  rows: (calls) => calls.map(({ id }) => `${id}\n`).join(''),
  leftOut: new Map(),
};

/** The lines of days with one call each. */
export function linesOf(from: number, to: number): string {
  return idLines.rows(pageOf(from, to).calls);
}
