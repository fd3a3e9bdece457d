import type { RejectionReason, ReportsErrorCode, TimeWindow } from './errors/index.ts';

/** One attempt has ended, well or not. */
export interface RequestEvent {
  /** Method and path, without the query. */
  readonly request: string;
  /** The number of the attempt, counted from 1. */
  readonly attempt: number;
  /** The time from the start of the attempt to its end, in milliseconds. */
  readonly durationMs: number;
  /** HTTP status, if there was a response. */
  readonly status?: number;
  /** The code of the failure, if the attempt failed. */
  readonly failure?: ReportsErrorCode;
  /** The page that was requested, counted from 1; absent for a raw request. */
  readonly page?: number;
  /** The window of call starts that was requested; absent for a raw request. */
  readonly window?: TimeWindow;
}

/** A failed attempt is going to be retried. */
export interface RetryEvent {
  /** Method and path, without the query. */
  readonly request: string;
  /** The attempt that failed, counted from 1. */
  readonly attempt: number;
  /** The code of the failure. */
  readonly reason: ReportsErrorCode;
  /** The wait before the next attempt, in milliseconds. */
  readonly delayMs: number;
  /** The page that was requested, counted from 1; absent for a raw request. */
  readonly page?: number;
}

/** A page of calls is handed out. */
export interface PageEvent {
  /** The number of the page in the list, counted from 1. */
  readonly page: number;
  /** The number of calls on the page. */
  readonly calls: number;
  /** The number of calls in the range, by the server's first response. */
  readonly totalItems: number;
  /** The window of call starts that the calls belong to. */
  readonly window: TimeWindow;
}

/** A token was obtained: by a login, with a refresh token or an authorization code, from the store or the function. */
export interface TokenEvent {
  /** The way in which the token was obtained. */
  readonly source: 'login' | 'refresh' | 'authorization-code' | 'store' | 'function';
  /** The time when it expires, if known. */
  readonly expiresAt?: Date;
}

/** The subject of a warning. */
export type WarningCode =
  | 'filter-ignored'
  | 'inexact-number'
  | 'invalid-utf8'
  | 'login-scope'
  | 'order-refused'
  | 'page-size-lowered'
  | 'range-ends-in-future'
  | 'repeated-id'
  | 'token-store'
  | 'widened-bounds';

/** Something that the user should know, although nothing failed. */
export interface WarningEvent {
  /** The subject, to match on. */
  readonly code: WarningCode;
  /** The warning, in whole sentences. */
  readonly message: string;
}

/**
 * A row was rejected, so it is not handed out. This is the only event that holds call data, with names and phone
 * numbers; do not log it as it is.
 */
export interface RejectedRowEvent {
  /** The row as the server sent it. */
  readonly row: unknown;
  /** The reason why the row was rejected. */
  readonly reason: RejectionReason;
  /** The window of call starts that was requested. */
  readonly window: TimeWindow;
}

/**
 * The live API differs from the document; reported once for each difference. It does not affect the reading. Holds
 * names and types, never a value of a call.
 */
export interface DriftEvent {
  /**
   * `undeclared`: a field that the document does not have; `missing`: a required field that the response does not have;
   * `type`: another type; `null`: null where the document has none; `format`: a string in another format; `value`: a
   * value that is not in the document's list.
   */
  readonly kind: 'undeclared' | 'missing' | 'type' | 'null' | 'format' | 'value';
  /** The path from the top of the response: `_embedded.call_logs[].result`. */
  readonly field: string;
  /** The document's types, joined by `|`, `integer` among them; absent for an undeclared field. */
  readonly expected?: string;
  /** The type found; for an unknown value, the value itself if it is a word. Absent for a missing field. */
  readonly found?: string;
}

/**
 * Callbacks; one that throws never breaks the run. No event but `rejected` holds call data, and none holds a secret or
 * a query.
 */
export interface EventHandlers {
  /** Called after each attempt. */
  request?: (event: RequestEvent) => void;
  /** Called before each retry, when its wait begins. */
  retry?: (event: RetryEvent) => void;
  /** Called before each page is handed out. */
  page?: (event: PageEvent) => void;
  /** Called for each token that was obtained. */
  token?: (event: TokenEvent) => void;
  /** Called for things that the user should know although nothing failed. */
  warning?: (event: WarningEvent) => void;
  /** Called for each rejected row. */
  rejected?: (event: RejectedRowEvent) => void;
  /** Called for each difference from the document. Without this callback, responses are not compared with it. */
  drift?: (event: DriftEvent) => void;
}

type EventOf<Name extends keyof EventHandlers> = Parameters<NonNullable<EventHandlers[Name]>>[0];

/** Reports an event. */
export type Emit = <Name extends keyof EventHandlers>(name: Name, event: EventOf<Name>) => void;

/** Calls the handlers, so that neither a throw nor a rejected promise of theirs reaches the run. */
export function createEmit(handlers: EventHandlers): Emit {
  return (name, event) => {
    const handler = handlers[name] as ((event: unknown) => unknown) | undefined;
    if (!handler) return;
    try {
      const result = handler(event);
      if (result instanceof Promise) result.catch(() => undefined);
    } catch {
      // The handler's own mistake must not end the run.
    }
  };
}
