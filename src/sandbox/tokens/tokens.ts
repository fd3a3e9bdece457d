import { randomBytes } from 'node:crypto';

import { gatewayResponse, invalidToken, tokenProblem } from '../http/fault-responses.ts';
import { emptyResponse, type SandboxResponse } from '../http/response.ts';
import type { SandboxSettings } from '../options.ts';
import type { SandboxSwitches } from '../switches.ts';

/** An access token. Times are milliseconds of the sandbox's clock. */
export interface AccessToken {
  readonly value: string;
  /** `undefined` for a token of the application alone (client_credentials). */
  readonly user: string | undefined;
  readonly scope: string;
  readonly mintedAt: number;
  readonly expiresAt: number;
  /** The number of requests that Reports has received with it. */
  uses: number;
}

interface RefreshToken {
  readonly user: string;
  readonly scope: string;
  readonly expiresAt: number;
  usedAt: number | undefined;
}

interface AuthorizationCode {
  readonly redirectUri: string;
  readonly scope: string;
  readonly expiresAt: number;
}

/**
 * The result of using a refresh token: `just-used` if another request used it a moment ago, `unknown` if it is not
 * valid.
 */
export type Redeemed = { readonly user: string; readonly scope: string } | 'just-used' | 'unknown';

/** A request for call logs, as the gateway checks it. */
export interface ReportsRequest {
  readonly authorization: string | undefined;
  readonly accept: string | undefined;
  readonly accountId: string;
  /** Milliseconds of the sandbox's clock. */
  readonly now: number;
}

const ACCESS_TOKEN_MS = 86_400_000;
const REFRESH_TOKEN_MS = 604_800_000;
const CODE_MS = 300_000;
const RACE_MS = 1_000;

const missingToken = {
  status: 401,
  code: 900_902,
  message: 'Missing Credentials',
  description: 'Required OAuth credentials not provided',
  headers: { 'WWW-Authenticate': 'OAuth2 realm="WSO2 API Manager"' },
} as const;

const notSubscribed = {
  status: 403,
  code: 900_908,
  message: 'Resource forbidden',
  description: 'User is NOT authorized to access the Resource. API Subscription validation failed.',
} as const;

/** The tokens and codes in circulation (fact 8). A new token leaves the earlier ones valid (fact 10). */
export class TokenStore {
  readonly #access = new Map<string, AccessToken>();
  readonly #refresh = new Map<string, RefreshToken>();
  readonly #codes = new Map<string, AuthorizationCode>();
  readonly #latest = new Map<string, AccessToken>();

  find(value: string): AccessToken | undefined {
    return this.#access.get(value);
  }

  mintAccess(user: string | undefined, scope: string, now: number): AccessToken {
    const token: AccessToken = {
      value: secret(),
      user,
      scope,
      mintedAt: now,
      expiresAt: now + ACCESS_TOKEN_MS,
      uses: 0,
    };
    this.#access.set(token.value, token);
    if (user !== undefined) this.#latest.set(`${user} ${scope}`, token);
    return token;
  }

  /** Returns the user's newest token of that scope if it has not expired. */
  latestAccess(user: string, scope: string, now: number): AccessToken | undefined {
    const token = this.#latest.get(`${user} ${scope}`);
    return token !== undefined && token.expiresAt > now ? token : undefined;
  }

  mintRefresh(user: string, scope: string, now: number): string {
    const value = secret();
    this.#refresh.set(value, { user, scope, expiresAt: now + REFRESH_TOKEN_MS, usedAt: undefined });
    return value;
  }

  /** Uses a refresh token up (fact 8). */
  redeemRefresh(value: string, now: number): Redeemed {
    const token = this.#refresh.get(value);
    if (token === undefined || token.expiresAt <= now) return 'unknown';
    if (token.usedAt !== undefined) return now - token.usedAt <= RACE_MS ? 'just-used' : 'unknown';
    token.usedAt = now;
    return token;
  }

  mintCode(redirectUri: string, scope: string, now: number): string {
    const value = secret();
    this.#codes.set(value, { redirectUri, scope, expiresAt: now + CODE_MS });
    return value;
  }

  /** Returns the scope of a code. It works once, and only with the redirect URI it was made for. */
  redeemCode(value: string, redirectUri: string | null, now: number): string | undefined {
    const code = this.#codes.get(value);
    this.#codes.delete(value);
    return code !== undefined && code.expiresAt > now && code.redirectUri === redirectUri ? code.scope : undefined;
  }
}

/**
 * Returns `undefined` for a request that may read call logs, otherwise its refusal. The checks are in the live order:
 * no header, unknown or expired token, no subscription, wrong scope, grant, role or account, a token that Reports no
 * longer accepts (facts 3, 4, 6, 7, 9 and 29).
 */
export function refuseRequest(
  request: ReportsRequest,
  { switches, accountId }: Pick<SandboxSettings, 'switches' | 'accountId'>,
  store: TokenStore,
): SandboxResponse | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(request.authorization ?? '')?.[1];
  if (bearer === undefined) return gatewayResponse(missingToken, request.accept, switches);
  const token = store.find(bearer);
  if (token === undefined || token.expiresAt <= request.now) {
    return gatewayResponse(invalidToken, request.accept, switches);
  }
  if (!switches.subscribed) return gatewayResponse(notSubscribed, request.accept, switches);
  const isAllowed = token.user !== undefined && token.scope === 'openid' && switches.administrator;
  if (!isAllowed || request.accountId !== accountId) return emptyResponse(401, 'refused: bare 401');
  token.uses += 1;
  return isWornOut(token, request.now, switches) ? tokenProblem() : undefined;
}

/** Reports refuses a token earlier than the gateway does: by age, or after some uses (fact 9). */
function isWornOut({ mintedAt, uses }: AccessToken, now: number, switches: SandboxSwitches): boolean {
  const { reportsTokenAgeMs, reportsTokenUses } = switches;
  const isOld = reportsTokenAgeMs > 0 && now - mintedAt >= reportsTokenAgeMs;
  return isOld || (reportsTokenUses > 0 && uses > reportsTokenUses);
}

function secret(): string {
  return randomBytes(18).toString('base64url');
}
