import { createLocalTimes } from './local-times.ts';
import type { RowFormat, RowFormatOptions } from './row-format.ts';

/** One JSON object a line: each call as the server sent it, with every field. */
export function createNdjsonFormat({ localTimeZone }: RowFormatOptions = {}): RowFormat {
  const localTimes = localTimeZone === undefined ? undefined : createLocalTimes(localTimeZone);
  return {
    head: '',
    rows: (calls) =>
      calls.map((call) => `${JSON.stringify(localTimes ? { ...call, ...localTimes(call) } : call)}\n`).join(''),
    leftOut: new Map(),
  };
}
