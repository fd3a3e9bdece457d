import type { AuthorizationCode, ClientAuthentication, Credentials } from './auth-option.ts';

const realmSuffix = '@vbc.prod';
const defaultScope = 'openid';
const defaultClientAuthentication: ClientAuthentication = 'form';

/** What a client authenticates itself with at the token endpoint. */
export interface ClientIdentity {
  readonly id: string;
  readonly secret: string;
  readonly authentication: ClientAuthentication;
}

/** How the first token is obtained; later ones come by refresh tokens. */
export interface Grant {
  readonly kind: 'login' | 'authorization-code';
  readonly client: ClientIdentity;
  /** The form fields of the first token request, without those of the client. */
  readonly fields: Readonly<Record<string, string>>;
  /** The scope that was asked for, if the request asks for one. */
  readonly scope: string | undefined;
  /** Whose tokens these are: together with token URL and client, the key in the store. */
  readonly subject: string;
}

export function grantOf(auth: Credentials | AuthorizationCode): Grant {
  const { clientId: id, clientSecret: secret, clientAuthentication: authentication } = auth;
  const client = { id, secret, authentication: authentication ?? defaultClientAuthentication };
  return 'authorizationCode' in auth ? codeGrant(auth, client) : passwordGrant(auth, client);
}

function passwordGrant({ username, password, scope = defaultScope }: Credentials, client: ClientIdentity): Grant {
  const login = withRealm(username);
  return {
    kind: 'login',
    client,
    fields: { grant_type: 'password', username: login, password, scope },
    scope,
    subject: login,
  };
}

/** The code stands for the user, who isn't known otherwise; it is good for one exchange and worthless after. */
function codeGrant(
  { authorizationCode: code, redirectUri, codeVerifier }: AuthorizationCode,
  client: ClientIdentity,
): Grant {
  return {
    kind: 'authorization-code',
    client,
    fields: {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      ...(codeVerifier === undefined ? {} : { code_verifier: codeVerifier }),
    },
    scope: undefined,
    subject: code,
  };
}

/** Fact 5: also where the login is itself an e-mail address. */
function withRealm(username: string): string {
  return username.toLowerCase().endsWith(realmSuffix) ? username : `${username}${realmSuffix}`;
}
