import { RateLimitedError, RetryBudgetExhaustedError, type ReportsError, type RetryRefusal } from '../errors/index.ts';
import { withContext } from '../errors/reports-error.ts';
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
export type Sent =
  | { readonly answer: Answer; readonly error?: undefined }
  | { readonly answer?: Answer | undefined; readonly error: ReportsError };

export type Send = (request: OutgoingRequest) => Promise<Sent>;

/**
 * The one path that every request takes: authorise, limit, attempt, decide, wait, again. An error answer comes back
 * beside its error, because the raw client hands out the former and the helpers throw the latter.
 *
 * Rejects with a `ReportsError` if no token can be had, and when the signal is aborted.
 */
export function createSend(dependencies: SendDependencies): Send {
  return async (request) => {
    try {
      return await sendUntilDecided(dependencies, request);
    } catch (error) {
      throwIfAborted(request.call.signal, request.name);
      throw error;
    }
  };
}

async function sendUntilDecided(dependencies: SendDependencies, request: OutgoingRequest): Promise<Sent> {
  const { clock, budget, retry, random, emit } = dependencies;
  const { signal, deadlineAt, tally } = request.call;
  let failures = 0;
  let renewals = 0;
  for (let attempts = 1; ; attempts += 1) {
    budget.attempted();
    const tried = await tryOnce(dependencies, request, { attempt: attempts, renewals });
    if (tried.failure === undefined) return { answer: tried.answer };
    const { answer, failure, replay } = tried;
    // A replay waits for nothing and costs no retry: what bounds it are the rules for new tokens.
    if (replay?.renews) renewals += 1;
    if (replay) continue;

    failures += 1;
    const state = { failure, attempt: failures, now: clock.now(), deadlineAt, affordable: budget.affordable(), random };
    const decision = decideRetry(retry, state);
    if (!decision.retry) return { answer, error: finalError(failure, decision.reason, attempts) };
    budget.retried();
    tally.retries += 1;
    announce(emit, request, attempts, failure, decision.delayMs);
    await wait(clock, decision.delayMs, signal);
  }
}

function announce(emit: Emit, request: OutgoingRequest, attempt: number, failure: Failure, delayMs: number): void {
  const { name, page } = request;
  const reason = failure.error.code;
  emit('retry', { request: name, attempt, reason, delayMs, ...(page === undefined ? {} : { page }) });
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
  return withContext(error, { attempts, retryRefusal });
}
