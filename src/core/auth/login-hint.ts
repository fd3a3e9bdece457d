export interface RefusedLogin {
  readonly kind: 'login' | 'authorization-code' | 'refresh';
  readonly locked: boolean;
  readonly status?: number | undefined;
  readonly faultCode?: string | undefined;
}

const braked =
  'No further login is made with these credentials, nor by later processes that share the token store, until they' +
  ' change or the brake is lifted: `auth.reset()`, or `--reset-login` on the command line.';

const lockWarning = 'A few failed logins lock the user for 30 minutes, counted from the last attempt of any program.';

/** What to check after a refused token request (facts 2, 4, 5, 11, 12), and how logins go on afterwards. */
export function loginHint(refusal: RefusedLogin): string {
  return refusal.kind === 'refresh' ? whatToCheck(refusal) : `${whatToCheck(refusal)} ${braked}`;
}

function whatToCheck({ kind, locked, status, faultCode }: RefusedLogin): string {
  if (locked)
    return `Leave the user alone for 30 minutes: each attempt, of any program, starts them anew. ${checkUser}`;
  // Whatever stands there, it is no token endpoint.
  if (status === 404 || status === 405) return 'Check the token URL.';
  if (faultCode === 'invalid_client' || (status === 401 && faultCode !== 'invalid_grant')) return checkClient;
  if (faultCode === 'invalid_grant' || faultCode === undefined) return checkGrant(kind);
  if (faultCode === 'unauthorized_client' || faultCode === 'unsupported_grant_type') {
    return 'The application may not use this grant: check its grants in the developer portal.';
  }
  if (faultCode === 'invalid_scope') return 'Check the scope: the Reports API needs `openid`.';
  return 'Check the token URL, the client and the credentials.';
}

const checkUser = 'Then check the user name and the password.';

const checkClient =
  'Check the client id and the client secret, that they belong to this token URL, and that it takes them the way they' +
  ' are sent: as form fields, or as HTTP Basic with the client option `clientAuthentication` (the command line has only' +
  ' form fields).';

function checkGrant(kind: RefusedLogin['kind']): string {
  if (kind === 'refresh') return 'It is used up or has expired: authorise anew.';
  if (kind === 'authorization-code') {
    return 'A code is good for one exchange within minutes, with the same `redirectUri`: authorise anew.';
  }
  return `Check the user name and the password. ${lockWarning}`;
}
