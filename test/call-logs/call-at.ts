import type { CallLog } from '../../src/call-logs/call-log.ts';
import { formatApiTime } from '../../src/core/time/index.ts';
import { exampleCall } from '../tools/export/example-call.ts';

/** The second of time, since 1970, that the seconds of these tests are counted from. */
export const epoch = Date.UTC(2026, 2, 1) / 1000;

/** A call that starts `second` seconds after the epoch of these tests. */
export function callAt(second: number, id = `call-at-${second}`): CallLog {
  return { ...exampleCall, id, start: formatApiTime(new Date((epoch + second) * 1000)) };
}
