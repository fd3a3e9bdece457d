import { ConfigurationError } from '../errors/index.ts';
import { option, phrase } from '../errors/phrase.ts';

/**
 * A user's login: the password grant, then refresh tokens. For services that run unattended. The user needs an
 * account-administrator role (fact 7).
 */
export interface Credentials {
  /** The id of the application that is subscribed to the Reports API. */
  readonly clientId: string;
  /** The secret of the same application. */
  readonly clientSecret: string;
  /** The VBC login. Surrounding spaces are removed and the realm suffix `@vbc.prod` is added where missing (fact 5). */
  readonly username: string;
  /** The password of the VBC login. */
  readonly password: string;
  /** Default: `form`. */
  readonly clientAuthentication?: ClientAuthentication | undefined;
  /** Default: `openid`, without which the Reports API refuses the token (fact 6). */
  readonly scope?: string | undefined;
}

/**
 * A code that the provider issued after a user's consent: exchanged once, then refresh tokens. With a `TokenStore` that
 * outlives the process, later processes continue with the tokens of the same code.
 */
export interface AuthorizationCode {
  /** The id of the application that asked for the consent. */
  readonly clientId: string;
  /** The secret of the same application. */
  readonly clientSecret: string;
  /** The `code` that the provider sent to the redirect URI. It can be exchanged once, within minutes. */
  readonly authorizationCode: string;
  /** The same as in the authorization request. */
  readonly redirectUri: string;
  /** The secret half of the PKCE challenge, if the authorization request had one (RFC 7636). */
  readonly codeVerifier?: string | undefined;
  /** Default: `form`. */
  readonly clientAuthentication?: ClientAuthentication | undefined;
}

/**
 * The way in which the client id and secret are sent: as form fields, or as HTTP Basic (RFC 6749, 2.3.1). All known
 * hosts accept form fields, and some accept nothing else (fact 2).
 */
export type ClientAuthentication = 'basic' | 'form';

/**
 * Makes a token. Called when the first one is needed and again after the Reports API refused it, never twice at once;
 * in between, the client keeps the token. Returns the bare token, without `Bearer`. The token may come from a cache,
 * unless `rejected` is given. An error that it throws becomes the cause of an `AuthenticationRefusedError`.
 */
export type TokenFunction = (context: TokenFunctionContext) => string | Promise<string>;

/** The argument of a `TokenFunction`. */
export interface TokenFunctionContext {
  /** The token that was refused and has to be replaced. Returning it again is an error. Absent the first time. */
  readonly rejected?: string;
  /** Aborted when no request waits for the token any more. */
  readonly signal: AbortSignal;
}

/** An access token, a function that makes one, a user's login, or an authorization code. */
export type AuthOption = string | TokenFunction | Credentials | AuthorizationCode;

const credentialFields = ['clientId', 'clientSecret', 'username', 'password'] as const;
const codeFields = ['clientId', 'clientSecret', 'authorizationCode', 'redirectUri'] as const;
const optionalFields = ['scope', 'codeVerifier'] as const;

/** Visible ASCII: what a header can carry. Anything else would make `fetch` throw with the token in its message. */
const tokenPattern = /^[\x21-\x7e]+$/;

/** Returns whether a token can be sent: it must be one word of visible ASCII. */
export function isSendableToken(token: unknown): token is string {
  return typeof token === 'string' && tokenPattern.test(token);
}

/**
 * Checks the `auth` option, which may come from JavaScript.
 *
 * @throws ConfigurationError names the missing or invalid part, never its value
 */
export function validateAuth(auth: unknown): asserts auth is AuthOption {
  if (typeof auth === 'function' || isSendableToken(auth)) return;
  if (typeof auth === 'string') {
    const problem = auth.trim() === '' ? 'is empty' : 'is not an access token';
    throw invalid(problem, 'An access token is one word, without "Bearer" before it.');
  }
  if (typeof auth !== 'object' || auth === null) {
    throw invalid('is missing', 'Give a token, a function that makes one, or the credentials of a user.');
  }
  validateFields(new Map<string, unknown>(Object.entries(auth)));
}

function validateFields(values: ReadonlyMap<string, unknown>): void {
  const isText = (name: string): boolean => {
    const value = values.get(name);
    return typeof value === 'string' && value.trim() !== '';
  };
  const missing = (values.has('authorizationCode') ? codeFields : credentialFields).filter((name) => !isText(name));
  if (missing.length > 0) throw invalid(`lacks ${missing.join(', ')}`);

  const empty = optionalFields.find((name) => values.get(name) !== undefined && !isText(name));
  if (empty !== undefined) throw invalid('must be a string that is not empty', undefined, `auth.${empty}`);

  if (![undefined, 'basic', 'form'].includes(values.get('clientAuthentication') as undefined)) {
    throw invalid('must be "basic" or "form"', undefined, 'auth.clientAuthentication');
  }
}

type AuthOptionName = 'auth' | `auth.${(typeof optionalFields)[number] | 'clientAuthentication'}`;

function invalid(problem: string, hint?: string, name: AuthOptionName = 'auth'): ConfigurationError {
  return new ConfigurationError(phrase`${option(name)} ${problem}`, { option: name, hint });
}

const realmSuffix = '@vbc.prod';
const defaultScope = 'openid';

/** The client's identity, and the way it authenticates itself at the token endpoint. */
export interface ClientIdentity {
  readonly id: string;
  readonly secret: string;
  readonly authentication: ClientAuthentication;
}

/** The grant for the first token; later ones come from refresh tokens. */
export interface Grant {
  readonly kind: 'login' | 'authorization-code';
  readonly client: ClientIdentity;
  /** The form fields of the first token request, without those of the client. */
  readonly fields: Readonly<Record<string, string>>;
  /** The scope that is requested, if the request names one. */
  readonly scope: string | undefined;
  /** The user, in a canonical spelling. Together with token URL and client, it is the key in the store. */
  readonly subject: string;
}

/** Returns the token request for an `auth` option. */
export function grantOf(auth: Credentials | AuthorizationCode): Grant {
  const { clientId: id, clientSecret: secret, clientAuthentication: authentication = 'form' } = auth;
  const client = { id, secret, authentication };
  return 'authorizationCode' in auth ? codeGrant(auth, client) : passwordGrant(auth, client);
}

function passwordGrant({ username, password, scope = defaultScope }: Credentials, client: ClientIdentity): Grant {
  const login = withRealm(username.trim());
  const fields = { grant_type: 'password', username: login, password, scope };
  return { kind: 'login', client, fields, scope, subject: login.toLowerCase() };
}

/** The user is not known, so the code identifies them. It can be exchanged once and is worthless afterwards. */
function codeGrant(
  { authorizationCode: code, redirectUri, codeVerifier }: AuthorizationCode,
  client: ClientIdentity,
): Grant {
  const verifier = codeVerifier === undefined ? {} : { code_verifier: codeVerifier };
  const fields = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, ...verifier };
  return { kind: 'authorization-code', client, fields, scope: undefined, subject: code };
}

/** Fact 5: the realm is needed even if the login is an e-mail address. */
function withRealm(username: string): string {
  return username.toLowerCase().endsWith(realmSuffix) ? username : `${username}${realmSuffix}`;
}
