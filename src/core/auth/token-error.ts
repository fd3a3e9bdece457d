import {
  AccountLockedError,
  AuthenticationRefusedError,
  MalformedResponseError,
  RateLimitedError,
  ServerError,
  TimeoutError,
  UnexpectedResponseError,
  type ReportsError,
  type ReportsErrorDetails,
} from '../errors/index.ts';
import { excerpt } from '../errors/redact.ts';
import type { BufferedResponse } from '../http/attempt.ts';
import { hideSecrets } from '../http/classify-response.ts';
import { readFault, readRetryAfter, type Fault } from '../http/fault.ts';
import { loginHint } from './login-hint.ts';

/** What a token request offers: a user's login, an authorization code, or a refresh token. */
export type TokenRequestKind = 'login' | 'authorization-code' | 'refresh';

export interface FailedTokenRequest {
  readonly kind: TokenRequestKind;
  /** Method and path. */
  readonly name: string;
  readonly now: number;
  /** What was sent and must not come back in a message, should the server repeat it. */
  readonly secrets: readonly string[];
}

/** The wordings of a lock vary by version of the gateway (fact 11). */
const lockedWording = /17003|max_?attempts|locked/i;

/** The error of an answer that holds no token. */
export function tokenError(answer: BufferedResponse, request: FailedTokenRequest): ReportsError {
  const { status } = answer;
  const fault = readFault(hideSecrets(answer, request.secrets));
  const details: ReportsErrorDetails = {
    request: request.name,
    status,
    faultCode: fault.code,
    retryAfterMs: readRetryAfter(answer, fault, request.now),
    retryRefusal: 'not-retryable',
  };
  const said = describe(fault);
  if (isRefusal(status, fault)) return refusal(request.kind, fault, said, details);
  if (status === 429) return new RateLimitedError(`The token endpoint throttles${said}`, details);
  if (status === 408) return new TimeoutError(`The token endpoint gave up on the request${said}`, details);
  if (status >= 500) return new ServerError(`The token endpoint failed with ${status}${said}`, details);
  const hint = 'Check the token URL.';
  if (status >= 300)
    return new UnexpectedResponseError(`The token endpoint redirects (${status})`, { ...details, hint });
  return new MalformedResponseError(`The token endpoint's answer holds no access token${said}`, { ...details, hint });
}

/**
 * Whether the endpoint has decided against what was sent: any client error but 408 and 429, and `invalid_grant` under
 * any status (fact 11).
 */
function isRefusal(status: number, fault: Fault): boolean {
  const isClientError = status >= 400 && status < 500 && status !== 408 && status !== 429;
  return isClientError || fault.code === 'invalid_grant';
}

function refusal(kind: TokenRequestKind, fault: Fault, said: string, details: ReportsErrorDetails): ReportsError {
  const words = [fault.code, fault.message, fault.description].join(' ');
  const locked = kind === 'login' && lockedWording.test(words);
  const hint = loginHint({ kind, locked, status: details.status, faultCode: fault.code });
  if (locked) return new AccountLockedError(`The user is locked after failed logins${said}`, { ...details, hint });
  return new AuthenticationRefusedError(`${refused[kind]} was refused${said}`, { ...details, hint });
}

const refused = {
  login: 'The login',
  'authorization-code': 'The authorization code',
  refresh: 'The refresh token',
} satisfies Record<TokenRequestKind, string>;

/** The server's words, redacted; no body as a whole, for it may hold a token. */
function describe(fault: Fault): string {
  const words = [fault.code, fault.message, fault.description].filter((word) => word !== undefined).join(' ');
  const text = excerpt(words);
  return text === '' ? '' : `: «${text}»`;
}
