import { ReportsError } from '../../core/errors/index.ts';
import type { BufferedResponse as Answer } from '../../core/http/attempt.ts';
import { isFields } from '../../core/http/fault.ts';
import { recentCalls } from './queries.ts';
import { failed, type Outcome, passed, unknown } from './step.ts';
import { systemCauseOf } from './system-cause.ts';
import type { Visit } from './visit.ts';

/** How often a host is asked before it counts as unreachable: a single lost connection is no fault of the set-up. */
const knocks = 3;

/** Whether anything answers at the token URL. Asked without credentials, so that nothing can count as a login. */
export async function checkTokenHost(visit: Visit): Promise<Outcome> {
  if (!visit.logsIn) return passed('not needed: an access token is given');
  const answer = await knock(visit, visit.tokenUrl);
  if (answer instanceof ReportsError) return unreachable('token-host-unreachable', visit.tokenUrl, answer);
  return passed(`${hostOf(visit.tokenUrl)} answers`);
}

/** Whether the Reports API is at the base URL. Asked without a token, which it has to refuse. */
export async function checkApiHost(visit: Visit, now: Date): Promise<Outcome> {
  const answer = await knock(visit, await visit.callLogsUrl(recentCalls(now)));
  if (answer instanceof ReportsError) return unreachable('api-host-unreachable', visit.baseUrl, answer);
  return judgeApiAnswer(answer, hostOf(visit.baseUrl));
}

function judgeApiAnswer(answer: Answer, host: string): Outcome {
  const { status, json } = answer;
  if (status === 401 || status === 403) return passed(`${host} answers, and asks for a token`);
  if (status === 429 || status >= 500) return unknown(`${host} answers, but with status ${status}`);
  const wrong = (what: string): Outcome => failed('wrong-base-url', `${host} ${what}.`);
  if (status === 400 || (status < 300 && isFields(json))) return passed(`${host} answers`);
  if (status < 300) return wrong('answers with something else than JSON, so it is no Reports API');
  if (status < 400) return wrong(`sends on to another address (${status})`);
  return wrong(`knows no call logs at this address (${status})`);
}

async function knock(visit: Visit, url: string): Promise<Answer | ReportsError> {
  let failure: ReportsError | undefined;
  for (let knocked = 0; knocked < knocks; knocked += 1) {
    const answer = await visit.knock(url).catch(asReportsError);
    if (!(answer instanceof ReportsError)) return answer;
    failure = answer;
    // A host that stays silent does so again, and each time takes long.
    if (answer.code === 'timeout') break;
  }
  return failure ?? Promise.reject(new RangeError('a host is asked at least once'));
}

function asReportsError(error: unknown): ReportsError {
  if (error instanceof ReportsError && error.code !== 'aborted') return error;
  throw error;
}

function unreachable(
  fault: 'token-host-unreachable' | 'api-host-unreachable',
  url: string,
  error: ReportsError,
): Outcome {
  const why = error.code === 'timeout' ? 'no answer in time' : systemCauseOf(error);
  return failed(fault, `${hostOf(url)} cannot be reached${why === undefined ? '' : `: ${why}`}.`);
}

function hostOf(url: string): string {
  return new URL(url).host;
}
