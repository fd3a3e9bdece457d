import { ReportsError } from './reports-error.ts';

/** No answer: the connection failed or was reset. */
export class NetworkError extends ReportsError {
  readonly code = 'network';
}
