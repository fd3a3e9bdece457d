import { excerpt, withoutSecrets } from '../errors/redact.ts';
import { MalformedResponseError, type ReportsErrorDetails } from '../errors/index.ts';
import type { Answer } from './answer.ts';
import { errorOfStatus } from './error-of-status.ts';
import type { Failure } from './failure.ts';
import { statusOfFaultCode } from './fault-status.ts';
import { hideSecrets } from './hide-secrets.ts';
import { isFields, readFault, type Fault } from './read-fault.ts';
import { readRetryAfter } from './retry-after.ts';

export interface Refusal extends Failure {
  /** The status that the answer stands for: its own, or that of its fault code (facts 28, 29). */
  readonly status: number;
  readonly fault: Fault;
}

/** Headers in which gateways and edges put their id of a request. */
const requestIdHeaders = ['x-request-id', 'activityid', 'x-correlation-id', 'cf-ray'];

export interface Diagnosis {
  /** The request's method and path. */
  readonly name: string;
  readonly now: number;
  /** What was sent and must not come back in a message. Default: nothing. */
  readonly secrets?: readonly string[];
}

/** What is wrong with an answer; undefined if nothing is. */
export function diagnose(whole: Answer, { name, now, secrets = [] }: Diagnosis): Refusal | undefined {
  const success = whole.status >= 200 && whole.status < 300;
  if (success && isFields(whole.json) && !isFault(whole.json)) return undefined;
  const answer = hideSecrets(whole, secrets);

  const fault = readFault(answer);
  const status = statusOfFaultCode(fault.code) ?? answer.status;
  const details: ReportsErrorDetails = {
    request: name,
    status: answer.status,
    faultCode: fault.code,
    requestId: readRequestId(answer.headers, secrets),
    retryAfterMs: readRetryAfter(answer, fault, now),
  };
  if (success && !isFields(answer.json) && fault.code === undefined) return malformed(answer, fault, details);
  const final = isRetryable(status) ? undefined : 'not-retryable';
  return { status, fault, error: errorOfStatus(status, answer, fault, details), final };
}

/** Fact 29: a fault can arrive under HTTP 200, and must not pass for an empty page. */
function isFault(json: Record<string, unknown>): boolean {
  return ('fault' in json || 'code' in json) && !('_embedded' in json) && !('total_items' in json);
}

function malformed(answer: Answer, fault: Fault, details: ReportsErrorDetails): Refusal {
  const body = answer.text === '' ? 'nothing' : `«${excerpt(answer.text)}»`;
  const error = new MalformedResponseError(`The answer is no JSON object or is cut short: ${body}`, details);
  return { status: answer.status, fault, error };
}

/** Requests are GETs, so a repeat is harmless wherever one may help. */
function isRetryable(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

function readRequestId(headers: Headers, secrets: readonly string[]): string | undefined {
  const id = requestIdHeaders.map((name) => headers.get(name)).find((value) => value !== null);
  return id && withoutSecrets(id, secrets).slice(0, 100);
}
