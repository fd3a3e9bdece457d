import { ReportsError } from './reports-error.ts';

/** A login, a token or a permission was refused (facts 4 to 12). Logins have stopped if it was a login. */
export class AuthenticationRefusedError extends ReportsError {
  readonly code = 'authentication-refused';
}
