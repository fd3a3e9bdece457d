import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

import { queryParameters } from '../../../generated/query-parameters.ts';

import type { Endpoint, FaultName } from './faults.ts';

/** One request in the sandbox's log, and what came of it. It never holds a token, a password or a client secret. */
export interface RequestRecord {
  /** Counts the requests of this sandbox, from 1. */
  readonly number: number;
  /** The time of the sandbox's clock when the request came. */
  readonly time: Date;
  /** The service that the request reached. */
  readonly endpoint: Endpoint;
  /** The HTTP method. */
  readonly method: string;
  /** The path without the query. */
  readonly path: string;
  /** The documented parameters of a request for call logs. */
  readonly query: Readonly<Record<string, string>>;
  /** The page asked for, from 1. */
  readonly page: number | undefined;
  /** The status sent; `undefined` if none was sent. */
  readonly status: number | undefined;
  /** The outcome in words, such as `12 rows`, `refused: 900901` or `fault: reset`. */
  readonly outcome: string;
  /** The fault that the sandbox caused, if it caused one. */
  readonly fault: FaultName | undefined;
  /** The number of rows on the page. */
  readonly rows: number;
  /** The rows that a server reading by offset passes over to build the page, including the page's own. */
  readonly rowsScanned: number;
}

/** A request, read whole. */
export interface SandboxRequest extends Pick<
  RequestRecord,
  'number' | 'endpoint' | 'method' | 'path' | 'query' | 'page'
> {
  /** The account in the path of a request for call logs; empty for other requests. */
  readonly accountId: string;
  readonly parameters: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The body of a POST; empty for other requests. */
  readonly body: string;
  /** The time of the sandbox's clock when the request came. */
  readonly now: Date;
}

const LARGEST_BODY_BYTES = 65_536;
const LARGEST_LOG = 100_000;
/** Tokens: the paths of both hosts (fact 2). Call logs: with and without `/v1` (fact 1). */
const TOKEN = /^(?:\/t\/vbc\.prod\/oauth2)?\/token$/;
const AUTHORIZE = /^(?:\/t\/vbc\.prod\/oauth2)?\/authorize$/;
const CALL_LOGS = /^\/t\/vbc\.prod\/reports(?:\/v1)?\/accounts\/([^/]+)\/call-logs$/;

/** Reads a request. Rejects if its body is longer than 64 KiB. */
export async function readRequest(request: IncomingMessage, number: number, now: Date): Promise<SandboxRequest> {
  const method = request.method ?? 'GET';
  const [path = '/', ...query] = (request.url ?? '/').split('?');
  const parameters = new URLSearchParams(query.join('?'));
  const route = routeOf(method, path);
  const documented = route.endpoint === 'call-logs' ? documentedParameters(parameters) : {};
  const { page = '1' } = documented;
  return {
    number,
    method,
    path,
    ...route,
    parameters,
    query: documented,
    page: route.endpoint === 'call-logs' && /^\d+$/.test(page) ? Number(page) : undefined,
    headers: request.headers,
    body: method === 'POST' ? await readBody(request) : '',
    now,
  };
}

function routeOf(method: string, path: string): Pick<SandboxRequest, 'endpoint' | 'accountId'> {
  if (method === 'POST' && TOKEN.test(path)) return { endpoint: 'token', accountId: '' };
  if (method === 'GET' && AUTHORIZE.test(path)) return { endpoint: 'authorize', accountId: '' };
  const accountId = CALL_LOGS.exec(path)?.[1] ?? '';
  return { endpoint: method === 'GET' && accountId !== '' ? 'call-logs' : 'other', accountId };
}

/** Returns the documented parameters of a request, the first of each name. */
function documentedParameters(parameters: URLSearchParams): Record<string, string> {
  const given = Object.keys(queryParameters).map((name) => [name, parameters.get(name)] as const);
  return Object.fromEntries(given.filter((entry): entry is [string, string] => entry[1] !== null));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LARGEST_BODY_BYTES) throw new RangeError('The body is longer than 64 KiB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Describes a request in one line: method, path, range, page, status and outcome. The path is what the client sent. */
export function formatRequest({ method, path, query, page, status, outcome }: RequestRecord): string {
  const { 'start:gte': from, 'start:lte': to } = query;
  const range = from === undefined && to === undefined ? '' : `, ${from ?? '(open)'} to ${to ?? '(open)'}`;
  const where = page === undefined ? path : `${path}${range}, page ${page}`;
  return `${method} ${where}: ${status ?? 'no response'}, ${outcome}`;
}

/** Keeps the newest 100,000 records and hands each to a listener. */
export class RequestLog {
  readonly records: RequestRecord[] = [];
  readonly #onRequest: ((record: RequestRecord) => void) | undefined;
  #count = 0;

  constructor(onRequest: ((record: RequestRecord) => void) | undefined) {
    this.#onRequest = onRequest;
  }

  /** Returns the number of the next request. */
  nextNumber(): number {
    this.#count += 1;
    return this.#count;
  }

  add(record: RequestRecord): void {
    if (this.records.length >= LARGEST_LOG) this.records.splice(0, LARGEST_LOG / 10);
    this.records.push(record);
    this.#onRequest?.(record);
  }
}
