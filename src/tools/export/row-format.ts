import type { CallLog } from '../../call-logs/call-log.ts';

/** How calls become text. */
export interface RowFormat {
  /** What comes before the first row; may be empty. */
  readonly head: string;
  /** The rows, each ended by its line break. */
  rows(calls: readonly CallLog[]): string;
  /** Fields the format had no place for, with the number of calls that had them, so far. */
  readonly leftOut: ReadonlyMap<string, number>;
}

export interface RowFormatOptions {
  /** IANA zone of the additional columns `start_local` and `end_local`; without one there are none. */
  readonly localTimeZone?: string | undefined;
  /** Whether CSV cells that a spreadsheet would run as a formula are made text. Default: true. */
  readonly neutraliseFormulas?: boolean | undefined;
}
