/**
 * A user's login: the password grant, then refresh tokens. For services that run unattended. The user needs an
 * account-administrator role (fact 7).
 */
export interface Credentials {
  /** Of the application that is subscribed to the Reports API. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** The VBC login. The realm suffix `@vbc.prod` is added where it is missing (fact 5). */
  readonly username: string;
  readonly password: string;
  readonly clientAuthentication?: ClientAuthentication | undefined;
  /** Default `openid`, without which the Reports API refuses the token (fact 6). */
  readonly scope?: string | undefined;
}

/**
 * A code that the provider handed out after a user's consent: exchanged once, then refresh tokens. With a `TokenStore`
 * that outlives the process, later ones go on with the same code's tokens.
 */
export interface AuthorizationCode {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly authorizationCode: string;
  /** The same as in the authorization request. */
  readonly redirectUri: string;
  /** The secret half of the PKCE challenge, if the authorization request had one (RFC 7636). */
  readonly codeVerifier?: string | undefined;
  readonly clientAuthentication?: ClientAuthentication | undefined;
}

/**
 * How the client id and secret travel: as form fields, or as HTTP Basic (RFC 6749, 2.3.1). Default `form`: all known
 * hosts take it, and some take nothing else (fact 2).
 */
export type ClientAuthentication = 'basic' | 'form';

/**
 * Makes a token. Called when the first one is needed and again after the Reports API refused it, never twice at once;
 * in between its token is kept. The result is the bare token, without `Bearer`. It may come from a cache, unless
 * `rejected` is given.
 */
export type TokenFunction = (context: TokenFunctionContext) => string | Promise<string>;

export interface TokenFunctionContext {
  /** The token that was refused and is to be replaced. Handing it out again is an error. */
  readonly rejected?: string;
  /** Aborted when nobody waits for the token any more. */
  readonly signal: AbortSignal;
}

/** A token, a function that makes one, a user's login, or an authorization code. */
export type AuthOption = string | TokenFunction | Credentials | AuthorizationCode;
