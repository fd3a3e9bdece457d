import { ReportsError } from './reports-error.ts';

/** An answer that is no JSON, is cut short, or lacks what every page has (facts 29, 31). */
export class MalformedResponseError extends ReportsError {
  readonly code = 'malformed-response';
}
