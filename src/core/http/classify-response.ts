import {
  AuthenticationRefusedError,
  InvalidParametersError,
  MalformedResponseError,
  NotFoundError,
  NotSubscribedError,
  RateLimitedError,
  type ReportsError,
  type ReportsErrorDetails,
  ServerError,
  UnexpectedResponseError,
} from '../errors/index.ts';
import { excerpt, shownId, withoutSecrets } from '../errors/redact.ts';
import type { BufferedResponse } from './attempt.ts';
import { BodyParser, isFields } from './body-parser.ts';
import { type Fault, isHtml, readFault, readRetryAfter, statusOf, wordsOf } from './fault.ts';

/** A response that is not a success. */
export interface FailedResponse {
  /** The status that the response means: its own, or that of its fault code (facts 28, 29). */
  readonly status: number;
  readonly fault: Fault;
  /** Its `retryRefusal` is set if a retry cannot help. */
  readonly error: ReportsError;
}

/** The request of a response, and the time. */
export interface ClassifyOptions {
  /** Method and path. */
  readonly name: string;
  readonly now: number;
  /** Secrets that were sent and must not come back in a message. Default: none. */
  readonly secrets?: readonly string[];
}

/** Headers in which gateways and edges put their id of a request. */
const requestIdHeaders = ['x-request-id', 'activityid', 'x-correlation-id', 'cf-ray'];

/**
 * Returns the failure that a response of the API means; undefined if it is a JSON object under 2xx that is not a fault.
 */
export function classifyResponse(
  received: BufferedResponse,
  { name, now, secrets = [] }: ClassifyOptions,
): FailedResponse | undefined {
  const isSuccess = received.status >= 200 && received.status < 300;
  if (isSuccess && isFields(received.json) && !isFault(received.json)) return undefined;
  const response = hideSecrets(received, secrets);

  const fault = readFault(response);
  const status = statusOf(fault) ?? response.status;
  const isWebPage = isHtml(response.text) && (isSuccess || status === 404);
  const isMalformed = isSuccess && !isFields(response.json) && fault.code === undefined && !isWebPage;
  const details: ReportsErrorDetails = {
    request: name,
    status: response.status,
    faultCode: fault.code,
    requestId: requestIdOf(response, secrets),
    retryAfterMs: readRetryAfter(response, fault, now),
    retryRefusal: isMalformed || isRetryable(status) ? undefined : 'not-retryable',
  };
  if (isWebPage) return { status, fault, error: webPage(status, fault, details) };
  return {
    status,
    fault,
    error: isMalformed ? malformed(response, details) : errorOf(status, response, fault, details),
  };
}

/**
 * Returns the response without the secrets that were sent, in case it repeats them, because its words will be shown.
 */
export function hideSecrets(response: BufferedResponse, secrets: readonly string[]): BufferedResponse {
  const text = withoutSecrets(response.text, secrets);
  if (text === response.text) return response;
  const parser = new BodyParser();
  parser.pushText(text);
  return { ...response, text, json: parser.end().json };
}

/** Fact 29: a fault can arrive under HTTP 200, and must not be taken for an empty page. */
function isFault(json: Record<string, unknown>): boolean {
  return ('fault' in json || 'code' in json) && !('_embedded' in json) && !('total_items' in json);
}

/** Requests are GETs, so a retry does no harm. */
function isRetryable(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

function requestIdOf({ headers }: BufferedResponse, secrets: readonly string[]): string | undefined {
  const id = requestIdHeaders.map((name) => headers.get(name)).find((value) => value !== null);
  return id && shownId(id, secrets);
}

function malformed({ text }: BufferedResponse, details: ReportsErrorDetails): ReportsError {
  const body = text === '' ? 'it is empty' : `"${excerpt(text)}"`;
  return new MalformedResponseError(`Unexpected response: not a JSON object, or cut short: ${body}`, details);
}

function webPage(status: number, { message }: Fault, details: ReportsErrorDetails): ReportsError {
  const title = message === undefined ? '' : `: "${excerpt(message)}"`;
  const Kind = status === 404 ? NotFoundError : UnexpectedResponseError;
  return new Kind(`Unexpected response: a web page${title}`, { ...details, option: 'baseUrl', problem: 'not-the-api' });
}

/** The error of a response that means `status`. */
function errorOf(status: number, response: BufferedResponse, fault: Fault, details: ReportsErrorDetails): ReportsError {
  const said = quotedWords(response, fault);
  if (status === 400) return invalidParameters(fault, said, details);
  if (status === 401) return new AuthenticationRefusedError(`The token was refused${said}`, details);
  if (status === 403 && fault.code === '900908') {
    const summary = 'The application is not subscribed to the Reports API';
    return new NotSubscribedError(summary, { ...details, problem: 'not-subscribed' });
  }
  if (status === 403)
    return new AuthenticationRefusedError(`Access was refused${said}`, { ...details, problem: 'forbidden' });
  if (status === 404) {
    return new NotFoundError(`Not found${said}`, { ...details, option: 'baseUrl', problem: 'wrong-base-url' });
  }
  if (status === 407) {
    return new UnexpectedResponseError('The proxy asks for a login (407)', { ...details, problem: 'wrong-proxy' });
  }
  if (status === 429) return new RateLimitedError(`The server throttles${said}`, { ...details, problem: 'throttled' });
  if (isRetryable(status)) {
    const summary = `The server failed with status ${response.status}${said}`;
    return new ServerError(summary, { ...details, problem: 'api-failed' });
  }
  if (status >= 300 && status < 400) {
    const summary = `Unexpected response: a redirect (${response.status})`;
    return new UnexpectedResponseError(summary, { ...details, option: 'baseUrl', problem: 'redirected' });
  }
  return new UnexpectedResponseError(`Unexpected response: status ${response.status}${said}`, details);
}

/** The most invalid parameters that are kept: a server that names more than the operation has is faulty. */
const maxParameters = 20;

function invalidParameters(fault: Fault, said: string, details: ReportsErrorDetails): ReportsError {
  // A reason may repeat the value it complains about, and that may be a phone number.
  const parameters = (fault.invalidParameters ?? [])
    .slice(0, maxParameters)
    .map(({ name, reason }) => ({ name: excerpt(name), reason: excerpt(reason) }));
  const list = parameters.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
  const summary = list === '' ? `The server refused parameters${said}` : `The server refused parameters: ${list}`;
  return new InvalidParametersError(summary, parameters, details);
}

/** The server's words, or the start of its body if it has none; redacted and short. */
function quotedWords({ text }: BufferedResponse, fault: Fault): string {
  const words = wordsOf(fault) || excerpt(text);
  return words === '' ? '' : `: "${words}"`;
}
