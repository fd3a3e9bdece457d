import { AbortedError, NetworkError, ReportsError, TimeoutError } from '../errors/index.ts';
import { safeCause } from '../errors/redact.ts';
import { readAnswer, type Answer } from './answer.ts';
import type { Clock } from './clock.ts';
import type { FetchLike } from './fetch-like.ts';
import { linkSignals } from './link-signals.ts';

export interface AttemptRequest {
  readonly url: string;
  readonly init: RequestInit;
  /** Method and path, for messages. */
  readonly name: string;
  /** From the call of `fetch` to the last byte of the body, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * One request, one answer, whatever its status. Redirects are not followed: a token would travel to another host.
 *
 * @throws NetworkError no answer, or one that was cut short
 * @throws TimeoutError the whole took longer than `timeoutMs`
 * @throws AbortedError the signal was aborted; with a `ReportsError` as its reason, that error is thrown instead
 */
export async function attempt(request: AttemptRequest, fetch: FetchLike, clock: Clock): Promise<Answer> {
  const { url, init, name, timeoutMs, signal } = request;
  throwIfAborted(signal, name);
  const linked = linkSignals(signal);
  const cancelTimer = clock.after(timeoutMs, () => {
    linked.abort(new TimeoutError(`No whole answer within ${timeoutMs} ms`, { request: name }));
  });
  try {
    const response = await fetch(url, { ...init, redirect: 'manual', signal: linked.signal });
    return await readAnswer(response);
  } catch (error) {
    throwIfAborted(linked.signal, name);
    throw new NetworkError('The connection failed or ended before the whole answer was there', {
      request: name,
      cause: safeCause(error),
    });
  } finally {
    cancelTimer();
    linked.release();
  }
}

/** Throws what the abort of a signal means: our own reason as it is, a caller's as the cause of an `AbortedError`. */
export function throwIfAborted(signal: AbortSignal, name?: string): void {
  if (signal.aborted) throw abortError(signal, name);
}

export function abortError(signal: AbortSignal, name?: string): ReportsError {
  if (signal.reason instanceof ReportsError) return signal.reason;
  return new AbortedError('Aborted', { request: name, cause: signal.reason });
}
