import { ReportsError } from './reports-error.ts';

/**
 * Throttled, and the attempts or the patience for it are used up; `retryAfterMs` says when to come back, if the
 * server did.
 */
export class RateLimitedError extends ReportsError {
  readonly code = 'rate-limited';
}
