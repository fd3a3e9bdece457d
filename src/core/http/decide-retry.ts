import type { RetryRefusal } from '../errors/index.ts';
import { backoffMs } from './backoff.ts';
import type { Failure } from './failure.ts';

/** What a client allows; see `RetryOptions` for the meaning. */
export interface RetryPolicy {
  readonly maxAttempts: number;
  readonly maxRetryAfterMs: number;
}

export interface RetrySituation {
  readonly failure: Failure;
  /** The attempt that failed, counted from 1. */
  readonly attempt: number;
  readonly now: number;
  /** When the call has to be done, in the clock's milliseconds. */
  readonly deadlineAt: number;
  /** Whether the client's retry budget has something left. */
  readonly affordable: boolean;
  readonly random: () => number;
}

export type RetryDecision =
  { readonly retry: true; readonly delayMs: number } | { readonly retry: false; readonly reason: RetryRefusal };

/** Whether a failed attempt is repeated and after how long, or why not. */
export function decideRetry(policy: RetryPolicy, situation: RetrySituation): RetryDecision {
  const { failure, attempt, now, deadlineAt, affordable, random } = situation;
  const { retryAfterMs } = failure.error;
  if (failure.final !== undefined) return { retry: false, reason: failure.final };
  if (retryAfterMs !== undefined && retryAfterMs > policy.maxRetryAfterMs) {
    return { retry: false, reason: 'wait-too-long' };
  }
  if (attempt >= policy.maxAttempts) return { retry: false, reason: 'attempts-exhausted' };
  const delayMs = backoffMs(attempt, retryAfterMs, random);
  if (now + delayMs >= deadlineAt) return { retry: false, reason: 'deadline' };
  if (!affordable) return { retry: false, reason: 'budget-exhausted' };
  return { retry: true, delayMs };
}
