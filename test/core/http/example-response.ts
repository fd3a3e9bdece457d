import { attempt, type BufferedResponse } from '../../../src/core/http/attempt.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

export interface ExampleResponse {
  status?: number;
  headers?: Record<string, string>;
  /** An object is sent as JSON, a string as it is. */
  body?: unknown;
}

export const requestName = 'GET /accounts/913874/call-logs';

/** A response as `attempt` returns it. */
export function exampleResponse({
  status = 200,
  headers = {},
  body = '',
}: ExampleResponse = {}): Promise<BufferedResponse> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const { signal } = new AbortController();
  const request = { url: 'https://a/b', method: 'GET', headers: {}, name: requestName, timeoutMs: 1000, signal };
  const fetch = () => Promise.resolve(new Response(text, { status, headers }));
  return attempt(request, { fetch, clock: createFakeClock() });
}
