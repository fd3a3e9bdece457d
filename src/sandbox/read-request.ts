import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

import { routeOf } from './routes.ts';
import type { Route } from './routes.ts';

/** A request, read whole. */
export interface SandboxRequest {
  /** Counts the requests of this sandbox, from 1. */
  readonly number: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly route: Route;
  readonly parameters: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The body of a POST, else empty. */
  readonly body: string;
  /** The sandbox's clock when the request came. */
  readonly now: Date;
}

const LARGEST_BODY_BYTES = 65_536;

/** Reads a request; rejects where its body is longer than 64 KiB. */
export async function readRequest(request: IncomingMessage, number: number, now: Date): Promise<SandboxRequest> {
  const url = request.url ?? '/';
  const cut = url.indexOf('?');
  const method = request.method ?? 'GET';
  const path = cut < 0 ? url : url.slice(0, cut);
  return {
    number,
    method,
    path,
    route: routeOf(method, path),
    parameters: new URLSearchParams(cut < 0 ? '' : url.slice(cut + 1)),
    headers: request.headers,
    body: request.method === 'POST' ? await readBody(request) : '',
    now,
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LARGEST_BODY_BYTES) throw new RangeError('The body is too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
