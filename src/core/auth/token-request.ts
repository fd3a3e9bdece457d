import { ReportsError, type ProblemId } from '../errors/index.ts';
import { remedies } from '../errors/problems.ts';
import { withoutSecrets } from '../errors/redact.ts';
import { withContext } from '../errors/reports-error.ts';
import type { Answer } from '../http/answer.ts';
import { attempt } from '../http/attempt.ts';
import type { Clock } from '../http/clock.ts';
import { decideRetry, type RetryPolicy } from '../http/decide-retry.ts';
import type { FetchLike } from '../http/fetch-like.ts';
import { hideSecrets } from '../http/hide-secrets.ts';
import { isFields } from '../http/read-fault.ts';
import { wait } from '../http/wait.ts';
import { isSendableToken, type ClientIdentity } from './auth-option.ts';
import { classifyTokenResponse, joined, type TokenRequestKind } from './token-response.ts';
import { tokenLife } from './token-state.ts';
import type { StoredTokens } from './token-store.ts';

/** A request for tokens. */
export interface TokenRequest {
  readonly kind: TokenRequestKind;
  readonly client: ClientIdentity;
  /** The form fields, without those of the client. */
  readonly fields: Readonly<Record<string, string>>;
}

/** What token requests need from the client. */
export interface TokenRequestContext {
  readonly tokenUrl: string;
  readonly fetch: FetchLike;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** For one token request, in milliseconds, its body included. */
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  readonly userAgent?: string | undefined;
}

/**
 * Sends one request to the token endpoint (RFC 6749).
 *
 * @throws AuthenticationRefusedError, AccountLockedError the endpoint refused the credentials
 * @throws RateLimitedError, ServerError, UnexpectedResponseError, MalformedResponseError it did not decide
 * @throws NetworkError, TimeoutError there was no response: what was sent may have been used up, and may have counted
 */
export async function requestTokens(request: TokenRequest, context: TokenRequestContext): Promise<StoredTokens> {
  const { tokenUrl, fetch, clock, timeoutMs } = context;
  const name = `POST ${new URL(tokenUrl).pathname}`;
  const requestedAt = clock.now();
  // Never aborted from outside: a login that was sent counts, even if no caller waits for it any more.
  const { signal } = new AbortController();
  const init = { method: 'POST', headers: headersOf(request, context), body: bodyOf(request) };
  const response = await attempt({ url: tokenUrl, init, name, timeoutMs, signal }, fetch, clock);
  const secrets = secretsOf(request);
  const tokens = readTokens(response, requestedAt, secrets);
  if (tokens) return tokens;
  const visible = hideSecrets(response, secrets);
  throw classifyTokenResponse(visible, { kind: request.kind, name, host: new URL(tokenUrl).host, now: clock.now() });
}

/** What was sent and must not come back in a message, should the server repeat it. */
function secretsOf({ client, fields }: TokenRequest): string[] {
  const { password, code, code_verifier: verifier, refresh_token: refreshToken } = fields;
  return [client.secret, password, code, verifier, refreshToken].filter((secret) => secret !== undefined);
}

function headersOf({ client }: TokenRequest, { userAgent }: TokenRequestContext): Record<string, string> {
  return {
    ...(userAgent === undefined ? {} : { 'user-agent': userAgent }),
    // Exactly this, or faults come as XML (fact 28).
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    ...(client.authentication === 'basic' ? { authorization: basic(client) } : {}),
  };
}

function bodyOf({ client, fields }: TokenRequest): string {
  const own = client.authentication === 'form' ? { client_id: client.id, client_secret: client.secret } : {};
  return new URLSearchParams({ ...fields, ...own }).toString();
}

/** Id and secret are form-encoded before they are joined (RFC 6749, 2.3.1), which also makes them ASCII for `btoa`. */
function basic({ id, secret }: ClientIdentity): string {
  return `Basic ${btoa(`${formEncoded(id)}:${formEncoded(secret)}`)}`;
}

function formEncoded(text: string): string {
  return new URLSearchParams({ text }).toString().slice('text='.length);
}

function readTokens({ status, json }: Answer, requestedAt: number, secrets: string[]): StoredTokens | undefined {
  if (status < 200 || status > 299 || !isFields(json) || !isSendableToken(json.access_token)) return undefined;
  const { access_token: accessToken, refresh_token: refreshToken, scope } = json;
  const hasRefreshToken = typeof refreshToken === 'string' && refreshToken !== '';
  const all = [...secrets, accessToken, ...(hasRefreshToken ? [refreshToken] : [])];
  return {
    accessToken,
    ...tokenLife(requestedAt, json.expires_in),
    ...(hasRefreshToken ? { refreshToken } : {}),
    // The scope is shown in warnings, and a server may repeat anything in it.
    ...(typeof scope === 'string' ? { scope: withoutSecrets(scope, all) } : {}),
  };
}

/**
 * Failures of a connection before anything was sent over it, by the codes of Node, undici and Bun: the host was not found
 * or refused the connection, or TLS was not established.
 */
