import type { AuthOption } from './auth/auth-option.ts';
import type { TokenStore } from './auth/token-store.ts';
import type { EventHandlers } from './events.ts';
import type { Clock } from './http/clock.ts';
import type { FetchLike } from './http/fetch-like.ts';

/** What `createReportsClient` takes. Only the account and the credentials are required. */
export interface ClientOptions {
  /** The numeric account id. `self`, which sibling APIs accept, is refused by this one (fact 3). */
  accountId: string;

  /**
   * How requests are authorised: credentials (the client logs in and refreshes), an authorization code, an access
   * token, or a function that gives one.
   */
  auth: AuthOption;

  /** Default: `https://api.vonage.com/t/vbc.prod/reports`. The path with `/v1` and a second host work too (fact 1). */
  baseUrl?: string | undefined;

  /** Where tokens come from. Default: `https://api.vonage.com/token`; fact 2 knows another. */
  tokenUrl?: string | undefined;

  /** Where tokens, and the memory of a refused login, are kept. Default: in memory, for this client alone. */
  tokenStore?: TokenStore | undefined;

  /** Used in place of the platform's `fetch`; called with a URL and an init, and has to heed the init's signal. */
  fetch?: FetchLike | undefined;

  /**
   * How long one attempt may take, from the request to the last byte of the body, in milliseconds. Default: 60,000.
   * With the default retries, a request to a server that stalls fails after six times as long, plus the waits.
   */
  timeoutMs?: number | undefined;

  /** How long one call to `list` (all its pages) or `raw` may take, in milliseconds. Default: no limit. */
  deadlineMs?: number | undefined;

  retry?: RetryOptions | undefined;

  /** Requests in flight at once, over everything that goes through the client. Default: 4. */
  concurrency?: number | undefined;

  /** Requests started per second, evenly spaced, over everything that goes through the client. Default: no limit. */
  requestsPerSecond?: number | undefined;

  /** Calls per page, 1 to 10,000. Default: 1,000, the largest known to be honoured (fact 13). */
  pageSize?: number | undefined;

  /** Aborts everything that goes through the client. */
  signal?: AbortSignal | undefined;

  /** Callbacks for what happens on the way; one that throws never breaks the run. */
  on?: EventHandlers | undefined;

  /** Sent as `User-Agent` where the platform lets it. Default: the platform's own. */
  userAgent?: string | undefined;

  /** For tests: the time and its timers. Default: the platform's. */
  clock?: Clock | undefined;

  /** For tests: the jitter of waits, from 0 to below 1. Default: `Math.random`. */
  random?: (() => number) | undefined;
}

export interface RetryOptions {
  /** Attempts per request, the first included. Default: 6; 1 turns retries off. */
  maxAttempts?: number | undefined;

  /**
   * The longest wait that a server may ask for, in milliseconds; a longer one fails at once with `rate-limited` and the
   * wait. Default: 120,000.
   */
  maxRetryAfterMs?: number | undefined;
}

export const defaults = {
  baseUrl: 'https://api.vonage.com/t/vbc.prod/reports',
  tokenUrl: 'https://api.vonage.com/token',
  timeoutMs: 60_000,
  concurrency: 4,
  pageSize: 1000,
} satisfies Partial<ClientOptions>;

export const retryDefaults = {
  maxAttempts: 6,
  maxRetryAfterMs: 120_000,
} satisfies RetryOptions;

/** The options over the defaults; one given as undefined is one left out. */
export function withDefaults<Defaults extends object>(given: object | undefined, defaults: Defaults): Defaults {
  const present = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(present) };
}
