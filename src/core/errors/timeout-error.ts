import { ReportsError } from './reports-error.ts';

/** An attempt took longer than `timeoutMs`, or the call longer than `deadlineMs`. */
export class TimeoutError extends ReportsError {
  readonly code = 'timeout';
}
