import { randomBytes } from 'node:crypto';

/** What a token stands for. Times are milliseconds of the sandbox's clock. */
export interface AccessToken {
  readonly value: string;
  /** `undefined` for a token of the application alone (client_credentials). */
  readonly user: string | undefined;
  readonly scope: string;
  readonly mintedAt: number;
  readonly expiresAt: number;
  /** How often Reports was asked with it. */
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

/** What a refresh token is worth: usable, used a moment ago by somebody else, or nothing. */
export type Redeemed = { readonly user: string; readonly scope: string } | 'just-used' | 'unknown';

export const ACCESS_TOKEN_SECONDS = 86_400;
const REFRESH_TOKEN_SECONDS = 604_800;
const CODE_SECONDS = 300;
const RACE_MS = 1_000;

/** The tokens and codes that are out (fact 8). A new one leaves the earlier ones valid (fact 10). */
export class TokenStore {
  readonly #access = new Map<string, AccessToken>();
  readonly #refresh = new Map<string, RefreshToken>();
  readonly #codes = new Map<string, AuthorizationCode>();
  readonly #latest = new Map<string, AccessToken>();

  find(value: string): AccessToken | undefined {
    return this.#access.get(value);
  }

  mintAccess(user: string | undefined, scope: string, now: number): AccessToken {
    const expiresAt = now + ACCESS_TOKEN_SECONDS * 1000;
    const token: AccessToken = { value: secret(), user, scope, mintedAt: now, expiresAt, uses: 0 };
    this.#access.set(token.value, token);
    if (user !== undefined) this.#latest.set(`${user} ${scope}`, token);
    return token;
  }

  /** The user's newest token of that scope, while it lives. */
  latestAccess(user: string, scope: string, now: number): AccessToken | undefined {
    const token = this.#latest.get(`${user} ${scope}`);
    return token !== undefined && token.expiresAt > now ? token : undefined;
  }

  mintRefresh(user: string, scope: string, now: number): string {
    const value = secret();
    this.#refresh.set(value, { user, scope, expiresAt: now + REFRESH_TOKEN_SECONDS * 1000, usedAt: undefined });
    return value;
  }

  /** Takes a refresh token out of use (fact 8). */
  redeemRefresh(value: string, now: number): Redeemed {
    const token = this.#refresh.get(value);
    if (token === undefined || token.expiresAt <= now) return 'unknown';
    if (token.usedAt !== undefined) return now - token.usedAt <= RACE_MS ? 'just-used' : 'unknown';
    token.usedAt = now;
    return token;
  }

  mintCode(redirectUri: string, scope: string, now: number): string {
    const value = secret();
    this.#codes.set(value, { redirectUri, scope, expiresAt: now + CODE_SECONDS * 1000 });
    return value;
  }

  /** The scope of a code, which works once and with the redirect URI it was made for. */
  redeemCode(value: string, redirectUri: string | null, now: number): string | undefined {
    const code = this.#codes.get(value);
    this.#codes.delete(value);
    return code !== undefined && code.expiresAt > now && code.redirectUri === redirectUri ? code.scope : undefined;
  }
}

function secret(): string {
  return randomBytes(18).toString('base64url');
}
