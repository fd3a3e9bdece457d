import { MalformedResponseError, type ProblemId, ReportsError, type TimeWindow } from '../errors/index.ts';
import { withContext } from '../errors/reports-error.ts';
import type { Emit } from '../events.ts';
import { present } from '../present.ts';
import { attempt, type AttemptDependencies, type BufferedResponse, throwIfAborted } from './attempt.ts';
import { classifyResponse, type FailedResponse } from './classify-response.ts';
import { wait } from './clock.ts';
import type { Limiter, LoadSign } from './limiter.ts';
import type { Operation } from './operation.ts';
import { decideRetry, finalError, type RetryBudget, type RetryPolicy } from './retry.ts';

/** A refused token, and the response that refused it. */
export interface TokenRefusal {
  readonly token: string;
  /** The gateway's fault code, if the response held one (fact 29). */
  readonly faultCode?: string | undefined;
  /** The `title` of the response, if it held one (fact 9). */
  readonly title?: string | undefined;
  /** The number of new tokens that earlier refusals of the same request have asked for. */
  readonly renewals: number;
}

/**
 * Either a replay makes sense, with a new token that is requested (`renews`) or with one that is there already; or the
 * refusal is final, and `problem` names its likely cause.
 */
export type RefusalVerdict =
  { readonly replay: true; readonly renews: boolean } | { readonly replay: false; readonly problem: ProblemId };

/**
 * The authentication that requests need, as an interface, so that `http` does not depend on `auth`, which implements
 * it.
 */
export interface Authoriser {
  /** The token to send. Rejects with a `ReportsError` if there is none, with the signal's reason when aborted. */
  authorise(signal: AbortSignal): Promise<string>;
  /** Called for every good response: the token works. An error may come from an edge that did not look at the token. */
  accepted(token: string): void;
  /** Called for every 401. Decides at once; the new token is made by the next `authorise`. */
  refused(refusal: TokenRefusal): RefusalVerdict;
}

/** One request to the API, with everything that its retries need. */
export interface OutgoingRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Method and path, without the query: for messages and events. */
  readonly name: string;
  /** The operation that the request belongs to. */
  readonly operation: Operation;
  /** Returns what is wrong with a JSON object under 2xx; undefined if it is valid. */
  readonly validate?: ((json: unknown) => string | undefined) | undefined;
  /** The largest body that is read, in bytes. Default: 256 MiB. */
  readonly maxBodyBytes?: number | undefined;
  readonly page?: number | undefined;
  readonly window?: TimeWindow | undefined;
}

/** The parts of the client that requests need. */
export interface SendDependencies extends AttemptDependencies {
  readonly authoriser: Authoriser;
  readonly limiter: Limiter;
  readonly retry: RetryPolicy;
  readonly budget: RetryBudget;
  readonly random: () => number;
  readonly timeoutMs: number;
  readonly userAgent: string | undefined;
  readonly emit: Emit;
}

/** A good response, or an error with the response that holds it, if there was one. */
export type Sent =
  | { readonly response: BufferedResponse; readonly error?: undefined }
  | { readonly response?: BufferedResponse | undefined; readonly error: ReportsError };

/** Sends one request until it succeeds or fails for good. */
export type Send = (request: OutgoingRequest) => Promise<Sent>;

/**
 * The one path that every request takes: authorise, limit, attempt, decide, wait, and again. An error response is
 * returned together with its error, because the raw client returns the former and `list` throws the latter.
 *
 * Rejects with a `ReportsError` if there is no token, and when the operation is aborted.
 */
export function createSend(dependencies: SendDependencies): Send {
  return async (request) => {
    try {
      return await sendUntilDecided(dependencies, request);
    } catch (error) {
      throwIfAborted(request.operation.signal, request.name);
      throw error;
    }
  };
}

async function sendUntilDecided(dependencies: SendDependencies, request: OutgoingRequest): Promise<Sent> {
  const { clock, budget, retry, random, emit } = dependencies;
  const { signal, deadlineAt, tally } = request.operation;
  let failures = 0;
  let renewals = 0;
  for (let attempts = 1; ; attempts += 1) {
    budget.attempted();
    const { response, error, replay } = await attemptWithToken(dependencies, request, { attempts, renewals });
    // A replay does not wait and does not count as a retry: the rules for new tokens limit it.
    if (replay?.renews) renewals += 1;
    if (replay) continue;
    if (error === undefined) return { response };

    failures += 1;
    const situation = {
      error,
      attempt: failures,
      now: clock.now(),
      deadlineAt,
      affordable: budget.affordable(),
      random,
    };
    const decision = decideRetry(retry, situation);
    if (!decision.retry) return { response, error: finalError(error, decision.reason, attempts) };
    budget.retried();
    tally.retries += 1;
    const { delayMs } = decision;
    const { name, page } = request;
    emit('retry', { request: name, attempt: attempts, reason: error.code, delayMs, ...present({ page }) });
    await wait(clock, delayMs, signal);
  }
}

