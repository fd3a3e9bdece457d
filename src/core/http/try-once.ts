import { MalformedResponseError, ReportsError, type TimeWindow } from '../errors/index.ts';
import { withContext } from '../errors/reports-error.ts';
import type { Emit } from '../events.ts';
import type { Answer } from './answer.ts';
import { attempt } from './attempt.ts';
import type { Authoriser } from './authoriser.ts';
import type { Call } from './call.ts';
import type { Clock } from './clock.ts';
import { diagnose } from './diagnose.ts';
import type { Failure } from './failure.ts';
import type { FetchLike } from './fetch-like.ts';
import type { Limiter } from './limiter.ts';

export interface OutgoingRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Method and path, without the query: for messages and events. */
  readonly name: string;
  /** The call of the client that the request belongs to. */
  readonly call: Call;
  /** Says what a parsed answer lacks to be what was asked for; undefined if it lacks nothing. */
  readonly inspect?: ((json: unknown) => string | undefined) | undefined;
  readonly page?: number | undefined;
  readonly window?: TimeWindow | undefined;
}

export interface TryDependencies {
  readonly fetch: FetchLike;
  readonly clock: Clock;
  /** Loaded with the first request: importing the client loads no code for logins. */
  readonly authoriser: () => Promise<Authoriser>;
  readonly limiter: Limiter;
  readonly timeoutMs: number;
  readonly userAgent: string | undefined;
  readonly emit: Emit;
}

/** A good answer, or a failure with the answer that held it, if there was one. */
export type Tried =
  | { readonly answer: Answer; readonly failure?: undefined }
  | {
      readonly answer?: Answer | undefined;
      readonly failure: Failure;
      /** The token was refused, and another one may do, which may have to be made: send the request again at once. */
      readonly replay?: { readonly renews: boolean } | undefined;
    };

/** What has become of the request so far. */
export interface Progress {
  /** Counted from 1. */
  readonly attempt: number;
  /** New tokens that were asked for because this request was refused. */
  readonly renewals: number;
}

interface Authorised extends Omit<TryDependencies, 'authoriser'> {
  readonly authoriser: Authoriser;
  readonly token: string;
}

/** One attempt with a token, within the client's limits, and what is wrong with its answer. */
export async function tryOnce(
  dependencies: TryDependencies,
  request: OutgoingRequest,
  progress: Progress,
): Promise<Tried> {
  const { limiter } = dependencies;
  const { signal } = request.call;
  const authoriser = await dependencies.authoriser();
  const token = await authoriser.authorise(signal);
  const authorised = { ...dependencies, authoriser, token };
  const tried = await limiter.run(() => observe(authorised, request, progress), signal);
  if (tried.failure === undefined) authoriser.accepted(token);
  limiter.learn(outcomeOf(tried));
  return tried;
}

function outcomeOf({ failure }: Tried): Parameters<Limiter['learn']>[0] {
  if (failure === undefined) return 'good';
  return isThrottled(failure) ? 'throttled' : 'failed';
}

/** A gateway also sheds load by 503 (fact 29). */
function isThrottled({ error }: Failure): boolean {
  return error.code === 'rate-limited' || error.status === 503;
}

/** Makes the attempt and tells the listeners how it went. */
async function observe(authorised: Authorised, request: OutgoingRequest, progress: Progress): Promise<Tried> {
  const { clock, emit } = authorised;
  const startedAt = clock.now();
  request.call.tally.requests += 1;
  const tried = await judge(authorised, request, progress);
  emit('request', {
    request: request.name,
    attempt: progress.attempt,
    durationMs: clock.now() - startedAt,
    ...(tried.answer ? { status: tried.answer.status } : {}),
    ...(tried.failure ? { failure: tried.failure.error.code } : {}),
    ...(request.page === undefined ? {} : { page: request.page }),
  });
  return tried;
}

async function judge(authorised: Authorised, request: OutgoingRequest, { renewals }: Progress): Promise<Tried> {
  const { authoriser, clock, fetch, timeoutMs, token } = authorised;
  const { url, name, page, window } = request;
  const { signal } = request.call;
  try {
    const init = { method: request.method, headers: headersOf(authorised, request) };
    const answer = await attempt({ url, init, name, timeoutMs, signal }, fetch, clock);
    const refusal = diagnose(answer, { name, now: clock.now(), secrets: [token] });
    if (refusal === undefined) return examine(answer, request);

    const error = withContext(refusal.error, { page, window });
    if (refusal.status !== 401) return { answer, failure: { ...refusal, error } };
    const { code: faultCode, message: title } = refusal.fault;
    const verdict = authoriser.refused({ token, faultCode, title, renewals });
    if (verdict.replay) return { answer, failure: { error, final: 'token-refused' }, replay: verdict };
    return { answer, failure: { error: withContext(error, { hint: verdict.hint }), final: 'token-refused' } };
  } catch (error) {
    if (signal.aborted || !(error instanceof ReportsError)) throw error;
    return { failure: { error: withContext(error, { page, window, hint: hintFor(error, url) }) } };
  }
}

/** What to check where no answer came; other errors have hints of their own. */
function hintFor({ code }: ReportsError, url: string): string | undefined {
  return code === 'network' ? `Check \`baseUrl\` (${new URL(url).host}), the network and the proxy.` : undefined;
}

function headersOf({ userAgent, token }: Authorised, { headers }: OutgoingRequest): Record<string, string> {
  return {
    ...(userAgent === undefined ? {} : { 'user-agent': userAgent }),
    ...headers,
    // Exactly this, or faults come as XML (fact 28).
    accept: 'application/json',
    authorization: `Bearer ${token}`,
  };
}

/** A JSON object under 200 that is not what was asked for is a failed attempt like a cut one. */
function examine(answer: Answer, { inspect, name, page, window }: OutgoingRequest): Tried {
  const lack = inspect?.(answer.json);
  if (lack === undefined) return { answer };
  const details = { request: name, status: answer.status, page, window };
  return { answer, failure: { error: new MalformedResponseError(`The answer is no page of calls: ${lack}`, details) } };
}
