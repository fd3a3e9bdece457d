import { emptyResponse, jsonResponse, type SandboxResponse } from '../http/response.ts';
import type { SandboxCredentials, SandboxSettings } from '../options.ts';
import type { SandboxSwitches } from '../switches.ts';

import type { AccessToken, TokenStore } from './tokens.ts';

export interface TokenRequest {
  readonly authorization: string | undefined;
  readonly form: URLSearchParams;
  /** Milliseconds of the sandbox's clock. */
  readonly now: number;
}

/** Processes a token request of one `grant_type`; `now` in milliseconds. */
type Grant = (form: URLSearchParams, now: number) => SandboxResponse;

const LOCK_MS = 30 * 60_000;

const lockWordings: Readonly<Record<SandboxSwitches['lockWording'], (user: string) => string>> = {
  'user-locked': (user) => `17003 User account is locked for user ${user}. Cannot login until the account is unlocked.`,
  'max-attempts': () => '17003:MaxAttemptsExceeded Maximum failed login attempts exceeded',
  'pre-authentication': () => '17003 Error when handling event : PRE_AUTHENTICATION',
  'no-code': (user) => `Authentication failed for ${user}`,
};

/** Returns the token endpoint. It checks the client first (fact 12), then the grant (fact 4). */
export function createTokenEndpoint(
  settings: SandboxSettings,
  store: TokenStore,
): (request: TokenRequest) => SandboxResponse {
  const { credentials, switches } = settings;
  const grants = new Map<string | null, Grant>([
    ['password', passwordGrant(settings, store)],
    ['refresh_token', refreshGrant(settings, store)],
    ['authorization_code', authorizationCodeGrant(settings, store)],
    ['client_credentials', clientCredentialsGrant(store)],
  ]);
  return ({ authorization, form, now }) => {
    if (!isKnownClient(authorization, form, credentials, switches.clientAuthentication)) {
      const challenge = { 'WWW-Authenticate': 'Basic realm="token"' };
      return oauthError(401, 'invalid_client', 'Client Authentication failed.', challenge);
    }
    const type = form.get('grant_type');
    const response = grants.get(type)?.(form, now);
    if (response === undefined) return oauthError(400, 'unsupported_grant_type', 'Unsupported grant_type value');
    return { ...response, outcome: `${response.outcome} (${type ?? ''})` };
  };
}

/** Returns the start of the authorization code grant: it consents at once and redirects back with a code (fact 4). */
export function createAuthorizeEndpoint(
  { credentials }: SandboxSettings,
  store: TokenStore,
): (query: URLSearchParams, now: number) => SandboxResponse {
  return (query, now) => {
    const redirectUri = query.get('redirect_uri');
    const isKnown = query.get('client_id') === credentials.clientId && query.get('response_type') === 'code';
    if (!isKnown || redirectUri === null || !URL.canParse(redirectUri)) {
      return jsonResponse(400, { error: 'invalid_request' }, 'refused: invalid_request');
    }
    const target = new URL(redirectUri);
    target.searchParams.set('code', store.mintCode(redirectUri, grantedScope(query.get('scope')), now));
    const state = query.get('state');
    if (state !== null) target.searchParams.set('state', state);
    return emptyResponse(302, 'code', { Location: target.href });
  };
}

/** Checks the password, counts failures and locks the user (facts 4, 10 and 11). */
function passwordGrant({ credentials, switches }: SandboxSettings, store: TokenStore): Grant {
  const logins = new LoginCounter(switches);
  return (form, now) => {
    const user = form.get('username') ?? '';
    const isCorrect = user === credentials.username && form.get('password') === credentials.password;
    const refusal = logins.attempt(user, isCorrect, now);
    if (refusal !== undefined) return invalidGrant(refusal);
    const scope = grantedScope(form.get('scope'));
    const kept = switches.repeatedLogin === 'same-token' ? store.latestAccess(user, scope, now) : undefined;
    return tokenResponse(kept ?? store.mintAccess(user, scope, now), now, store.mintRefresh(user, scope, now));
  };
}

