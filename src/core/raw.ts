import createFetchClient, { removeTrailingSlash, type Client, type Middleware } from 'openapi-fetch';

import type { paths } from '../../generated/types.ts';
import { isAccountId } from './checks.ts';
import { ConfigurationError } from './errors/index.ts';
import type { BufferedResponse } from './http/attempt.ts';
import type { Clock } from './http/clock.ts';
import { startOperation } from './http/operation.ts';
import type { Send } from './http/send.ts';

/** The parts of the client that the raw operations need. */
export interface RawDependencies {
  readonly send: Send;
  readonly clock: Clock;
  readonly baseUrl: string;
  readonly deadlineMs: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The document's operations, as openapi-fetch offers them. */
export type Raw = Pick<Client<paths>, 'GET'>;

/** Creates the document's operations, which use the client's request path. */
export function createRaw(dependencies: RawDependencies): Raw {
  const { baseUrl } = dependencies;
  const fetch = createRawFetch(dependencies);
  const api = createFetchClient<paths>({ baseUrl, fetch });
  const guard: Middleware = {
    onRequest({ params, options }) {
      if (!isAccountId(params.path?.account_id)) {
        const summary = 'The path parameter `account_id` must be an account id';
        throw new ConfigurationError(summary, { problem: 'wrong-account-id' });
      }
      // Another `fetch` would bypass the token and the limits, and another host must not get the token.
      if (options.fetch === fetch && options.baseUrl === removeTrailingSlash(baseUrl)) return;
      throw new ConfigurationError('A raw request cannot have a `fetch` or a `baseUrl` of its own');
    },
  };
  api.use(guard);
  return { GET: api.GET };
}

/**
 * The `fetch` beneath the raw client. A response with an error status is returned, and openapi-fetch makes `error` of
 * it. All other failures (no connection, a fault under 200, a redirect) are thrown as a `ReportsError`. So is an error
 * response without a body, such as a bare 401: openapi-fetch would return neither `data` nor `error`.
 */
function createRawFetch({ send, clock, deadlineMs, signal }: RawDependencies) {
  return async (request: Request): Promise<Response> => {
    const { url, method, headers } = request;
    const name = `${method} ${new URL(url).pathname}`;
    const operation = startOperation(clock, deadlineMs, signal, request.signal);
    try {
      const sent = await send({ url, method, headers: Object.fromEntries(headers), name, operation });
      if (!sent.error) return toResponse(sent.response);
      if (isErrorResponse(sent.response)) return toResponse(sent.response);
      throw sent.error;
    } finally {
      operation.end();
    }
  };
}

/** Tells whether a `Response` can hold the response (it refuses a status above 599), and whether it has a body. */
function isErrorResponse(response: BufferedResponse | undefined): response is BufferedResponse {
  return response !== undefined && response.status >= 400 && response.status <= 599 && response.text !== '';
}

/**
 * The response as the platform's class. Its `json` returns the value that was already parsed: a plain `Response` would
 * parse the body again, and a raw request of a full page would take 8.3 ms instead of 5.3.
 */
function toResponse({ status, headers, text, json, url }: BufferedResponse): Response {
  const copy = new Headers();
  headers.forEach((value, name) => {
    copy.append(name, value);
  });
  // Without a content length, openapi-fetch takes the text and parses it again. Only zero and absence matter to it.
  copy.set('content-length', String(text.length));
  const response = new Response(text, { status, headers: copy });
  const parsed = json === undefined ? {} : { json: { value: () => Promise.resolve(json) } };
  return Object.defineProperties(response, { url: { value: url }, ...parsed });
}
