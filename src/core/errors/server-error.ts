import { ReportsError } from './reports-error.ts';

/** 5xx from the gateway or the edge. */
export class ServerError extends ReportsError {
  readonly code = 'server';
}
