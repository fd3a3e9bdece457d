import { RateLimitedError, type ReportsError, RetryBudgetExhaustedError, type RetryRefusal } from '../errors/index.ts';
import { withContext } from '../errors/reports-error.ts';

/** The limits of retries; see `RetryOptions`. */
export interface RetryPolicy {
  readonly maxAttempts: number;
  readonly maxRetryAfterMs: number;
}

/** The facts that a decision about a retry depends on. */
export interface RetrySituation {
  /** The failure; final if its `retryRefusal` is set. */
  readonly error: ReportsError;
  /** The attempt that failed, counted from 1. */
  readonly attempt: number;
  readonly now: number;
  /** The time by which the operation has to be done, in the clock's milliseconds. */
  readonly deadlineAt: number;
  /** Whether the client's retry budget has a retry left. */
  readonly affordable: boolean;
  readonly random: () => number;
}

/** A retry after a wait, or the reason why there is none. */
export type RetryDecision =
  { readonly retry: true; readonly delayMs: number } | { readonly retry: false; readonly reason: RetryRefusal };

/** Decides whether a failed attempt is retried and after how long, or why not. */
export function decideRetry(policy: RetryPolicy, situation: RetrySituation): RetryDecision {
  const { error, attempt, now, deadlineAt, affordable, random } = situation;
  const { retryAfterMs, retryRefusal } = error;
  if (retryRefusal !== undefined) return { retry: false, reason: retryRefusal };
  if (retryAfterMs !== undefined && retryAfterMs > policy.maxRetryAfterMs) {
    return { retry: false, reason: 'wait-too-long' };
  }
  if (attempt >= policy.maxAttempts) return { retry: false, reason: 'attempts-exhausted' };
  const delayMs = backoffMs(attempt, retryAfterMs, random);
  if (now + delayMs >= deadlineAt) return { retry: false, reason: 'deadline' };
  if (!affordable) return { retry: false, reason: 'budget-exhausted' };
  return { retry: true, delayMs };
}

/** The upper bound of the first wait, in milliseconds; doubled with each attempt. */
export const baseDelayMs = 500;

/** The longest backoff, in milliseconds; a server may ask for a longer wait. */
export const maxDelayMs = 20_000;

/**
 * The wait after the failed attempt number `attempt` (from 1), in milliseconds: exponential with full jitter, so that
 * clients that failed together do not return together. A wait that the server asks for is kept, with a jitter of at
 * most `baseDelayMs` on top, since it may ask for no wait, or for one that is already over.
 */
export function backoffMs(attempt: number, retryAfterMs: number | undefined, random: () => number): number {
  const jitter = random();
  const own = jitter * Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1));
  return retryAfterMs === undefined ? own : Math.max(own, retryAfterMs + jitter * baseDelayMs);
}

/** The error that ends a request: the failure itself, or that of the limit that forbids another attempt. */
export function finalError(error: ReportsError, retryRefusal: RetryRefusal, attempts: number): ReportsError {
  const { request, status, faultCode, requestId, page, window, retryAfterMs } = error;
  const details = { request, status, faultCode, requestId, page, window, retryAfterMs, attempts, retryRefusal };
  if (retryRefusal === 'wait-too-long') {
    const summary = `The server asks to wait ${Math.ceil((retryAfterMs ?? 0) / 1000)} s`;
    return new RateLimitedError(summary, { ...details, problem: 'long-wait', cause: error });
  }
  if (retryRefusal === 'budget-exhausted') {
    const summary = 'Too many requests had to be retried';
    return new RetryBudgetExhaustedError(summary, { ...details, problem: 'failing-server', cause: error });
  }
  return withContext(error, { attempts, retryRefusal });
}

/**
 * The share of retries that each attempt pays for. A sustained 35 % of attempts may be retries; the rest is room for
 * chance, so that a server that fails at just that rate does not empty the budget by bad luck.
 */
const depositPerAttempt = 0.4;

/** The size of the budget at the start and at most, in retries. */
const capacity = 50;

/** Limits the share of retries over all requests of a client. */
export interface RetryBudget {
  /** Tells whether there is a retry left. */
  affordable(): boolean;
  attempted(): void;
  retried(): void;
}

/**
 * Makes a full budget. Limits on the attempts of each request alone would let clients multiply the load on a server
 * that is down.
 */
export function createRetryBudget(): RetryBudget {
  let retries = capacity;
  return {
    affordable: () => retries >= 1,
    attempted: () => {
      retries = Math.min(capacity, retries + depositPerAttempt);
    },
    retried: () => {
      retries -= 1;
    },
  };
}
