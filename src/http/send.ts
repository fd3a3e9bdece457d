import {
  annotate,
  RateLimitedError,
  RetryBudgetExhaustedError,
  type ReportsError,
  type RetryRefusal,
} from '../errors/index.ts';
import type { Emit } from '../events.ts';
import type { Answer } from './answer.ts';
import { throwIfAborted } from './attempt.ts';
import { decideRetry, type RetryPolicy } from './decide-retry.ts';
import type { Failure } from './failure.ts';
import type { RetryBudget } from './retry-budget.ts';
import { tryOnce, type OutgoingRequest, type TryDependencies } from './try-once.ts';
import { wait } from './wait.ts';

export interface SendDependencies extends TryDependencies {
  readonly retry: RetryPolicy;
  readonly budget: RetryBudget;
  readonly random: () => number;
}

/** An answer, an error, or an error answer with its error. */
export interface Sent {
  readonly answer: Answer | undefined;
  readonly error: ReportsError | undefined;
}

export type Send = (request: OutgoingRequest) => Promise<Sent>;

/**
 * The one path that every request takes: authorise, limit, attempt, decide, wait, again. An error answer comes back
 * beside its error, because the raw client hands out the former and the helpers throw the latter.
 *
 * Rejects with a `ReportsError` if no token can be had, and when the signal is aborted.
 */
export function createSend(dependencies: SendDependencies): Send {
  const { clock, budget, retry, random, emit } = dependencies;

  return async function send(request) {
    const { signal, name, deadlineAt, page } = request;
    let failures = 0;
    try {
      for (let attempts = 1; ; attempts += 1) {
        budget.attempted();
        const { answer, failure, replay } = await tryOnce(dependencies, request, attempts);
        if (failure === undefined) return { answer, error: undefined };
        if (replay) continue;

        failures += 1;
        const situation = { failure, attempt: failures, now: clock.now(), deadlineAt, affordable: budget.affordable() };
        const decision = decideRetry(retry, { ...situation, random });
        if (!decision.retry) return { answer, error: finalError(failure, decision.reason, attempts) };
        budget.retried();
        announce(emit, { request: name, attempt: attempts, page, failure, delayMs: decision.delayMs });
        await wait(clock, decision.delayMs, signal);
      }
    } catch (error) {
      throwIfAborted(signal, name);
      throw error;
    }
  };
}

interface Retry {
  readonly request: string;
  readonly attempt: number;
  readonly page: number | undefined;
  readonly failure: Failure;
  readonly delayMs: number;
}

function announce(emit: Emit, { failure, page, ...event }: Retry): void {
  emit('retry', { ...event, reason: failure.error.code, ...(page === undefined ? {} : { page }) });
}

/** The error that ends a request: the failure's own, or that of the bound that forbade another attempt. */
function finalError({ error }: Failure, retryRefusal: RetryRefusal, attempts: number): ReportsError {
  const { request, status, faultCode, requestId, page, window, retryAfterMs } = error;
  const details = { request, status, faultCode, requestId, page, window, retryAfterMs, attempts, retryRefusal };
  if (retryRefusal === 'wait-too-long') {
    const hint = 'That is longer than `maxRetryAfterMs` allows: come back then, or raise it.';
    const seconds = Math.ceil((retryAfterMs ?? 0) / 1000);
    return new RateLimitedError(`The server asks to wait ${seconds} s`, { ...details, hint, cause: error });
  }
  if (retryRefusal === 'budget-exhausted') {
    const hint = 'The server fails too often for more retries to help: find out why, or come back later.';
    return new RetryBudgetExhaustedError('Too many requests had to be retried', { ...details, hint, cause: error });
  }
  return annotate(error, { attempts, retryRefusal });
}
