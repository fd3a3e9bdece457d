import type { CallLog } from '../../call-logs/call-log.ts';
import { callEnd, callStart, createLocalTimeFormatter } from '../../core/time/index.ts';

/** The columns that `--local-times` adds, ISO with the offset: `2026-03-01T00:00:00-05:00`. */
export type LocalTimes = Record<'start_local' | 'end_local', string>;

export const localTimeColumns = ['start_local', 'end_local'] as const satisfies (keyof LocalTimes)[];

/** Reads the times of calls in a zone. Throws a `MalformedResponseError` for a call whose times cannot be read. */
export function createLocalTimes(timeZone: string): (call: CallLog) => LocalTimes {
  // One each: a formatter is fast for times that come in order, and ends are in another order than starts.
  const formatStart = createLocalTimeFormatter(timeZone);
  const formatEnd = createLocalTimeFormatter(timeZone);
  return (call) => ({ start_local: formatStart(callStart(call)), end_local: formatEnd(callEnd(call)) });
}
