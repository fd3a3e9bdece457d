export {
  type CallLog,
  type CallLogList,
  type CallLogPage,
  type CallLogsQuery,
  type Count,
  type CountOptions,
  type FirstPage,
  type List,
  type ListOptions,
  type ListSummary,
  type OpenSets,
  settledUntil,
} from './call-logs/index.ts';
export { createReportsClient, type ReportsClient } from './client.ts';
export {
  type AuthOption,
  type AuthorizationCode,
  type ClientAuthentication,
  createMemoryTokenStore,
  type Credentials,
  type LoginRefusal,
  type StoredAccess,
  type StoredTokens,
  type TokenFunction,
  type TokenFunctionContext,
  type TokenLife,
  type TokenStore,
  type UnansweredLogins,
} from './core/auth/index.ts';
export {
  type ErrorParts,
  type OptionName,
  type OptionSlot,
  type Phrase,
  type ProblemId,
  remedies,
  render,
  ReportsError,
  type ReportsErrorCode,
  type ReportsErrorContext,
  type ReportsErrorDetails,
  type Resume,
  type ResumeWindow,
  type RetryRefusal,
  type TimeWindow,
} from './core/errors/index.ts';
export * from './core/errors/kinds.ts';
export type {
  DriftEvent,
  EventHandlers,
  PageEvent,
  RejectedRowEvent,
  RequestEvent,
  RetryEvent,
  TokenEvent,
  WarningCode,
  WarningEvent,
} from './core/events.ts';
export type { Clock, FetchInit, FetchLike, FetchResponse, HeadersLike } from './core/http/index.ts';
export type { ClientOptions, RetryOptions } from './core/options.ts';
export type { Raw } from './core/raw.ts';
export {
  callEnd,
  callStart,
  formatApiTime,
  type Instant,
  parseApiTime,
  parseRange,
  type PhraseOptions,
} from './core/time/index.ts';
export type { components, operations, paths } from '../generated/types.ts';
