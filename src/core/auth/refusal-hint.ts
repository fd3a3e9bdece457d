import type { AuthOption } from './auth-option.ts';
import { grantsReports } from './log-in.ts';

export interface FinalRefusal {
  readonly auth: 'token' | 'function' | 'login' | 'authorization-code';
  /** The gateway's fault code (fact 29). */
  readonly faultCode?: string | undefined;
  /** The `title` of the answer, if it held one (fact 9). */
  readonly title?: string | undefined;
  /** What was granted, if that is known. */
  readonly scope?: string | undefined;
}

/** What to check when the Reports API finally refuses a token: four causes that all look like 401 (facts 4, 6, 7, 9). */
export function refusalHint({ auth, faultCode, title, scope }: FinalRefusal): string {
  if (title !== undefined && /problem with provided token/i.test(title)) return retiredToken[auth];
  if (faultCode !== undefined && /^9009\d\d$/.test(faultCode)) return invalidToken[auth];
  if (scope === undefined) return `${unknownScope} ${role}`;
  if (!grantsReports(scope)) return missingScope[auth];
  return `The token has the scope openid. ${role}`;
}

export function authKind(auth: AuthOption): FinalRefusal['auth'] {
  if (typeof auth === 'string') return 'token';
  if (typeof auth === 'function') return 'function';
  return 'authorizationCode' in auth ? 'authorization-code' : 'login';
}

type Hints = Record<FinalRefusal['auth'], string>;

const role =
  "Check that the user is an account administrator and that the account id is that user's own; a token from the" +
  ' client_credentials grant is refused in the same way.';

const unknownScope = 'The token may lack the scope openid: ask for it when the token is made.';

const missingScope: Hints = {
  token: unknownScope,
  function: unknownScope,
  login: 'The token was granted without the scope openid: leave `scope` out, or put openid into it.',
  'authorization-code':
    'The token was granted without the scope openid: ask for it in the authorization request, and authorise anew.',
};

const remake = 'make a new one, with the password or authorization code grant (not client_credentials).';

const invalidToken: Hints = {
  token: `The token is invalid or has expired: ${remake}`,
  function: `The token is invalid: ${remake}`,
  login: 'The gateway does not know the new token: check that the token URL and the base URL belong together.',
  'authorization-code':
    'The gateway does not know the new token: check that the token URL and the base URL belong together.',
};

const stillRefused =
  'The Reports API retires tokens before they expire, and refused the new one too: try again in a few minutes, then' +
  ' ask the provider.';

const retiredToken: Hints = {
  token:
    'The Reports API retires tokens minutes after they were made, though they say otherwise: make a new one, or give' +
    ' credentials or a function, so that the client can.',
  function: stillRefused,
  login: stillRefused,
  'authorization-code': stillRefused,
};
