import {
  AuthenticationRefusedError,
  InvalidParametersError,
  NotFoundError,
  NotSubscribedError,
  RateLimitedError,
  ServerError,
  UnexpectedResponseError,
  type ReportsError,
  type ReportsErrorDetails,
} from '../errors/index.ts';
import { excerpt } from '../errors/redact.ts';
import type { Answer } from './answer.ts';
import type { Fault } from './read-fault.ts';

/** More invalid parameters than the operation has parameters are a server gone wrong. */
const maxParameters = 20;

/** The error of an answer that stands for `status`, with a hint of what to do. */
export function errorOfStatus(
  status: number,
  answer: Answer,
  fault: Fault,
  details: ReportsErrorDetails,
): ReportsError {
  const said = describe(fault, answer);
  const withHint = (hint: string): ReportsErrorDetails => ({ ...details, hint });
  if (status === 400) return invalidParameters(fault, said, details);
  if (status === 401) return new AuthenticationRefusedError(`The token was refused${said}`, details);
  if (status === 403) return forbidden(fault, said, details);
  if (status === 404) {
    return new NotFoundError(`Not found${said}`, withHint('Check the base URL and the account id.'));
  }
  if (status === 429) {
    return new RateLimitedError(`Throttled${said}`, withHint('Come back later, or lower `requestsPerSecond`.'));
  }
  if (status === 408 || status === 425 || status >= 500) {
    return new ServerError(`The server failed with ${answer.status}${said}`, details);
  }
  if (status >= 300 && status < 400) return redirected(answer, details);
  return new UnexpectedResponseError(`An answer with status ${answer.status} that fits nothing known${said}`, details);
}

function invalidParameters(fault: Fault, said: string, details: ReportsErrorDetails): ReportsError {
  // A reason may repeat the value it complains of, and that may be a phone number.
  const parameters = (fault.invalidParameters ?? [])
    .slice(0, maxParameters)
    .map(({ name, reason }) => ({ name: excerpt(name), reason: excerpt(reason) }));
  const list = parameters.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
  const summary = list === '' ? `Parameters were refused${said}` : `Parameters were refused: ${list}`;
  return new InvalidParametersError(summary, parameters, details);
}

function forbidden(fault: Fault, said: string, details: ReportsErrorDetails): ReportsError {
  if (fault.code === '900908') {
    const hint = 'Subscribe the application to the Reports API suite in the developer portal.';
    return new NotSubscribedError('The application is not subscribed to the Reports API', { ...details, hint });
  }
  const hint = 'Check the scope of the token and what the application may use.';
  return new AuthenticationRefusedError(`Access was refused${said}`, { ...details, hint });
}

function redirected(answer: Answer, details: ReportsErrorDetails): ReportsError {
  const hint = 'Redirects are not followed, because the token would travel with them: check the base URL.';
  return new UnexpectedResponseError(`A redirect (${answer.status})`, { ...details, hint });
}

/** The server's words, bounded and redacted; the body's start if they can't be told apart. */
function describe(fault: Fault, answer: Answer): string {
  const code = fault.code === undefined ? [] : [fault.code];
  const words = [...code, fault.message, fault.description].filter((word) => word !== undefined).join(' ');
  const text = excerpt(words === '' ? answer.text : words);
  return text === '' ? '' : `: «${text}»`;
}
