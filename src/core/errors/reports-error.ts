import type { Resume } from './resume.ts';

/** What went wrong, one code a cause. Match on this, never on a message. */
export type ReportsErrorCode =
  | 'aborted'
  | 'account-locked'
  | 'authentication-refused'
  | 'configuration'
  | 'incomplete'
  | 'invalid-parameters'
  | 'malformed-response'
  | 'network'
  | 'not-found'
  | 'not-subscribed'
  | 'rate-limited'
  | 'retry-budget-exhausted'
  | 'server'
  | 'timeout'
  | 'unexpected-response';

/**
 * Why a failed attempt was not tried again: the failure is final by its kind, the attempts are used up, the deadline
 * would pass while waiting, the server asks for a longer wait than `maxRetryAfterMs`, the client's retry budget is
 * empty, or a new token would not help.
 */
export type RetryRefusal =
  'not-retryable' | 'attempts-exhausted' | 'deadline' | 'wait-too-long' | 'budget-exhausted' | 'token-refused';

/** A span of call starts: `from` inclusive, `to` exclusive. */
export interface TimeWindow {
  readonly from: Date;
  readonly to: Date;
}

/** What an error knows of the request that failed. Nothing here holds a secret, a query or a phone number. */
export interface ReportsErrorDetails {
  /** What to do about it; also the end of the message. */
  hint?: string | undefined;
  /** Method and path of the request, without its query. */
  request?: string | undefined;
  /** HTTP status, if there was an answer. */
  status?: number | undefined;
  /** The gateway's fault code, if the answer held one (fact 29). */
  faultCode?: string | undefined;
  /** The server's id of the request, if it sent one. */
  requestId?: string | undefined;
  /** How many attempts were made. */
  attempts?: number | undefined;
  /** The page that was asked for, counted from 1. */
  page?: number | undefined;
  /** The span of call starts that was asked for. */
  window?: TimeWindow | undefined;
  /** How long the server asks to wait, in milliseconds. */
  retryAfterMs?: number | undefined;
  /** Why the last failed attempt was not tried again. */
  retryRefusal?: RetryRefusal | undefined;
  /** How to go on with a reading that this error ended. */
  resume?: Resume | undefined;
  cause?: unknown;
}

/** The base of every error of this package that a caller can meet. */
export abstract class ReportsError extends Error {
  abstract readonly code: ReportsErrorCode;
  declare readonly hint?: string;
  declare readonly request?: string;
  declare readonly status?: number;
  declare readonly faultCode?: string;
  declare readonly requestId?: string;
  declare readonly attempts?: number;
  declare readonly page?: number;
  declare readonly window?: TimeWindow;
  declare readonly retryAfterMs?: number;
  declare readonly retryRefusal?: RetryRefusal;
  declare readonly resume?: Resume;

  constructor(summary: string, details: ReportsErrorDetails = {}) {
    const { cause, ...fields } = details;
    super(compose(summary, details), cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    annotate(this, fields);
  }
}

/** Adds what is known only later: the number of attempts, or a hint, which also ends the message. */
export function annotate<E extends ReportsError>(error: E, details: Omit<ReportsErrorDetails, 'cause'>): E {
  if (details.hint !== undefined && error.hint === undefined && !error.message.endsWith(details.hint)) {
    error.message += ` ${details.hint}`;
  }
  for (const [key, value] of Object.entries(details)) {
    if (value !== undefined) Object.defineProperty(error, key, { value, enumerable: true, configurable: true });
  }
  return error;
}

/** The same error once more: one failure may end several calls, each of which has more to say of itself. */
export function copyOf<E extends ReportsError>(error: E): E {
  const copy = Object.setPrototypeOf(new Error(error.message), Object.getPrototypeOf(error) as object) as E;
  const stack = { value: error.stack, writable: true, configurable: true };
  return Object.defineProperties(copy, { ...Object.getOwnPropertyDescriptors(error), stack });
}

/** What happened, where, what to do. */
function compose(summary: string, { request, hint }: ReportsErrorDetails): string {
  const where = request === undefined ? '' : ` (${request})`;
  return `${summary}${where}.${hint === undefined ? '' : ` ${hint}`}`;
}
