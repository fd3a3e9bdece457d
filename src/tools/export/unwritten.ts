import { ReportsError, type TimeWindow } from '../../core/errors/index.ts';

/** What an export that ended early has not written. */
export interface Unwritten {
  /** Windows whose calls were never handed out; in order, none touching another. */
  readonly windows: readonly TimeWindow[];
  /** Of what was handed out, the calls from this start on are not written, or not all of them. */
  readonly from?: Date | undefined;
  /** Some of those may have gone out all the same, the last one cut. */
  readonly torn?: boolean | undefined;
}

/** What a reading that ended in this error has not handed out; undefined if the error does not say. */
export function unreadAfter(error: unknown): readonly TimeWindow[] | undefined {
  if (!(error instanceof ReportsError) || error.resume === undefined) return undefined;
  const windows = error.resume.windows.map(({ from, to }) => ({ from: new Date(from), to: new Date(to) }));
  // A server that answers in descending order is read, and its windows are named, backwards.
  return windows.sort((a, b) => a.from.getTime() - b.from.getTime());
}

/** Everything that is missing of a range, as windows in order. */
export function missingWindows({ windows, from }: Unwritten, end: Date): readonly TimeWindow[] {
  if (from === undefined) return windows;
  const before = windows.filter((window) => window.from < from);
  return [...before.map((window) => (window.to > from ? { ...window, to: from } : window)), { from, to: end }];
}
