import type { ReportsError, RetryRefusal } from '../errors/index.ts';

/** A failed attempt. */
export interface Failure {
  /** What the caller gets if this was the last attempt. */
  readonly error: ReportsError;
  /** Why no further attempt can help; undefined if one may. */
  readonly final?: RetryRefusal | undefined;
}
