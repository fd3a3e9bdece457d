import type { Difference } from './drift/difference.ts';
import type { ReportsErrorCode, TimeWindow } from './errors/reports-error.ts';

/** One attempt has ended, well or not. */
export interface RequestEvent {
  /** Method and path, without the query. */
  readonly request: string;
  /** Which attempt of the request, counted from 1. */
  readonly attempt: number;
  readonly durationMs: number;
  /** HTTP status, if there was an answer. */
  readonly status?: number;
  /** What failed, if anything did. */
  readonly failure?: ReportsErrorCode;
  readonly page?: number;
}

/** A failed attempt is going to be repeated. */
export interface RetryEvent {
  readonly request: string;
  /** The attempt that failed, counted from 1. */
  readonly attempt: number;
  readonly reason: ReportsErrorCode;
  readonly delayMs: number;
  readonly page?: number;
}

/** A page of calls is handed out. */
export interface PageEvent {
  /** Which page of the list, counted from 1. */
  readonly page: number;
  readonly calls: number;
  /** How many calls the range holds, by the server's first answer. */
  readonly totalItems: number;
  readonly window: TimeWindow;
}

/** A token was obtained: by a login, by a refresh token, by an authorization code, from the store or the function. */
export interface TokenEvent {
  readonly source: 'login' | 'refresh' | 'authorization-code' | 'store' | 'function';
  /** When it expires, if that is known. */
  readonly expiresAt?: Date;
}

/** Nothing failed, and yet somebody should know. */
export interface WarningEvent {
  readonly code: 'login-scope' | 'order-refused' | 'page-size-lowered' | 'range-ends-in-future' | 'token-store';
  readonly message: string;
}

/** The live API has parted from the document; said once for each difference. Of no consequence for the reading itself. */
export type DriftEvent = Difference;

/** Callbacks; one that throws never breaks the run. No event holds a secret, a query or a phone number. */
export interface EventHandlers {
  request?: (event: RequestEvent) => void;
  retry?: (event: RetryEvent) => void;
  page?: (event: PageEvent) => void;
  token?: (event: TokenEvent) => void;
  warning?: (event: WarningEvent) => void;
  /** The first answer of each list is compared with the document only where there is this callback. */
  drift?: (event: DriftEvent) => void;
}

type EventOf<Name extends keyof EventHandlers> = Parameters<NonNullable<EventHandlers[Name]>>[0];

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
      // The handler's own mistake; the run goes on.
    }
  };
}