/** The outcome of one attempt. */
type Attempted = Sent & {
  /**
   * The token was refused, and another may work, which may have to be obtained first: send the request again at once.
   */
  readonly replay?: { readonly renews: boolean } | undefined;
};

/** The attempts at a request so far. */
interface Progress {
  /** This attempt, counted from 1. */
  readonly attempts: number;
  /** New tokens that were requested because this request was refused. */
  readonly renewals: number;
}

/** Makes one attempt with a token, within the client's limits, and reports it. */
async function attemptWithToken(
  dependencies: SendDependencies,
  request: OutgoingRequest,
  progress: Progress,
): Promise<Attempted> {
  const { authoriser, limiter } = dependencies;
  const { signal } = request.operation;
  const token = await authoriser.authorise(signal);
  return await limiter.run(() => reportAttempt(dependencies, request, token, progress), signal, loadSignOf);
}

/** A gateway also sheds load with 503 (fact 29). */
function loadSignOf({ error }: Attempted): LoadSign {
  if (error === undefined) return 'good';
  return error.code === 'rate-limited' || error.status === 503 ? 'throttled' : 'failed';
}

async function reportAttempt(
  dependencies: SendDependencies,
  request: OutgoingRequest,
  token: string,
  { attempts, renewals }: Progress,
): Promise<Attempted> {
  const { clock, emit } = dependencies;
  const { page, window } = request;
  const startedAt = clock.now();
  request.operation.tally.requests += 1;
  const attempted = await attemptOnce(dependencies, request, token, renewals);
  const { response, error } = attempted;
  emit('request', {
    request: request.name,
    attempt: attempts,
    durationMs: clock.now() - startedAt,
    ...present({ status: response?.status, failure: error?.code, page, window }),
  });
  return attempted;
}

async function attemptOnce(
  dependencies: SendDependencies,
  request: OutgoingRequest,
  token: string,
  renewals: number,
): Promise<Attempted> {
  const { authoriser, clock, timeoutMs } = dependencies;
  const { url, method, name, maxBodyBytes, page, window } = request;
  const { signal } = request.operation;
  const headers = headersOf(dependencies, request, token);
  try {
    const response = await attempt({ url, method, headers, name, timeoutMs, maxBodyBytes, signal }, dependencies);
    const failed = classifyResponse(response, { name, now: clock.now(), secrets: [token] });
    if (failed) return failedAttempt(dependencies, request, { response, failed, token, renewals });
    const flaw = request.validate?.(response.json);
    if (flaw !== undefined) return { response, error: flawed(flaw, response, request) };
    authoriser.accepted(token);
    return { response };
  } catch (error) {
    if (signal.aborted || !(error instanceof ReportsError)) throw error;
    return { error: withContext(error, { page, window }) };
  }
}

interface Refusable {
  readonly response: BufferedResponse;
  readonly failed: FailedResponse;
  readonly token: string;
  readonly renewals: number;
}

function failedAttempt(
  { authoriser }: SendDependencies,
  { page, window }: OutgoingRequest,
  { response, failed, token, renewals }: Refusable,
): Attempted {
  const error = withContext(failed.error, { page, window });
  if (failed.status !== 401) return { response, error };
  const { code: faultCode, message: title } = failed.fault;
  const verdict = authoriser.refused({ token, faultCode, title, renewals });
  if (verdict.replay) return { response, error, replay: verdict };
  return { response, error: withContext(error, { problem: verdict.problem, retryRefusal: 'token-refused' }) };
}

/** A JSON object under 2xx that is not what was requested counts as a failed attempt, as a cut body does. */
function flawed(flaw: string, { status }: BufferedResponse, { name, page, window }: OutgoingRequest): ReportsError {
  const details = { request: name, status, page, window, problem: 'unexpected-page' } as const;
  return new MalformedResponseError(`Unexpected response: ${flaw}`, details);
}

function headersOf({ userAgent }: SendDependencies, { headers }: OutgoingRequest, token: string) {
  return {
    ...present({ 'user-agent': userAgent }),
    ...headers,
    // With any other value, faults come as XML (fact 28).
    accept: 'application/json',
    authorization: `Bearer ${token}`,
  };
}
