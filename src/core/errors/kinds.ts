import type { Phrase } from './phrase.ts';
import { ReportsError, type ReportsErrorDetails, type TimeWindow } from './reports-error.ts';

/** The caller aborted the operation; `cause` is the signal's reason. */
export class AbortedError extends ReportsError {
  static override readonly code = 'aborted';
  override readonly name = 'AbortedError';
  override readonly code = AbortedError.code;
}

/** The user is locked for 30 minutes, counted from the last failed login (fact 11). Logins have stopped. */
export class AccountLockedError extends ReportsError {
  static override readonly code = 'account-locked';
  override readonly name = 'AccountLockedError';
  override readonly code = AccountLockedError.code;
}

/** A login, a token or a permission was refused (facts 4 to 12). If it was a login, logins have stopped. */
export class AuthenticationRefusedError extends ReportsError {
  static override readonly code = 'authentication-refused';
  override readonly name = 'AuthenticationRefusedError';
  override readonly code = AuthenticationRefusedError.code;
}

/** The caller's mistake: an invalid option, range or filter. Thrown before any request. */
export class ConfigurationError extends ReportsError {
  static override readonly code = 'configuration';
  override readonly name = 'ConfigurationError';
  override readonly code = ConfigurationError.code;
}

/** A response that is not JSON, is cut short, or lacks a field that every page has (facts 29, 31). */
export class MalformedResponseError extends ReportsError {
  static override readonly code = 'malformed-response';
  override readonly name = 'MalformedResponseError';
  override readonly code = MalformedResponseError.code;
}

/** There was no response: the connection failed or was reset. */
export class NetworkError extends ReportsError {
  static override readonly code = 'network';
  override readonly name = 'NetworkError';
  override readonly code = NetworkError.code;
}

/** 404: the base URL or the path is wrong. */
export class NotFoundError extends ReportsError {
  static override readonly code = 'not-found';
  override readonly name = 'NotFoundError';
  override readonly code = NotFoundError.code;
}

/** 403: the application is not subscribed to the Reports API (fact 29). */
export class NotSubscribedError extends ReportsError {
  static override readonly code = 'not-subscribed';
  override readonly name = 'NotSubscribedError';
  override readonly code = NotSubscribedError.code;
}

/**
 * The server throttles, and the request is not retried any more. `retryAfterMs` is the wait that the server asks for,
 * if it says.
 */
export class RateLimitedError extends ReportsError {
  static override readonly code = 'rate-limited';
  override readonly name = 'RateLimitedError';
  override readonly code = RateLimitedError.code;
}

/** Too large a share of the client's requests had to be retried; `cause` is the failure that was not retried. */
export class RetryBudgetExhaustedError extends ReportsError {
  static override readonly code = 'retry-budget-exhausted';
  override readonly name = 'RetryBudgetExhaustedError';
  override readonly code = RetryBudgetExhaustedError.code;
}

/** 5xx from the gateway or the edge. */
export class ServerError extends ReportsError {
  static override readonly code = 'server';
  override readonly name = 'ServerError';
  override readonly code = ServerError.code;
}

/** An attempt took longer than `timeoutMs`, or the operation longer than `deadlineMs`. */
export class TimeoutError extends ReportsError {
  static override readonly code = 'timeout';
  override readonly name = 'TimeoutError';
  override readonly code = TimeoutError.code;
}

/** A response with a status that is not expected here: another 4xx, a redirect, a fault with an unknown code. */
export class UnexpectedResponseError extends ReportsError {
  static override readonly code = 'unexpected-response';
  override readonly name = 'UnexpectedResponseError';
  override readonly code = UnexpectedResponseError.code;
}

/** A parameter that the server refused, and why, in the server's words. */
export interface InvalidParameter {
  /** The name of the parameter, as the server knows it. */
  readonly name: string;
  /** The reason that the server gives; empty if it gives none. */
  readonly reason: string;
}

/** 400: the server refused parameters. */
export class InvalidParametersError extends ReportsError {
  static override readonly code = 'invalid-parameters';
  override readonly name = 'InvalidParametersError';
  override readonly code = InvalidParametersError.code;
  /** The parameters that were refused; empty if the server does not name them. */
  readonly invalidParameters: readonly InvalidParameter[];

  constructor(summary: Phrase, invalidParameters: readonly InvalidParameter[], details?: ReportsErrorDetails) {
    super(summary, details);
    this.invalidParameters = invalidParameters;
  }
}

/** A span of call starts in which fewer calls were found than the server says it holds. */
export interface MissingWindow extends TimeWindow {
  /** The number of calls that the server says it holds. */
  readonly expected: number;
  /** The number of calls that were found. */
  readonly found: number;
}

/**
 * The reason why a row was rejected: it has no usable `id` or no usable `start`, it lies outside the range, or it does
 * not match a filter.
 */
export type RejectionReason = 'id' | 'start' | 'outside-range' | 'filter';

/** The number of rows that were rejected for one reason. */
export interface RejectedRows {
  /** The reason why the rows were rejected. */
  readonly reason: RejectionReason;
  /** The number of rows. */
  readonly count: number;
}

/** The calls that are missing from a reading. */
export interface Missing {
  /** The spans in which calls are missing. */
  readonly windows: readonly MissingWindow[];
  /** The rows that could not be used, by reason. Default: none. */
  readonly rejected?: readonly RejectedRows[] | undefined;
}

/**
 * Calls are missing: `windows` says where, `rejected` how many rows were received but could not be used. Every other
 * call was handed out.
 */
export class IncompleteError extends ReportsError {
  static override readonly code = 'incomplete';
  override readonly name = 'IncompleteError';
  override readonly code = IncompleteError.code;
  /** The spans in which calls are missing. */
  readonly windows: readonly MissingWindow[];
  /** The rows that were received but could not be used, by reason. */
  readonly rejected: readonly RejectedRows[];

  constructor({ windows, rejected = [] }: Missing, details?: ReportsErrorDetails) {
    const summary = [...describeWindows(windows), ...describeRejected(rejected)].join('; ');
    super(summary, { problem: 'calls-missing', ...details });
    this.windows = windows;
    this.rejected = rejected;
  }
}

function describeWindows(windows: readonly MissingWindow[]): string[] {
  const [first] = windows;
  if (first === undefined) return [];
  const { from, to, expected, found } = first;
  const span = `${from.toISOString()} to ${to.toISOString()} (${found} of ${expected} found)`;
  if (windows.length === 1) return [`Calls are missing from ${span}`];
  return [`Calls are missing in ${windows.length} windows; the first: ${span}`];
}

const rejectionWords = {
  id: 'without a usable id',
  start: 'without a usable start',
  'outside-range': 'outside the range',
  filter: 'that do not match the filters',
} satisfies Record<RejectionReason, string>;

function describeRejected(rejected: readonly RejectedRows[]): string[] {
  const total = rejected.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return [];
  const reasons = rejected.map(({ reason, count }) => `${count} ${rejectionWords[reason]}`).join(', ');
  return [`${total} ${total === 1 ? 'row was' : 'rows were'} rejected: ${reasons}`];
}
