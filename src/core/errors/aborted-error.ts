import { ReportsError } from './reports-error.ts';

/** The caller aborted the call; `cause` is the reason of the signal. */
export class AbortedError extends ReportsError {
  readonly code = 'aborted';
}
