export type { AuthOption, AuthorizationCode, Credentials, TokenFunction } from './core/auth/auth-option.ts';
export { createMemoryTokenStore, type TokenStore } from './core/auth/token-store.ts';
export type { CallLog, CallLogsQuery } from './call-logs/call-log.ts';
export type { CallLogList, FirstPage, ListSummary } from './call-logs/call-log-list.ts';
export type { CallLogPage } from './call-logs/call-log-page.ts';
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
export type { FetchLike } from './core/http/fetch-like.ts';
export type { ClientOptions, RetryOptions } from './core/options.ts';
export { callEnd, callStart, formatApiTime, parseApiTime, type Instant } from './core/time/index.ts';
export type { components, operations, paths } from '../generated/types.ts';
