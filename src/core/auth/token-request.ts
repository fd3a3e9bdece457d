import { ReportsError, type ReportsErrorContext } from '../errors/index.ts';
import { remedies } from '../errors/problems.ts';
import { withoutSecrets } from '../errors/redact.ts';
import { withContext } from '../errors/reports-error.ts';
import { attempt, wasNeverSent, type AttemptDependencies, type BufferedResponse } from '../http/attempt.ts';
import { hideSecrets } from '../http/classify-response.ts';
import { wait } from '../http/clock.ts';
import { isFields } from '../http/body-parser.ts';
import { decideRetry, type RetryPolicy } from '../http/retry.ts';
import { present } from '../present.ts';
import { isSendableToken, type ClientIdentity } from './auth-option.ts';
import { classifyTokenResponse, type TokenRequestKind } from './token-response.ts';
import { tokenLife } from './token-state.ts';
import type { StoredTokens } from './token-store.ts';

/** A request for tokens. */
export interface TokenRequest {
  readonly kind: TokenRequestKind;
  readonly client: ClientIdentity;
  /** The form fields, without those of the client. */
  readonly fields: Readonly<Record<string, string>>;
}

/** The parts of the client that token requests need. */
export interface TokenRequestContext extends AttemptDependencies {
  readonly tokenUrl: string;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** For one token request, in milliseconds, its body included. */
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  readonly userAgent?: string | undefined;
}

/** More than any token response needs. */
const maxBodyBytes = 2 ** 20;

/**
 * Sends one request to the token endpoint (RFC 6749).
 *
 * @throws AuthenticationRefusedError, AccountLockedError the endpoint refused the credentials
 * @throws RateLimitedError, ServerError, UnexpectedResponseError, MalformedResponseError it did not decide
 * @throws NetworkError, TimeoutError there was no response: the code or refresh token may have been used up, and a
 * login may have counted
 */
export async function requestTokens(request: TokenRequest, context: TokenRequestContext): Promise<StoredTokens> {
  const { tokenUrl, clock, timeoutMs } = context;
  const name = `POST ${new URL(tokenUrl).pathname}`;
  const requestedAt = clock.now();
  // Never aborted from outside: a login that was sent counts, even if no caller waits for it any more.
  const { signal } = new AbortController();
  const sent = { method: 'POST', headers: headersOf(request, context), body: bodyOf(request) };
  const about = { name, option: 'tokenUrl', purpose: request.kind, maxBodyBytes } as const;
  const response = await attempt({ url: tokenUrl, ...sent, ...about, timeoutMs, signal }, context);
  const secrets = secretsOf(request);
  const tokens = readTokens(response, requestedAt, secrets);
  if (tokens) return tokens;
  const visible = hideSecrets(response, secrets);
  throw classifyTokenResponse(visible, { kind: request.kind, name, host: new URL(tokenUrl).host, now: clock.now() });
}

/** Returns the secrets that were sent, which must not appear in a message if the server repeats them. */
function secretsOf({ client, fields }: TokenRequest): string[] {
  const { password, code, code_verifier: verifier, refresh_token: refreshToken } = fields;
  return [client.secret, password, code, verifier, refreshToken].filter((secret) => secret !== undefined);
}

function headersOf({ client }: TokenRequest, { userAgent }: TokenRequestContext): Record<string, string> {
  return {
    ...present({ 'user-agent': userAgent }),
    // With any other value, faults come as XML (fact 28).
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

function readTokens(
  { status, json }: BufferedResponse,
  requestedAt: number,
  secrets: string[],
): StoredTokens | undefined {
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

/** Tells whether the request may have been processed although its outcome is not known. */
export function isUnanswered(error: ReportsError): boolean {
  const { code, status } = error;
  return (code === 'network' || code === 'timeout') && status === undefined && !wasNeverSent(error);
}

/** The number of requests after which a token endpoint that does not decide is left alone, the first included. */
const maxUndecided = 3;

/** A token endpoint that asks to wait longer, in milliseconds, gets no second request. */
const maxTokenWaitMs = 30_000;

/** The gateway had passed the request on, so it may have been processed (fact 29). */
const backendFault = /^10150\d$/;

/**
 * The retry policy after a failed token request.
 *
 * A request that never left is retried like any other. A login that may have been processed is not, because it may have
 * counted towards the lock (fact 11): it is retried only where the response says that it was not processed, which is
 * 429, and 503 unless from behind the gateway. A refresh never counts towards the lock. Its token can be used once
 * (fact 8), but if the lost request used it up, the second one is at worst refused, which leads to a login.
 */
function policyAfter(kind: TokenRequestKind, error: ReportsError, policy: RetryPolicy): RetryPolicy | undefined {
  const { code, status, faultCode = '' } = error;
  if (wasNeverSent(error)) return policy;
  const isPassing = code === 'network' || code === 'timeout' || code === 'rate-limited' || code === 'server';
  const isUnprocessed =
    code === 'rate-limited' || (status === 503 && code === 'server' && !backendFault.test(faultCode));
  if (!(kind === 'refresh' ? isPassing : isUnprocessed)) return undefined;
  return {
    maxAttempts: Math.min(policy.maxAttempts, maxUndecided),
    maxRetryAfterMs: Math.min(policy.maxRetryAfterMs, maxTokenWaitMs),
  };
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
  const { clock, random, retry } = context;
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await send().catch(asReportsError);
    if (!(outcome instanceof ReportsError)) return outcome;
    const policy = policyAfter(kind, outcome, retry);
    const error = policy ? outcome : withContext(outcome, { retryRefusal: 'not-retryable' });
    const situation = { error, attempt, now: clock.now(), deadlineAt: Infinity, affordable: true, random };
    const decision = decideRetry(policy ?? retry, situation);
    if (!decision.retry) throw withFate(outcome, kind, { attempts: attempt, retryRefusal: decision.reason });
    await wait(clock, decision.delayMs, signal);
  }
}

function asReportsError(error: unknown): ReportsError {
  if (error instanceof ReportsError) return error;
  throw error;
}

function withFate(error: ReportsError, kind: TokenRequestKind, fate: ReportsErrorContext): ReportsError {
  const problem = 'login-unanswered';
  const likely = kind !== 'refresh' && isUnanswered(error) ? ({ problem, hint: remedies[problem] } as const) : {};
  return withContext(error, { ...likely, ...fate });
}
