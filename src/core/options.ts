import { validateAuth, type AuthOption } from './auth/auth-option.ts';
import type { TokenStore } from './auth/token-store.ts';
import {
  aFunction,
  aHeaderValue,
  anAccountId,
  anInteger,
  aNonNegativeNumber,
  anObjectWith,
  aPositiveNumber,
  aSignal,
  aUrl,
  checkOptions,
  objectOf,
} from './checks.ts';
import type { EventHandlers } from './events.ts';
import type { Clock } from './http/clock.ts';
import type { FetchLike } from './http/attempt.ts';

/** The options of `createReportsClient`. Only `accountId` and `auth` are required. */
export interface ClientOptions {
  /** The numeric account id. The alias `self`, which sibling APIs accept, is refused by this one (fact 3). */
  accountId: string;

  /**
   * The way requests are authorised: credentials (the client logs in and refreshes), an authorization code, an access
   * token, or a function that returns one.
   */
  auth: AuthOption;

  /** Default: `https://api.vonage.com/t/vbc.prod/reports`. The path with `/v1` and a second host work too (fact 1). */
  baseUrl?: string | undefined;

  /** The URL that issues tokens. Default: `https://api.vonage.com/token`; fact 2 names another. */
  tokenUrl?: string | undefined;

  /** Keeps tokens and refused logins. Default: in memory, for this client only. */
  tokenStore?: TokenStore | undefined;

  /**
   * Used instead of the platform's `fetch`. It is called with a URL and an init, and must obey the init's signal. A
   * `ReportsError` that it throws is the error of the attempt; anything else becomes the cause of a `NetworkError`.
   */
  fetch?: FetchLike | undefined;

  /**
   * The time limit of one attempt, from the request to the last byte of the body, in milliseconds. Default: 60,000.
   * Worst case with the default retries: a request to a server that stalls fails after six times as long, plus the
   * waits.
   */
  timeoutMs?: number | undefined;

  /** The time limit of one `list` (all its pages) or `raw` operation, in milliseconds. Default: no limit. */
  deadlineMs?: number | undefined;

  /** The limits of retries. */
  retry?: RetryOptions | undefined;

  /** The number of requests in flight at once, over everything the client does, 1 to 100. Default: 4. */
  concurrency?: number | undefined;

  /** The number of requests started per second, evenly spaced, over everything the client does. Default: no limit. */
  requestsPerSecond?: number | undefined;

  /** Calls per page, 1 to 10,000. Default: 1,000, the largest known to be honoured (fact 13). */
  pageSize?: number | undefined;

  /** Aborts everything the client does. */
  signal?: AbortSignal | undefined;

  /** Callbacks for events; one that throws never breaks the run. */
  on?: EventHandlers | undefined;

  /** The `User-Agent` header, on platforms that let it be set. Default: the platform's own. */
  userAgent?: string | undefined;

  /** For tests: the time and its timers. Default: the platform's. */
  clock?: Clock | undefined;

  /** For tests: the randomness of waits, from 0 to below 1. Default: `Math.random`. */
  random?: (() => number) | undefined;
}

/** The limits of retries. */
export interface RetryOptions {
  /** Attempts per request, the first included, 1 to 100. Default: 6; 1 turns retries off. */
  maxAttempts?: number | undefined;

  /**
   * The longest wait that the server may ask for, in milliseconds. If it asks for a longer one, the request fails at
   * once with `rate-limited`. Default: 120,000.
   */
  maxRetryAfterMs?: number | undefined;
}

/** The page sizes that can be requested; 10,000 is the largest in use (fact 13). */
export const pageSizeBounds = { from: 1, to: 10_000 };

/** The values of options that are left out. */
export const defaults = {
  baseUrl: 'https://api.vonage.com/t/vbc.prod/reports',
  tokenUrl: 'https://api.vonage.com/token',
  timeoutMs: 60_000,
  concurrency: 4,
  pageSize: 1000,
} satisfies Partial<ClientOptions>;

/** The values of `retry` options that are left out. */
export const retryDefaults = {
  maxAttempts: 6,
  maxRetryAfterMs: 120_000,
} satisfies RetryOptions;

/** Throws a `ConfigurationError` for the first invalid option. It names the option, never a secret's value. */
export function validateOptions(options: ClientOptions): void {
  checkOptions<ClientOptions>(options, {
    accountId: anAccountId,
    auth: (_name, value) => {
      validateAuth(value);
    },
    baseUrl: aUrl,
    tokenUrl: aUrl,
    tokenStore: anObjectWith('read', 'write', 'withLock'),
    fetch: aFunction,
    timeoutMs: aPositiveNumber,
    deadlineMs: aPositiveNumber,
    retry: objectOf<RetryOptions>({
      maxAttempts: anInteger({ from: 1, to: 100 }),
      maxRetryAfterMs: aNonNegativeNumber,
    }),
    concurrency: anInteger({ from: 1, to: 100 }),
    requestsPerSecond: aPositiveNumber,
    pageSize: anInteger(pageSizeBounds),
    signal: aSignal,
    on: objectOf<EventHandlers>({
      drift: aFunction,
      page: aFunction,
      rejected: aFunction,
      request: aFunction,
      retry: aFunction,
      token: aFunction,
      warning: aFunction,
    }),
    userAgent: aHeaderValue,
    clock: anObjectWith('now', 'after'),
    random: aFunction,
  });
}