const unsentCodes: readonly (readonly [RegExp, ProblemId])[] = [
  [/^(?:ENOTFOUND|EAI_AGAIN|EAI_FAIL)$/, 'host-not-found'],
  [/^(?:ECONNREFUSED|ConnectionRefused)$/, 'connection-refused'],
  [/^(?:EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/, 'connection-failed'],
  [/^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$|^ERR_TLS_CERT_ALTNAME_INVALID$/, 'wrong-certificate'],
  [/SELF_SIGNED_CERT|^UNABLE_TO_(?:VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT)|^CERT_/, 'untrusted-certificate'],
];

/** Returns why a request provably never left; undefined if it may have been sent. */
export function problemOfUnsent(error: ReportsError): ProblemId | undefined {
  for (let cause: unknown = error.cause; cause instanceof Error; cause = cause.cause) {
    const code = 'code' in cause ? String(cause.code) : '';
    const problem = unsentCodes.find(([pattern]) => pattern.test(code))?.[1];
    if (problem) return problem;
  }
  return undefined;
}

/** Whether what was sent may have been processed although no response says how. */
export function isUnanswered(error: ReportsError): boolean {
  return (
    (error.code === 'network' || error.code === 'timeout') &&
    error.status === undefined &&
    problemOfUnsent(error) === undefined
  );
}

/** The number of requests after which a token endpoint that does not decide is left alone, the first included. */
const maxUndecided = 3;

/** A token endpoint that asks to wait longer, in milliseconds, gets no second request. */
export const maxTokenWaitMs = 30_000;

/** The gateway had passed the request on, so it may have been processed (fact 29). */
const backendFault = /^10150\d$/;

/**
 * The retry policy after a failed token request.
 *
 * A request that never left is retried like any other. A login that may have been processed is not, because it may have
 * counted towards the lock (fact 11): it is retried only where the response says that it was not processed, which is 429,
 * and 503 unless from behind the gateway. A refresh counts towards nothing. Its token can be used once (fact 8), but if
 * the lost request has used it up, the worst that a second one meets is a refusal, which leads to a login.
 */
function policyAfter(kind: TokenRequestKind, error: ReportsError, policy: RetryPolicy): RetryPolicy | undefined {
  const { code, status, faultCode = '' } = error;
  const unsent = problemOfUnsent(error);
  // A refused certificate stays refused.
  if (unsent !== undefined) return unsent.endsWith('certificate') ? undefined : policy;
  const isPassing = code === 'network' || code === 'timeout' || code === 'rate-limited' || code === 'server';
  const isUnprocessed =
    code === 'rate-limited' || (status === 503 && code === 'server' && !backendFault.test(faultCode));
  if (!(kind === 'refresh' ? isPassing : isUnprocessed)) return undefined;
  return {
    maxAttempts: Math.min(policy.maxAttempts, maxUndecided),
    maxRetryAfterMs: Math.min(policy.maxRetryAfterMs, maxTokenWaitMs),
  };
}

/** Decides whether a failed token request is sent again, and after how long. */
export function decideTokenRetry(
  kind: TokenRequestKind,
  error: ReportsError,
  attempts: number,
  { clock, random, retry }: TokenRequestContext,
): ReturnType<typeof decideRetry> {
  const policy = policyAfter(kind, error, retry);
  if (policy === undefined) return { retry: false, reason: 'not-retryable' };
  const situation = { failure: { error }, attempt: attempts, now: clock.now(), deadlineAt: Infinity };
  return decideRetry(policy, { ...situation, affordable: true, random });
}

/**
 * Sends a token request until it succeeds or must not be sent again. `send` sends it once.
 *
 * @throws ReportsError the error of the last attempt; the signal's reason if it is aborted while waiting
 */
export async function sendUntilDecided(
  kind: TokenRequestKind,
  send: () => Promise<StoredTokens>,
  context: TokenRequestContext,
  signal: AbortSignal,
): Promise<StoredTokens> {
  for (let attempts = 1; ; attempts += 1) {
    const outcome = await send().catch(asReportsError);
    if (!(outcome instanceof ReportsError)) return outcome;
    const decision = decideTokenRetry(kind, outcome, attempts, context);
    if (!decision.retry) throw withLikelyProblem(outcome, kind, { attempts, retryRefusal: decision.reason }, context);
    await wait(context.clock, decision.delayMs, signal);
  }
}

function asReportsError(error: unknown): ReportsError {
  if (error instanceof ReportsError) return error;
  throw error;
}

/** Adds what an error without a response cannot know: whether something was sent, and where. */
function withLikelyProblem(
  error: ReportsError,
  kind: TokenRequestKind,
  fate: Pick<ReportsError, 'attempts' | 'retryRefusal'>,
  { tokenUrl }: TokenRequestContext,
): ReportsError {
  if (error.code !== 'network' && error.code !== 'timeout') return withContext(error, fate);
  const problem = problemOfUnsent(error);
  if (problem) {
    const hint = joined(`Nothing was sent to ${new URL(tokenUrl).host}. `, remedies[problem]);
    return withContext(error, { ...fate, problem, hint });
  }
  return withContext(error, { ...fate, problem: kind === 'refresh' ? 'connection-failed' : 'login-unanswered' });
}
