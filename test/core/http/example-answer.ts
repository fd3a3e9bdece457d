import type { Answer } from '../../../src/core/http/answer.ts';
import { readAnswer } from '../../../src/core/http/answer.ts';

export interface ExampleAnswer {
  status?: number;
  headers?: Record<string, string>;
  /** An object is sent as JSON, a text as it is. */
  body?: unknown;
}

export const requestName = 'GET /accounts/913874/call-logs';

/** An answer as `attempt` hands it up. */
export function exampleAnswer({ status = 200, headers = {}, body = '' }: ExampleAnswer = {}): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return readAnswer(new Response(text, { status, headers }));
}