/** Accepts each refresh token once and returns the next (fact 8). */
function refreshGrant({ switches }: SandboxSettings, store: TokenStore): Grant {
  return (form, now) => {
    const redeemed = store.redeemRefresh(form.get('refresh_token') ?? '', now);
    if (redeemed === 'just-used' && switches.racingRefresh === 'server-error') {
      return oauthError(500, 'server_error', 'Error occurred while processing the refresh token');
    }
    if (typeof redeemed === 'string') return invalidGrant('Persisted access token data not found');
    const { user, scope } = redeemed;
    return tokenResponse(store.mintAccess(user, scope, now), now, store.mintRefresh(user, scope, now));
  };
}

/** Accepts each code once, with the redirect URI it was made for (fact 4). */
function authorizationCodeGrant({ credentials: { username } }: SandboxSettings, store: TokenStore): Grant {
  return (form, now) => {
    const scope = store.redeemCode(form.get('code') ?? '', form.get('redirect_uri'), now);
    if (scope === undefined) return invalidGrant('Invalid authorization code received from token request');
    return tokenResponse(store.mintAccess(username, scope, now), now, store.mintRefresh(username, scope, now));
  };
}

/** Grants a token without a user, which Reports refuses later (fact 4). */
function clientCredentialsGrant(store: TokenStore): Grant {
  return (form, now) => tokenResponse(store.mintAccess(undefined, grantedScope(form.get('scope')), now), now);
}

/** Without `openid` a token is still granted, with a scope that Reports refuses later (fact 6). */
function grantedScope(requested: string | null): string {
  return (requested ?? '').split(' ').includes('openid') ? 'openid' : 'default';
}

function tokenResponse(token: AccessToken, now: number, refreshToken?: string): SandboxResponse {
  const body = {
    access_token: token.value,
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    scope: token.scope,
    token_type: 'Bearer',
    expires_in: Math.floor((token.expiresAt - now) / 1000),
  };
  return jsonResponse(200, body, 'token', { 'Cache-Control': 'no-store', Pragma: 'no-cache' });
}

/** An error response in the shape of RFC 6749, section 5.2. */
function oauthError(
  status: number,
  error: string,
  description: string,
  headers: Record<string, string> = {},
): SandboxResponse {
  return jsonResponse(status, { error, error_description: description }, `refused: ${error}`, headers);
}

function invalidGrant(description: string): SandboxResponse {
  return oauthError(400, 'invalid_grant', description);
}

/** Counts failed logins per user and locks a user for 30 minutes from the last attempt (fact 11). */
class LoginCounter {
  readonly #limit: number;
  readonly #wording: (user: string) => string;
  readonly #failures = new Map<string, { count: number; last: number }>();

  constructor({ failedLoginsUntilLock, lockWording }: SandboxSwitches) {
    this.#limit = failedLoginsUntilLock;
    this.#wording = lockWordings[lockWording];
  }

  /** Returns the reason of a refusal, or `undefined` if the login succeeds. Times are milliseconds. */
  attempt(user: string, isCorrect: boolean, now: number): string | undefined {
    const earlier = this.#failures.get(user);
    const isOver = earlier === undefined || now - earlier.last >= LOCK_MS;
    const count = isOver ? 0 : earlier.count;
    const isLocked = count >= this.#limit;
    if (!isLocked && isCorrect) {
      this.#failures.delete(user);
      return undefined;
    }
    this.#failures.set(user, { count: count + 1, last: now });
    return isLocked ? this.#wording(user) : `Authentication failed for ${user}`;
  }
}

/** Returns whether a token request authenticates the right client, by HTTP Basic or by form fields (fact 2). */
function isKnownClient(
  authorization: string | undefined,
  form: URLSearchParams,
  { clientId, clientSecret }: SandboxCredentials,
  accepted: SandboxSwitches['clientAuthentication'],
): boolean {
  const isRight = (id: string | null, secret: string | null): boolean => id === clientId && secret === clientSecret;
  const [id = null, ...secret] = basicCredentials(authorization)?.split(':') ?? [];
  const isRightBasic = isRight(decodeForm(id), decodeForm(secret.join(':')));
  const isRightForm = isRight(form.get('client_id'), form.get('client_secret'));
  return (accepted !== 'basic' && isRightForm) || (accepted !== 'form' && isRightBasic);
}

function basicCredentials(authorization = ''): string | undefined {
  const encoded = /^Basic +(\S+)$/i.exec(authorization)?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString();
}

/**
 * Both parts are form-encoded before they are joined (RFC 6749, 2.3.1). Clients that do not encode them work as well.
 */
function decodeForm(value: string | null): string | null {
  try {
    return value === null ? null : decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
}
