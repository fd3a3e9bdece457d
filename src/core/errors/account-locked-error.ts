import { ReportsError } from './reports-error.ts';

/**
 * The user is locked after failed logins, for 30 minutes counted from the last attempt (fact 11). Logins have
 * stopped.
 */
export class AccountLockedError extends ReportsError {
  readonly code = 'account-locked';
}
