export { AbortedError } from './aborted-error.ts';
export { AccountLockedError } from './account-locked-error.ts';
export { AuthenticationRefusedError } from './authentication-refused-error.ts';
export { ConfigurationError } from './configuration-error.ts';
export { IncompleteError, type MissingWindow } from './incomplete-error.ts';
export { InvalidParametersError, type InvalidParameter } from './invalid-parameters-error.ts';
export { MalformedResponseError } from './malformed-response-error.ts';
export { NetworkError } from './network-error.ts';
export { NotFoundError } from './not-found-error.ts';
export { NotSubscribedError } from './not-subscribed-error.ts';
export { RateLimitedError } from './rate-limited-error.ts';
export {
  ReportsError,
  type ReportsErrorCode,
  type ReportsErrorDetails,
  type RetryRefusal,
  type TimeWindow,
} from './reports-error.ts';
export type { Resume } from './resume.ts';
export { RetryBudgetExhaustedError } from './retry-budget-exhausted-error.ts';
export { ServerError } from './server-error.ts';
export { TimeoutError } from './timeout-error.ts';
export { UnexpectedResponseError } from './unexpected-response-error.ts';
