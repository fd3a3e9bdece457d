export type {
  AuthOption,
  AuthorizationCode,
  ClientAuthentication,
  Credentials,
  TokenFunction,
  TokenFunctionContext,
} from './core/auth/auth-option.ts';
export type { TokenLife } from './core/auth/token-state.ts';
export {
  createMemoryTokenStore,
  type LoginRefusal,
  type StoredAccess,
  type StoredTokens,
  type TokenStore,
  type UnansweredLogins,
} from './core/auth/token-store.ts';
export type { CallLog, CallLogPage, CallLogsQuery } from './call-logs/call-log.ts';
export type { CallLogList, FirstPage, List, ListSummary } from './call-logs/list.ts';
export type { ListOptions } from './call-logs/list-options.ts';
export { createReportsClient, type ReportsClient } from './client.ts';
export * from './core/errors/index.ts';
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
export type { Clock } from './core/http/clock.ts';
export type { FetchInit, FetchLike, FetchResponse, HeadersLike } from './core/http/attempt.ts';
export type { ClientOptions, RetryOptions } from './core/options.ts';
export {
  callEnd,
  callStart,
  formatApiTime,
  type Instant,
  parseApiTime,
  parseRange,
  type PhraseKind,
  type PhraseOptions,
  type PhraseRange,
} from './core/time/index.ts';
export type { components, operations, paths } from '../generated/types.ts';
