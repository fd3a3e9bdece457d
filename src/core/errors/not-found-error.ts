import { ReportsError } from './reports-error.ts';

/** 404: the base URL or the path is wrong. */
export class NotFoundError extends ReportsError {
  readonly code = 'not-found';
}
