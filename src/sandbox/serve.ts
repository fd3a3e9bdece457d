import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

import { SandboxConfigurationError } from './configuration-error.ts';
import type { SandboxClock } from './clock.ts';
import { sendAnswer } from './faults/send-answer.ts';
import { Throttle } from './faults/throttle.ts';
import type { Handled, IncomingRequest } from './handle-request.ts';
import type { SandboxSettings } from './sandbox-options.ts';
import type { RequestLog } from './request-log.ts';
import { routeOf } from './routes.ts';
import { httpDateWriter } from './wire-time/http-date.ts';

const LARGEST_BODY_BYTES = 65_536;
const KEEP_ALIVE_MS = 60_000;

export interface ServerParts {
  readonly settings: SandboxSettings;
  readonly clock: SandboxClock;
  readonly log: RequestLog;
  readonly handle: (request: IncomingRequest) => Handled;
}

/** The HTTP server around the handler: reads requests, keeps the throttle's count, sends, logs. */
export function createSandboxServer({ settings, clock, log, handle }: ServerParts): Server {
  const { switches } = settings;
  const throttle = new Throttle(switches);
  const httpDate = httpDateWriter();
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const read = await readRequest(request, log.nextNumber(), clock.now());
    const isCounted = routeOf(read.method, read.path).endpoint === 'call-logs';
    const tooMany = isCounted && throttle.begin();
    if (isCounted)
      response.once('close', () => {
        throttle.end();
      });
    const handled = handle({ ...read, tooMany });
    const { answer } = handled;
    record(log, read, handled);
    if (answer.delayMs !== undefined && answer.delayMs > 0) await pause(answer.delayMs);
    response.sendDate = false;
    response.setHeader('Date', httpDate(clock.now().getTime()));
    sendAnswer(response, answer, switches.stallMs);
  };
  const server = createServer((request, response) => {
    respond(request, response).catch(() => {
      response.destroy();
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

/** Listens; resolves with the port. Throws a SandboxConfigurationError where the address can't be had. */
export async function listen(server: Server, { port, host }: SandboxSettings): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new SandboxConfigurationError(listenProblem(error, port, host)));
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

function listenProblem(error: NodeJS.ErrnoException, port: number, host: string): string {
  if (error.code === 'EADDRINUSE') return `Port ${port} on ${host} is in use: choose another, or 0 for a free one.`;
  if (error.code === 'EACCES') return `Port ${port} on ${host} may not be used: choose one above 1023.`;
  return `The sandbox can't listen on ${host}, port ${port}: ${error.code ?? error.message}.`;
}

async function readRequest(
  request: IncomingMessage,
  number: number,
  now: Date,
): Promise<Omit<IncomingRequest, 'tooMany'>> {
  const url = request.url ?? '/';
  const cut = url.indexOf('?');
  return {
    number,
    method: request.method ?? 'GET',
    path: cut < 0 ? url : url.slice(0, cut),
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

function record(log: RequestLog, request: Omit<IncomingRequest, 'tooMany'>, handled: Handled): void {
  const { number, now: time, method, path } = request;
  const { endpoint, query, page, answer } = handled;
  const isSent = answer.delivery !== 'reset' && answer.delivery !== 'stall';
  log.add({
    number,
    time,
    endpoint,
    method,
    path,
    query,
    page,
    status: isSent ? answer.status : undefined,
    outcome: answer.outcome,
    fault: answer.fault,
    rows: answer.rows ?? 0,
    rowsScanned: answer.rowsScanned ?? 0,
  });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
