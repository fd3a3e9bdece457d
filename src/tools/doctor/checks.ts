import { validatePage } from '../../call-logs/index.ts';
import { grantsReports } from '../../core/auth/index.ts';
import { excerpt, type ProblemId, ReportsError } from '../../core/errors/index.ts';
import { type BufferedResponse, isFields, isHtml, type Sent } from '../../core/http/index.ts';
import type { ApiProbe } from './api-probe.ts';
import { failed, failedBy, type Outcome, passed, problemOf, type StepName, unknown } from './steps.ts';
import { recentCalls, recentSpan } from './survey.ts';

/**
 * The number of attempts before a host counts as unreachable: one lost connection does not mean that the set-up is
 * wrong.
 */
const hostAttempts = 3;

/** Checks that a server responds at the token URL. Sends no credentials, so that nothing can count as a login. */
export async function checkTokenHost(probe: ApiProbe): Promise<Outcome> {
  if (!probe.logsIn) return passed('not needed: an access token is given');
  const response = await tryHost(probe, probe.tokenUrl);
  if (response instanceof ReportsError) return failedBy(response);
  return response.status === 407 ? proxyLogin : passed(`${hostOf(probe.tokenUrl)} responds`);
}

/** Checks that the Reports API is at the base URL. Sends no token, so the API has to refuse the request. */
export async function checkApiHost(probe: ApiProbe, now: Date): Promise<Outcome> {
  const response = await tryHost(probe, probe.callLogsUrl(recentCalls(now)));
  return response instanceof ReportsError ? failedBy(response) : classifyHost(response, hostOf(probe.baseUrl));
}

const proxyLogin = failed('wrong-proxy', 'The proxy asks for a login (407).');

function classifyHost({ status, json, text }: BufferedResponse, host: string): Outcome {
  if (status === 401 || status === 403) return passed(`${host} responds, and asks for a token`);
  if (status === 407) return proxyLogin;
  if (status === 429 || status >= 500) return unknown(`${host} responds, but with status ${status}`);
  if (status === 400 || (status < 300 && isFields(json))) return passed(`${host} responds`);
  if (status >= 300 && status < 400) return failed('redirected', `${host} redirects to another address (${status}).`);
  if (status < 300 || isHtml(text)) return failed('not-the-api', `${host} does not respond with JSON (${status}).`);
  return failed('wrong-base-url', `${host} has no call logs at this address (${status}).`);
}

async function tryHost(probe: ApiProbe, url: string): Promise<BufferedResponse | ReportsError> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await probe.fetchWithoutToken(url).catch(asReportsError);
    // A host that timed out will do so again, and each attempt takes long.
    const isLast = attempt === hostAttempts || (response instanceof ReportsError && response.code === 'timeout');
    if (isLast || !(response instanceof ReportsError)) return response;
  }
}

function asReportsError(error: unknown): ReportsError {
  if (error instanceof ReportsError && error.code !== 'aborted') return error;
  throw error;
}

function hostOf(url: string): string {
  return new URL(url).host;
}

/** Gets a token: a stored one, else by one login, unless an earlier refusal blocks it (fact 11). */
export async function checkLogin(probe: ApiProbe): Promise<Outcome> {
  if (!probe.logsIn) return passed('not needed: an access token is given');
  try {
    await probe.logIn();
  } catch (error) {
    return failedBy(asReportsError(error));
  }
  const open = 'user name and password were not checked (--login checks them with one login)';
  if (probe.costs.tokenSource === 'store') return unknown(`there is a stored token, so ${open}`);
  if (probe.costs.tokenSource === 'refresh') return unknown(`the stored token was renewed, so ${open}`);
  return passed('one login was made');
}

/** Checks the scope that was granted: a login succeeds even without `openid` (fact 6). */
export function checkScope(probe: ApiProbe): Outcome {
  const scope = probe.scope();
  if (scope === undefined)
    return unknown('the scope of a given token is not known; the next checks show whether it works');
  if (grantsReports(scope)) return passed('openid is granted');
  return failed('missing-scope', `The token was granted the scope "${excerpt(scope)}", without openid.`);
}

type AccessStep = Extract<StepName, 'token' | 'subscription' | 'access' | 'calls'>;

/** The steps that these problems fail; every other problem fails the last one, `calls`. */
const stepsByProblem: Readonly<Partial<Record<ProblemId, AccessStep>>> = {
  'token-invalid': 'token',
  'token-unknown': 'token',
  'token-retired': 'token',
  'new-token-retired': 'token',
  'missing-scope': 'token',
  'not-subscribed': 'subscription',
  forbidden: 'subscription',
  'unknown-scope': 'access',
  'no-role-or-wrong-account': 'access',
  'no-scope-role-or-wrong-account': 'access',
};

/** Returns the outcome of one of the steps that the first response decides, in the order in which the server checks. */
export function checkAccess(step: AccessStep, sent: Sent, probe: ApiProbe): Outcome {
  const failure = failureOf(sent);
  if (failure?.step === step) return failure.outcome;
  // Only a response of the API itself shows that the gateway let the request pass.
  if (failure?.step === 'calls' && !passedGateway(sent)) return unknown('the response does not show it');
  return passed(successText(step, sent, probe));
}

function failureOf({ response, error }: Sent): { readonly step: AccessStep; readonly outcome: Outcome } | undefined {
  if (error === undefined) {
    const fault = validatePage(response.json);
    if (fault === undefined) return undefined;
    return { step: 'calls', outcome: failed('unexpected-page', `The response is not a page of calls: ${fault}.`) };
  }
  // The login that should have replaced a stored token which no longer works.
  const isLogin = error.request?.startsWith('POST') ?? error.code === 'account-locked';
  return { step: isLogin ? 'token' : (stepsByProblem[problemOf(error)] ?? 'calls'), outcome: failedBy(error) };
}

function passedGateway({ response }: Sent): boolean {
  return response?.status === 400 || (isFields(response?.json) && 'total_items' in response.json);
}

function successText(step: AccessStep, { response }: Sent, { accountId, costs }: ApiProbe): string {
  if (step === 'subscription') return 'the application may use the Reports API';
  if (step === 'access') return `the user may read account ${accountId}`;
  if (step === 'token') {
    const replaced = costs.firstTokenSource === 'store' && costs.logins > 0;
    return replaced
      ? 'the stored token was refused; one login was made, and the new token works'
      : 'the API accepts the token';
  }
  const { total_items: total = 0 } = (response?.json ?? {}) as { total_items?: number };
  return `${total.toLocaleString('en-US')} ${total === 1 ? 'call' : 'calls'} in ${recentSpan}`;
}
