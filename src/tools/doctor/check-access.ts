import { inspectPage } from '../../call-logs/inspect-page.ts';
import { InvalidParametersError, type ReportsError } from '../../core/errors/index.ts';
import { isFields, readFault } from '../../core/http/fault.ts';
import type { Sent } from '../../core/http/send.ts';
import { explainLogin } from './check-login.ts';
import { recentSpan } from './queries.ts';
import { failed, type Outcome, passed, type StepName, unknown } from './step.ts';
import type { Visit } from './visit.ts';

/** What the first request with the token tells, in the order in which the gateway and the API look (facts 3 to 9, 29). */
export type AccessStep = Extract<StepName, 'token' | 'subscription' | 'access' | 'calls'>;

interface Blame {
  readonly step: AccessStep;
  readonly outcome: Outcome;
}

/** How one of these steps ended, by the one answer that tells of all. */
export function judgeAccess(step: AccessStep, sent: Sent, visit: Visit): Outcome {
  const blame = blameOf(sent, visit);
  if (blame?.step === step) return blame.outcome;
  // Only an answer of the API itself tells that the gateway let the request pass.
  if (blame?.step === 'calls' && !passedGateway(sent)) return unknown('cannot be told by the answer');
  return passed(goodDetail(step, sent, visit));
}

function passedGateway({ response: answer }: Sent): boolean {
  return answer?.status === 400 || (isFields(answer?.json) && 'total_items' in answer.json);
}

function goodDetail(step: AccessStep, { response: answer }: Sent, { accountId }: Visit): string {
  if (step === 'token') return 'the API takes the token';
  if (step === 'subscription') return 'the application may use the Reports API';
  if (step === 'access') return `the user may read account ${accountId}`;
  const { total_items: total = 0 } = (answer?.json ?? {}) as { total_items?: number };
  return `${total.toLocaleString('en-US')} ${total === 1 ? 'call' : 'calls'} in ${recentSpan}`;
}

function blameOf(sent: Sent, visit: Visit): Blame | undefined {
  const { response: answer, error } = sent;
  if (error === undefined) {
    const lack = inspectPage(answer.json);
    if (lack === undefined) return undefined;
    return { step: 'calls', outcome: failed('no-page', `The answer is no page of calls: ${lack}.`) };
  }
  // The login that was to replace a stored token which no longer works.
  if (isOfLogin(error)) return { step: 'token', outcome: explainLogin(error) };
  if (error.code === 'not-subscribed') {
    const detail = 'The application is not subscribed to the Reports API.';
    return { step: 'subscription', outcome: failed('not-subscribed', detail) };
  }
  if (error.status === 403) {
    return { step: 'subscription', outcome: failed('forbidden', 'The application or its token may not use the API.') };
  }
  return error.status === 401 ? blameOfToken(sent, visit) : { step: 'calls', outcome: explainCalls(error) };
}

function isOfLogin({ code, request }: ReportsError): boolean {
  if (code !== 'account-locked' && code !== 'authentication-refused') return false;
  return request === undefined || request.startsWith('POST');
}

/** Four causes look like 401 (facts 4, 6, 7, 9). */
function blameOfToken({ response: answer, error }: Sent, { logsIn, accountId }: Visit): Blame {
  const { message = '' } = answer === undefined ? {} : readFault(answer);
  if (/problem with provided token/i.test(message)) {
    return { step: 'token', outcome: failed('token-retired', 'The API refuses the token, although it is valid.') };
  }
  if (error?.faultCode?.startsWith('9009') === true) {
    const outcome = logsIn
      ? failed('token-unknown-here', 'The API does not know the new token.')
      : failed('token-invalid', 'The access token is invalid or has expired.');
    return { step: 'token', outcome };
  }
  const outcome = logsIn
    ? failed('no-role-or-wrong-account', `The user is no account administrator, or not of account ${accountId}.`)
    : failed('no-scope-role-or-wrong-account', `The token is not one that may read account ${accountId}.`);
  return { step: 'access', outcome };
}

function explainCalls(error: ReportsError): Outcome {
  const { code, status, retryAfterMs } = error;
  if (code === 'not-found') return failed('wrong-base-url', 'There are no call logs at this address (404).');
  if (code === 'rate-limited') {
    const wait = retryAfterMs === undefined ? '' : ` It asks to wait ${Math.ceil(retryAfterMs / 1000)} s.`;
    return failed('throttled', `The API throttles.${wait}`);
  }
  if (error instanceof InvalidParametersError) {
    const names = error.invalidParameters.map(({ name }) => name).join(', ');
    return failed('parameters-refused', `The API refuses parameters${names === '' ? '' : `: ${names}`}.`);
  }
  const what = status === undefined ? 'no whole answer' : `status ${status}`;
  return failed('api-failed', `The request for calls failed (${code}, ${what}).`);
}
