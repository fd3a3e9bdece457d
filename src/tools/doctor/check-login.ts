import { isLoginRefused } from '../../core/auth/login-block.ts';
import { grantsReports } from '../../core/auth/login.ts';
import { excerpt } from '../../core/errors/redact.ts';
import { ReportsError } from '../../core/errors/index.ts';
import { type Fault, remedies } from './remedies.ts';
import { failed, type Outcome, passed, unknown } from './step.ts';
import { systemCauseOf } from './system-cause.ts';
import type { Visit } from './visit.ts';

/** Has a token ready: a stored one if it is still good, else by one login, unless the brake forbids it (fact 11). */
export async function checkLogin(visit: Visit): Promise<Outcome> {
  if (!visit.logsIn) return passed('not needed: an access token is given');
  try {
    await visit.logIn();
  } catch (error) {
    if (!(error instanceof ReportsError) || error.code === 'aborted') throw error;
    return explainLogin(error);
  }
  const { tokenSource } = visit.counts;
  if (tokenSource === 'store') return passed('a stored token is still good, so no login was made');
  if (tokenSource === 'refresh') return passed('the stored token was renewed without a login');
  return passed('one login was made');
}

/** Fact 6: a token without the scope is handed out all the same. */
export function checkScope(visit: Visit): Outcome {
  const scope = visit.scope();
  if (scope === undefined) return unknown('what the given token was granted cannot be read from it');
  if (grantsReports(scope)) return passed('openid is granted');
  return failed('no-scope', `The login was granted the scope «${excerpt(scope)}», without openid.`);
}

/** What a login that failed means. */
export function explainLogin(error: ReportsError): Outcome {
  const fault = loginFault(error);
  const detail = loginDetails[fault] ?? systemDetail(error);
  if (!isLoginRefused(error)) return failed(fault, detail);
  // The brake has no request to tell of.
  const earlier = error.request === undefined ? ' That was so the last time; no login was made now.' : '';
  return failed(fault, detail + earlier, `${remedies[fault]} ${brake}`);
}

const brake = 'These credentials are not tried again until they change, or --reset-login is given.';

function loginFault({ code, faultCode, status = 0 }: ReportsError): Fault {
  if (code === 'account-locked') return 'user-locked';
  if (code === 'network' || code === 'timeout') return 'token-host-unreachable';
  if (code === 'rate-limited') return 'throttled';
  if (code === 'server') return 'login-failed';
  if (faultCode === 'invalid_grant') return 'wrong-password';
  if (faultCode === 'unauthorized_client' || faultCode === 'unsupported_grant_type') return 'grant-not-allowed';
  if (faultCode === 'invalid_client' || status === 401) return 'wrong-client';
  if (faultCode === 'invalid_scope') return 'no-scope';
  return code === 'authentication-refused' && status !== 404 && status !== 405 ? 'login-refused' : 'wrong-token-url';
}

const loginDetails: Readonly<Partial<Record<Fault, string>>> = {
  'user-locked': 'The user is locked after failed logins.',
  throttled: 'The token endpoint throttles.',
  'wrong-password': 'The user name or the password is wrong, or the user is locked.',
  'grant-not-allowed': 'The application may not log in with a user name and a password.',
  'wrong-client': 'The client id or the client secret is wrong.',
  'no-scope': 'The scope openid is refused.',
  'login-refused': 'The login was refused, for a reason that is not one of the usual.',
  'wrong-token-url': 'What answers at the token URL hands out no tokens.',
};

function systemDetail(error: ReportsError): string {
  const { status } = error;
  if (status !== undefined) return `The token endpoint failed with status ${status}.`;
  const cause = systemCauseOf(error);
  return `The token endpoint did not answer the login${cause === undefined ? '' : `: ${cause}`}.`;
}
