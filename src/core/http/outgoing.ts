import type { OutgoingRequest } from './try-once.ts';

/** What the path takes from the `Request` that openapi-fetch builds; other `fetch` implementations reject a foreign one. */
export function outgoing(request: Request): Pick<OutgoingRequest, 'url' | 'method' | 'headers' | 'name'> {
  const { url, method } = request;
  return { url, method, headers: Object.fromEntries(request.headers), name: `${method} ${new URL(url).pathname}` };
}
