import { jsonAnswer } from '../faults/answer.ts';
import type { Answer } from '../faults/answer.ts';
import type { SandboxSettings } from '../sandbox-options.ts';

import { LoginGuard } from './login-guard.ts';
import { invalidGrant, oauthRefusal } from './oauth-refusal.ts';
import type { AccessToken, TokenStore } from './token-store.ts';

/** Answers a token request of one `grant_type`; `now` in milliseconds. */
export type Grant = (form: URLSearchParams, now: number) => Answer;

/** Checks the password, counts failures, locks (facts 4, 10 and 11). */
export function passwordGrant({ credentials, switches }: SandboxSettings, store: TokenStore): Grant {
  const guard = new LoginGuard(switches);
  return (form, now) => {
    const user = form.get('username') ?? '';
    const isRight = user === credentials.username && form.get('password') === credentials.password;
    const refusal = guard.attempt(user, isRight, now);
    if (refusal !== undefined) return invalidGrant(refusal);
    const scope = grantedScope(form.get('scope'));
    const kept = switches.repeatedLogin === 'same-token' ? store.latestAccess(user, scope, now) : undefined;
    return withRefresh(store, kept ?? store.mintAccess(user, scope, now), user, now);
  };
}

/** Takes each refresh token once and returns the next (fact 8). */
export function refreshGrant({ switches }: SandboxSettings, store: TokenStore): Grant {
  return (form, now) => {
    const redeemed = store.redeemRefresh(form.get('refresh_token') ?? '', now);
    if (redeemed === 'just-used' && switches.racingRefresh === 'server-error') {
      return oauthRefusal(500, 'server_error', 'Error occurred while processing the refresh token');
    }
    if (typeof redeemed === 'string') return invalidGrant('Persisted access token data not found');
    return withRefresh(store, store.mintAccess(redeemed.user, redeemed.scope, now), redeemed.user, now);
  };
}

/** Takes each code once, with the redirect URI it was made for (fact 4). */
export function authorizationCodeGrant({ credentials }: SandboxSettings, store: TokenStore): Grant {
  return (form, now) => {
    const scope = store.redeemCode(form.get('code') ?? '', form.get('redirect_uri'), now);
    if (scope === undefined) return invalidGrant('Invalid authorization code received from token request');
    return withRefresh(store, store.mintAccess(credentials.username, scope, now), credentials.username, now);
  };
}

/** Mints a token of no user, which Reports refuses later (fact 4). */
export function clientCredentialsGrant(store: TokenStore): Grant {
  return (form, now) => tokenAnswer(store.mintAccess(undefined, grantedScope(form.get('scope')), now), now);
}

/** Without `openid` a token is granted all the same, with a scope that Reports refuses later (fact 6). */
export function grantedScope(asked: string | null): string {
  return (asked ?? '').split(' ').includes('openid') ? 'openid' : 'default';
}

function withRefresh(store: TokenStore, token: AccessToken, user: string, now: number): Answer {
  return tokenAnswer(token, now, store.mintRefresh(user, token.scope, now));
}

function tokenAnswer(token: AccessToken, now: number, refreshToken?: string): Answer {
  const body = {
    access_token: token.value,
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    scope: token.scope,
    token_type: 'Bearer',
    expires_in: Math.floor((token.expiresAt - now) / 1000),
  };
  return jsonAnswer(200, body, 'token', { 'Cache-Control': 'no-store', Pragma: 'no-cache' });
}
