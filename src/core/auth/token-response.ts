import {
  AccountLockedError,
  AuthenticationRefusedError,
  MalformedResponseError,
  RateLimitedError,
  ServerError,
  TimeoutError,
  UnexpectedResponseError,
  type Phrase,
  type ProblemId,
  type ReportsError,
  type ReportsErrorDetails,
} from '../errors/index.ts';
import { remedies } from '../errors/problems.ts';
import { excerpt } from '../errors/redact.ts';
import type { BufferedResponse } from '../http/attempt.ts';
import { isHtml, readFault, readRetryAfter, type Fault } from '../http/fault.ts';

/** The grant of a token request: a user's login, an authorization code, or a refresh token. */
export type TokenRequestKind = 'login' | 'authorization-code' | 'refresh';

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

/** Returns the error of a response without a token. Its secrets must already have been removed. */
export function classifyTokenResponse(response: BufferedResponse, context: TokenResponseContext): ReportsError {
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
 * Returns whether the endpoint rejected the credentials: by an OAuth error or in words, under any status, or by a 400
 * or 401 that may mean it. A few failed logins lock the user (fact 11), so such a response counts as a refusal; a web
 * page under 400 and an error about the form of the request do not.
 */
function isRefusal({ status, text }: BufferedResponse, { code = '' }: Fault, words: string): boolean {
  if (refusalCodes.has(code)) return true;
  if (status === 407 || status === 511 || gatewayCode.test(code) || failureCodes.has(code)) return false;
  if (refusalWording.test(words)) return true;
  return status === 401 || (status === 400 && !formCodes.has(code) && !isHtml(text));
}

/** The server's words: its fault, or else its text; only the title of a web page. */
function wordsOf({ text }: BufferedResponse, { code, message, description }: Fault): string {
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

function joined(...phrases: readonly Phrase[]): Phrase {
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
