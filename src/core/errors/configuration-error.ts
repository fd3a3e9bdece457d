import { ReportsError } from './reports-error.ts';

/** The caller's mistake: an option, a range or a filter that cannot be meant. Thrown before any request. */
export class ConfigurationError extends ReportsError {
  readonly code = 'configuration';
}
