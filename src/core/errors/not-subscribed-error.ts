import { ReportsError } from './reports-error.ts';

/** 403: the application is not subscribed to the Reports API (fact 29). */
export class NotSubscribedError extends ReportsError {
  readonly code = 'not-subscribed';
}
