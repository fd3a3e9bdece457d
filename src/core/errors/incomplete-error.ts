import { ReportsError, type ReportsErrorDetails, type TimeWindow } from './reports-error.ts';

/** A span of call starts whose calls could not be shown to be all there. */
export interface MissingWindow extends TimeWindow {
  /** Calls that the server says are there. */
  readonly expected: number;
  /** Calls that were found. */
  readonly found: number;
}

/** Calls are missing, or can't be shown to be all there; `windows` says where. Every other call was handed out. */
export class IncompleteError extends ReportsError {
  readonly code = 'incomplete';
  readonly windows: readonly MissingWindow[];

  constructor(windows: readonly MissingWindow[], details?: ReportsErrorDetails) {
    super(`Calls are missing in ${describe(windows)}`, details);
    this.windows = windows;
  }
}

function describe(windows: readonly MissingWindow[]): string {
  const [first] = windows;
  if (first === undefined) return 'no window';
  const { from, to, expected, found } = first;
  const span = `${from.toISOString()} to ${to.toISOString()} (${found} of ${expected} found)`;
  return windows.length === 1 ? span : `${windows.length} windows, the first ${span}`;
}
