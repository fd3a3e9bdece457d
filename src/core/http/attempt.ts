import {
  AbortedError,
  NetworkError,
  type OptionName,
  type ProblemId,
  ReportsError,
  TimeoutError,
  UnexpectedResponseError,
} from '../errors/index.ts';
import { safeCause } from '../errors/redact.ts';
import { present } from '../present.ts';
import { type Anomaly, BodyParser, type ParsedBody } from './body-parser.ts';
import type { Clock } from './clock.ts';
import { linkSignals } from './signals.ts';

/** The second argument of a `fetch`, after the URL. */
export interface FetchInit {
  /** `GET` or `POST`. */
  readonly method: string;
  /** The headers, the token among them. */
  readonly headers: Record<string, string>;
  /** The body of a `POST`. */
  readonly body?: string;
  /** Redirects are not followed, because the token would travel with them. */
  readonly redirect: 'manual';
  /** Aborted at the time limit, at the deadline, and when the caller aborts. */
  readonly signal: AbortSignal;
}

/** The part of a `Response` that is used here. */
export interface FetchResponse {
  /** The HTTP status. */
  readonly status: number;
  /** The URL that responded. */
  readonly url: string;
  /** The headers of the response. */
  readonly headers: HeadersLike;
  /** Read as it arrives if it is a `ReadableStream`; else `text()` is used. */
  readonly body: unknown;
  /** Reads the whole body as a string. */
  text(): Promise<string>;
}

/** The part of a `Headers` that is used here. */
export interface HeadersLike {
  /** Returns the value of a header, whatever the case of its name; null if it is absent. */
  get(name: string): string | null;
  /** Calls back for each header. */
  forEach(callback: (value: string, name: string) => void): void;
}

/**
 * The platform's `fetch`, or one that behaves like it, such as undici's or node-fetch. It is called with a URL and an
 * init, never with a `Request`.
 */
export type FetchLike = (url: string, init: FetchInit) => Promise<FetchResponse>;

/** The platform's `fetch`, looked up at each call, so that tools that replace the global one take effect. */
export const platformFetch: FetchLike = (url, init) => globalThis.fetch(url, init);

/** A response whose body has been read and, if it is JSON, parsed. */
export interface BufferedResponse {
  readonly status: number;
  readonly headers: HeadersLike;
  readonly url: string;
  readonly text: string;
  /** The parsed body; undefined if it is not a JSON object or array. */
  readonly json: unknown;
  /** The values that could not be kept exactly as sent; absent for almost every response. */
  readonly anomalies?: readonly Anomaly[];
}

/** One request to be attempted. */
export interface AttemptRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string | undefined;
  /** Method and path, for messages. */
  readonly name: string;
  /** The time limit in milliseconds, from the call of `fetch` to the last byte of the body. */
  readonly timeoutMs: number;
  /** The largest body that is read, in bytes after decompression. Default: 256 MiB. */
  readonly maxBodyBytes?: number | undefined;
  readonly signal: AbortSignal;
  /** The option that names the host. Default: `baseUrl`. */
  readonly option?: OptionName | undefined;
  /** The purpose of the request, for observers: `login`, `refresh` …; undefined for a request to the API. */
  readonly purpose?: string | undefined;
}

/** The outcome of an attempt: a response, or an error without one. */
export interface AttemptOutcome {
  readonly request: AttemptRequest;
  readonly response?: BufferedResponse;
  readonly error?: ReportsError;
}

/** The parts of the client that an attempt needs. */
export interface AttemptDependencies {
  readonly fetch: FetchLike;
  readonly clock: Clock;
  /** Called with the outcome of every attempt, token requests included. */
  readonly observe?: ((outcome: AttemptOutcome) => void) | undefined;
}

const defaultMaxBodyBytes = 256 * 2 ** 20;

/**
 * Sends one request and reads its response, whatever the status. Redirects are not followed, because a token would
 * travel to another host. An error whose `retryRefusal` is set is final.
 *
 * @throws NetworkError there was no response, or it was cut short
 * @throws TimeoutError it took longer than `timeoutMs`
 * @throws UnexpectedResponseError the body is larger than `maxBodyBytes`
 * @throws AbortedError the signal was aborted; if its reason is a `ReportsError`, that error is thrown instead
 */
export async function attempt(request: AttemptRequest, dependencies: AttemptDependencies): Promise<BufferedResponse> {
  const { observe } = dependencies;
  try {
    const response = await fetchWhole(request, dependencies);
    observe?.({ request, response });
    return response;
  } catch (error) {
    if (error instanceof ReportsError) observe?.({ request, error });
    throw error;
  }
}

async function fetchWhole(request: AttemptRequest, { fetch, clock }: AttemptDependencies): Promise<BufferedResponse> {
  const { url, method, headers, body, name, purpose, timeoutMs, maxBodyBytes = defaultMaxBodyBytes, signal } = request;
  throwIfAborted(signal, name);
  const linked = linkSignals(signal);
  const cancelTimer = clock.after(timeoutMs, () => {
    const summary = `The request timed out after ${timeoutMs / 1000} s`;
    const problem = purpose === undefined ? 'slow-server' : undefined;
    linked.abort(new TimeoutError(summary, { request: name, problem }));
  });
  try {
    const init = { method, headers, ...present({ body }), redirect: 'manual', signal: linked.signal } as const;
    return await readResponse(await fetch(url, init), maxBodyBytes);
  } catch (error) {
    if (error instanceof BodyTooLarge) linked.abort(bodyTooLarge(request, maxBodyBytes));
    throwIfAborted(linked.signal, name);
    // The caller's own `fetch` may know better what went wrong.
    if (error instanceof ReportsError) throw error;
    throw networkError(request, error);
  } finally {
    cancelTimer();
    linked.release();
  }
}

