import type { CallLog } from '../../call-logs/index.ts';
import { callEnd, callStart, createLocalTimeFormatter } from '../../core/time/index.ts';

/** Turns calls into the rows of a file. */
export interface RowFormat {
  /** The text before the first row; may be empty. */
  readonly head: string;
  /** The rows, each with its line break. Never throws: a value that cannot be read is left out of its row. */
  rows(calls: readonly CallLog[]): string;
  /** Fields that the format has no column for, with the number of calls that had them so far. */
  readonly leftOut: ReadonlyMap<string, number>;
}

export interface LocalTimeOptions {
  /** IANA zone of `start_local` and `end_local`. Default: `UTC`. */
  readonly timeZone?: string | undefined;
  /** Adds `start_local` and `end_local`. Default: false. */
  readonly localTimes?: boolean | undefined;
}

/** The times of a call in a zone, ISO with the offset: `2026-03-01T00:00:00-05:00`. Empty if a time is unreadable. */
export type LocalTimes = Record<'start_local' | 'end_local', string>;

/** Reads the times of calls in a zone (an IANA name). Fastest for calls that come in the order of their starts. */
export function createLocalTimes(timeZone: string): (call: CallLog) => LocalTimes {
  // One formatter for starts and one for ends: each is fast for times in order, and calls do not end in the order in
  // which they start.
  const formatStart = createLocalTimeFormatter(timeZone);
  const formatEnd = createLocalTimeFormatter(timeZone);
  return (call) => ({
    start_local: orEmpty(() => formatStart(callStart(call))),
    end_local: orEmpty(() => formatEnd(callEnd(call))),
  });
}

/** An unreadable time must not make a nightly export fail every time. */
function orEmpty(format: () => string): string {
  try {
    return format();
  } catch {
    return '';
  }
}

/** One JSON object per line: each call as the server sent it, with every field and every character. */
export function createNdjsonFormat({ timeZone = 'UTC', localTimes = false }: LocalTimeOptions = {}): RowFormat {
  const timesOf = localTimes ? createLocalTimes(timeZone) : undefined;
  return {
    head: '',
    rows: (calls) =>
      calls.map((call) => `${JSON.stringify(timesOf ? { ...call, ...timesOf(call) } : call)}\n`).join(''),
    leftOut: new Map(),
  };
}
