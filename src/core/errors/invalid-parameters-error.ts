import { ReportsError, type ReportsErrorDetails } from './reports-error.ts';

/** A parameter that the server refused, and why, in the server's words. */
export interface InvalidParameter {
  readonly name: string;
  readonly reason: string;
}

/** 400: the server refused parameters. */
export class InvalidParametersError extends ReportsError {
  readonly code = 'invalid-parameters';
  readonly invalidParameters: readonly InvalidParameter[];

  constructor(summary: string, invalidParameters: readonly InvalidParameter[], details?: ReportsErrorDetails) {
    super(summary, details);
    this.invalidParameters = invalidParameters;
  }
}
