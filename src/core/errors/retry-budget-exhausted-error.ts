import { ReportsError } from './reports-error.ts';

/** Too large a share of the client's requests had to be retried; `cause` is the failure that was not retried. */
export class RetryBudgetExhaustedError extends ReportsError {
  readonly code = 'retry-budget-exhausted';
}
