import { ReportsError } from './reports-error.ts';

/** An answer that fits nothing known: another 4xx, a redirect, a fault with an unknown code. */
export class UnexpectedResponseError extends ReportsError {
  readonly code = 'unexpected-response';
}
