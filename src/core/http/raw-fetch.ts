import type { Answer } from './answer.ts';
import { createCall } from './call.ts';
import type { Clock } from './clock.ts';
import { outgoing } from './outgoing.ts';
import type { Send } from './send.ts';

export interface RawFetchDependencies {
  readonly send: Send;
  readonly clock: Clock;
  readonly deadlineMs: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * The `fetch` beneath the raw client. An answer with an error status is handed back, for openapi-fetch to return as
 * `error`; what is no such answer (no connection, a fault under 200, a redirect) is thrown as a `ReportsError`. So is an
 * error answer without a body, such as a bare 401, of which openapi-fetch makes neither `data` nor `error`.
 */
export function createRawFetch({ send, clock, deadlineMs, signal: clientSignal }: RawFetchDependencies) {
  return async (request: Request): Promise<Response> => {
    const call = createCall(clock, deadlineMs, clientSignal, request.signal);
    try {
      const sent = await send({ ...outgoing(request), call });
      const { parsedResponse } = await import('./parsed-response.ts');
      if (!sent.error) return parsedResponse(sent.answer);
      if (isErrorAnswer(sent.answer)) return parsedResponse(sent.answer);
      throw sent.error;
    } finally {
      call.end();
    }
  };
}

/** One that a `Response` can stand for, which knows no status above 599, and that has something to say. */
function isErrorAnswer(answer: Answer | undefined): answer is Answer {
  return answer !== undefined && answer.status >= 400 && answer.status <= 599 && answer.text !== '';
}
