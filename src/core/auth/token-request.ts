import {
  AccountLockedError,
  AuthenticationRefusedError,
  MalformedResponseError,
  RateLimitedError,
  ReportsError,
  ServerError,
  TimeoutError,
  UnexpectedResponseError,
  type Phrase,
  type ProblemId,
  type ReportsErrorDetails,
} from '../errors/index.ts';
import { remedies } from '../errors/problems.ts';
import { excerpt, withoutSecrets } from '../errors/redact.ts';
import type { Answer } from '../http/answer.ts';
import { attempt } from '../http/attempt.ts';
import type { Clock } from '../http/clock.ts';
import { decideRetry, type RetryPolicy } from '../http/decide-retry.ts';
import type { FetchLike } from '../http/fetch-like.ts';
import { hideSecrets } from '../http/hide-secrets.ts';
import { isFields, readFault, type Fault } from '../http/read-fault.ts';
import { readRetryAfter } from '../http/retry-after.ts';
import { isSendableToken, type ClientAuthentication } from './auth-option.ts';
import { tokenLife } from './token-state.ts';
import type { StoredTokens } from './token-store.ts';

/** What a token request presents: a user's login, an authorization code, or a refresh token. */
export type TokenRequestKind = 'login' | 'authorization-code' | 'refresh';

/** How the client authenticates itself at the token endpoint. */
export interface ClientIdentity {
  readonly id: string;
  readonly secret: string;
  readonly authentication: ClientAuthentication;
}

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

/** OAuth errors about the client, the user, or what they may do (RFC 6749, 5.2): sent again, they are refused again. */
const refusalCodes = new Set([
  'invalid_grant',
  'invalid_client',
  'unauthorized_client',
  'invalid_scope',
  'access_denied',
]);

/** OAuth errors about the form of the request, and those of a server that could not decide (RFC 6749, 4.1.2.1, 5.2). */
const formCodes = new Set(['invalid_request', 'unsupported_grant_type', 'unsupported_response_type']);
const failureCodes = new Set(['server_error', 'temporarily_unavailable']);

/** Words about credentials. They vary by version of the gateway, and may come without a code (fact 11). */
const refusalWording =
  /17003|max_?attempts|authentication[ _]?fail|(?:user|account)\b.{0,40}(?<!b)locked|(?:invalid|wrong|incorrect|bad)[ _](?:user|password|credential|login)/i;
const lockWording = /17003|max_?attempts|(?<!b)locked/i;

/** A code of the API gateway: the token URL points to an API, not to a token endpoint (fact 29). */
const gatewayCode = /^(?:9\d{5}|700700|10150\d)$/;

interface TokenResponseContext {
  readonly kind: TokenRequestKind;
  /** Method and path. */
  readonly name: string;
  readonly host: string;
  readonly now: number;
}

/** Returns the error of a response that holds no token; secrets are hidden from it already. */
export function classifyTokenResponse(response: Answer, context: TokenResponseContext): ReportsError {
  const { status } = response;
  const { kind, name, host, now } = context;
  const fault = readFault(response);
  const words = wordsOf(response, fault);
  const said = words === '' ? '' : `: "${excerpt(words)}"`;
  const details: ReportsErrorDetails = {
    request: name,
    status,
    faultCode: fault.code,
    retryAfterMs: readRetryAfter(response, fault, now),
    retryRefusal: 'not-retryable',
  };
  if (isRefusal(response, fault, words)) {
    const locked = kind === 'login' && lockWording.test(words);
    const all = { ...details, ...problemOfLogin({ kind, locked, status, faultCode: fault.code }) };
    if (locked) return new AccountLockedError(`The user is locked after failed logins${said}`, all);
    return new AuthenticationRefusedError(`${subjects[kind]} was refused${said}`, all);
  }
  const endpoint = `The token endpoint at ${host}`;
  const undecided = { ...details, problem: 'login-undecided' } as const;
  if (status === 429) return new RateLimitedError(`${endpoint} throttles requests${said}`, undecided);
  if (status === 408) return new TimeoutError(`${endpoint} gave up waiting for the request${said}`, undecided);
  if (status >= 500 || failureCodes.has(fault.code ?? '')) {
    return new ServerError(`${endpoint} failed with status ${status}${said}`, undecided);
  }
  const problem = problemOfEndpoint(status, fault);
  if (status >= 300) {
    return new UnexpectedResponseError(`${endpoint} returned status ${status}${said}`, { ...details, problem });
  }
  return new MalformedResponseError(`The response of ${host} holds no access token${said}`, { ...details, problem });
}

/**
 * Whether the endpoint decided against the credentials: it says so by an OAuth error or in words, under any status, or
 * it answers 400 or 401 in a way that may mean it. A few failed logins lock the user (fact 11), so such a response counts
 * as a refusal; a web page under 400 and an error about the form of the request do not.
 */
function isRefusal({ status, text }: Answer, { code = '' }: Fault, words: string): boolean {
  if (refusalCodes.has(code)) return true;
  if (status === 407 || status === 511 || gatewayCode.test(code) || failureCodes.has(code)) return false;
  if (refusalWording.test(words)) return true;
  return status === 401 || (status === 400 && !formCodes.has(code) && !isHtml(text));
}

function isHtml(text: string): boolean {
  return /^\s*(?:<!doctype html|<html)/i.test(text);
}

/** The server's words: its fault, else its text; of a page no more than the title. */
function wordsOf({ text }: Answer, { code, message, description }: Fault): string {
  const words = [code, message, description].filter((word) => word !== undefined).join(' ');
  return words === '' && !isHtml(text) ? text.slice(0, 2_000) : words;
}

function problemOfEndpoint(status: number, { code }: Fault): ProblemId {
  if (status === 407) return 'wrong-proxy';
  if (code === 'unsupported_grant_type') return 'grant-not-allowed';
  return status === 403 ? 'login-filtered' : 'wrong-token-url';
}

const subjects = {
  login: 'The login',
  'authorization-code': 'The authorization code',
  refresh: 'The refresh token',
} satisfies Record<TokenRequestKind, string>;

export interface RefusedLogin {
  readonly kind: TokenRequestKind;
  readonly locked: boolean;
  readonly status?: number | undefined;
  readonly faultCode?: string | undefined;
}

/** The likely cause of a refused token request (facts 2, 4, 5, 11, 12), and a hint that says how logins continue. */
export function problemOfLogin(refusal: RefusedLogin): { readonly problem: ProblemId; readonly hint: Phrase } {
  const problem = likelyProblem(refusal);
  const blocks = refusal.kind !== 'refresh' && !refusal.locked;
  const remedy = remedies[problem];
  return { problem, hint: blocks ? joined(remedy, ' ', remedies['login-blocked']) : remedy };
}

/** One phrase of several. */
export function joined(...phrases: readonly Phrase[]): Phrase {
  return phrases.flatMap((each) => each);
}

function likelyProblem({ kind, locked, status, faultCode }: RefusedLogin): ProblemId {
  if (locked) return 'user-locked';
  if (faultCode === 'invalid_client' || (status === 401 && faultCode !== 'invalid_grant')) return 'wrong-client';
  if (faultCode === 'unauthorized_client') return 'grant-not-allowed';
  if (faultCode === 'invalid_scope') return 'missing-scope';
  if (faultCode !== undefined && faultCode !== 'invalid_grant') return 'login-refused';
  return { login: 'wrong-password', 'authorization-code': 'code-spent', refresh: 'refresh-token-spent' }[
    kind
  ] as ProblemId;
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