/**
 * Throws the error that belongs to the abort of a signal: a reason that is a `ReportsError` as it is, any other as the
 * cause of an `AbortedError`.
 */
export function throwIfAborted(signal: AbortSignal, name?: string): void {
  if (!signal.aborted) return;
  if (signal.reason instanceof ReportsError) throw signal.reason;
  throw new AbortedError('Aborted', { request: name, cause: signal.reason });
}

class BodyTooLarge extends Error {}

function bodyTooLarge({ name, option = 'baseUrl' }: AttemptRequest, maxBodyBytes: number): ReportsError {
  const summary = `Unexpected response: the body is larger than ${maxBodyBytes} bytes`;
  const details = { request: name, option, problem: 'body-too-large', retryRefusal: 'not-retryable' } as const;
  return new UnexpectedResponseError(summary, details);
}

async function readResponse(response: FetchResponse, maxBodyBytes: number): Promise<BufferedResponse> {
  const { headers, body } = response;
  const parser = new BodyParser();
  if (isByteStream(body)) {
    await readStream(body, parser, maxBodyBytes);
  } else {
    // Other implementations of `fetch` may have bodies of another kind.
    if (Number(headers.get('content-length')) > maxBodyBytes) throw new BodyTooLarge();
    parser.pushText(await response.text());
  }
  return new ReadResponse(response, parser.end());
}

/** A class, since V8 keeps an object literal with an accessor, and all that it holds, until a full garbage collection. */
class ReadResponse implements BufferedResponse {
  readonly status: number;
  readonly headers: HeadersLike;
  readonly url: string;
  readonly json: unknown;
  readonly anomalies?: readonly Anomaly[];
  readonly #body: ParsedBody;

  constructor({ status, headers, url }: FetchResponse, body: ParsedBody) {
    this.status = status;
    this.headers = headers;
    this.url = url;
    this.json = body.json;
    if (body.anomalies.length > 0) this.anomalies = body.anomalies;
    this.#body = body;
  }

  get text(): string {
    return this.#body.text;
  }
}

async function readStream(body: ReadableStream<Uint8Array>, parser: BodyParser, maxBodyBytes: number): Promise<void> {
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader();
  let bytes = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    bytes += read.value.length;
    if (bytes > maxBodyBytes) throw new BodyTooLarge();
    parser.push(read.value);
  }
}

function isByteStream(body: unknown): body is ReadableStream<Uint8Array> {
  return typeof (Object(body) as { getReader?: unknown }).getReader === 'function';
}

/** Codes of Node and OpenSSL for requests that were never sent, and the problems that they mean. */
const problemByCode: Readonly<Record<string, ProblemId>> = {
  ENOTFOUND: 'host-not-found',
  EAI_AGAIN: 'host-not-found',
  ECONNREFUSED: 'connection-refused',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'untrusted-certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'untrusted-certificate',
  UNABLE_TO_GET_ISSUER_CERT: 'untrusted-certificate',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'untrusted-certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'untrusted-certificate',
  CERT_UNTRUSTED: 'untrusted-certificate',
  CERT_HAS_EXPIRED: 'wrong-certificate',
  CERT_NOT_YET_VALID: 'wrong-certificate',
  CERT_REVOKED: 'wrong-certificate',
  ERR_TLS_CERT_ALTNAME_INVALID: 'wrong-certificate',
  HOSTNAME_MISMATCH: 'wrong-certificate',
};

function networkError({ url, name, option = 'baseUrl' }: AttemptRequest, error: unknown): NetworkError {
  const cause = safeCause(error);
  const code = systemCodeOf(cause);
  const problem = problemByCode[code ?? ''] ?? 'connection-failed';
  const { host } = new URL(url);
  const said = code === undefined ? '' : ` (${code})`;
  const summary =
    problem === 'connection-failed'
      ? `The connection to ${host} failed or ended before the response was complete${said}`
      : `${host} cannot be reached${said}`;
  // Trying again does not make a certificate valid.
  const isFinal = problem === 'untrusted-certificate' || problem === 'wrong-certificate';
  return new NetworkError(summary, {
    ...{ request: name, option, problem, cause },
    retryRefusal: isFinal ? 'not-retryable' : undefined,
  });
}

/** The system's code (`ECONNREFUSED`) of a failure, which is at the end of its causes; undefined if there is none. */
export function systemCodeOf(error: Error): string | undefined {
  let code: string | undefined;
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') code = cause.code;
  }
  return code;
}

/**
 * Further codes of connections that were never made, which have no problem of their own; some are undici's and Bun's.
 */
const neverConnected = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT', 'ConnectionRefused']);

/** Tells whether an error shows that its request never left: there was no connection, or TLS was not established. */
export function wasNeverSent(error: ReportsError): boolean {
  if (error.code !== 'network') return false;
  return error.problem !== 'connection-failed' || neverConnected.has(systemCodeOf(error) ?? '');
}
