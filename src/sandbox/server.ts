import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import type { CallStore } from './call-logs/call-store.ts';
import { createCallLogsEndpoint } from './call-logs/page.ts';
import type { ApiTime } from './calls/api-time.ts';
import type { SandboxClock } from './clock.ts';
import { faultResponse } from './http/fault-responses.ts';
import type { Faults } from './http/faults.ts';
import { readRequest, type RequestLog, type SandboxRequest } from './http/request.ts';
import { jsonResponse, sendResponse, type SandboxResponse } from './http/response.ts';
import type { SandboxSettings } from './options.ts';
import type { SandboxSwitches } from './switches.ts';
import { createAuthorizeEndpoint, createTokenEndpoint } from './tokens/token-endpoint.ts';
import { refuseRequest, TokenStore } from './tokens/tokens.ts';

const KEEP_ALIVE_MS = 60_000;
const THROTTLE_WINDOW_MS = 1_000;

/** The parts of a sandbox that its server connects. */
export interface ServerParts {
  readonly settings: SandboxSettings;
  readonly clock: SandboxClock;
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly store: CallStore;
  readonly time: ApiTime;
}

/** Creates the HTTP server. A request meets the edge first (throttle, faults), then the gateway, then Reports. */
export function createSandboxServer(parts: ServerParts): Server {
  const { settings, clock, log, faults } = parts;
  const { switches } = settings;
  const throttle = new Throttle(switches);
  const process = createProcessor(parts);
  const respond = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const request = await readRequest(incoming, log.nextNumber(), clock.now());
    const isTooMany = request.endpoint === 'call-logs' && throttle.begin(outgoing);
    const fault = isTooMany ? switches.throttleFault : faults.next(request);
    const context = { accept: request.headers.accept, now: request.now, switches };
    const response = fault === undefined ? process(request) : faultResponse(fault, context, () => process(request));
    addRecord(log, request, response);
    await pause(response.delayMs ?? 0);
    outgoing.sendDate = false;
    outgoing.setHeader('Date', clock.now().toUTCString());
    sendResponse(outgoing, response, switches.stallMs);
  };
  const server = createServer((incoming, outgoing) => {
    respond(incoming, outgoing).catch(() => {
      outgoing.destroy();
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

/** Returns the function that makes the regular response to a request. */
function createProcessor({ settings, store, time }: ServerParts): (request: SandboxRequest) => SandboxResponse {
  const tokens = new TokenStore();
  const tokenEndpoint = createTokenEndpoint(settings, tokens);
  const authorizeEndpoint = createAuthorizeEndpoint(settings, tokens);
  const callLogsEndpoint = createCallLogsEndpoint(store, time, settings);
  return ({ endpoint, headers: { authorization, accept }, accountId, parameters, query, body, number, path, now }) => {
    if (endpoint === 'token') {
      return tokenEndpoint({ authorization, form: new URLSearchParams(body), now: now.getTime() });
    }
    if (endpoint === 'authorize') return authorizeEndpoint(parameters, now.getTime());
    if (endpoint === 'other') return notFound();
    const reports = { authorization, accept, accountId, now: now.getTime() };
    return refuseRequest(reports, settings, tokens) ?? callLogsEndpoint({ number, path, given: query, now });
  };
}

function notFound(): SandboxResponse {
  const fault = { code: 404, message: 'Not Found', description: 'No matching resource found for given API Request' };
  return jsonResponse(404, { fault }, 'refused: not found');
}

function addRecord(log: RequestLog, request: SandboxRequest, response: SandboxResponse): void {
  const { number, now: time, endpoint, method, path, query, page } = request;
  const { outcome, fault, delivery, rows = 0, rowsScanned = 0 } = response;
  const status = delivery === 'reset' || delivery === 'stall' ? undefined : response.status;
  log.add({ number, time, endpoint, method, path, query, page, status, outcome, fault, rows, rowsScanned });
}

async function pause(milliseconds: number): Promise<void> {
  if (milliseconds <= 0) return;
  await new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

/** Limits requests for call logs, per second of real time and at once (facts 20 and 29). */
class Throttle {
  readonly #perSecond: number;
  readonly #parallel: number;
  #recent: number[] = [];
  #running = 0;

  constructor({ requestsPerSecond, parallelRequests }: SandboxSwitches) {
    this.#perSecond = requestsPerSecond;
    this.#parallel = parallelRequests;
  }

  /** Returns whether the request exceeds a limit. Every request counts until its response closes, throttled ones included. */
  begin(response: ServerResponse): boolean {
    this.#running += 1;
    response.once('close', () => {
      this.#running -= 1;
    });
    return (this.#parallel > 0 && this.#running > this.#parallel) || this.#isTooFast();
  }

  #isTooFast(): boolean {
    if (this.#perSecond === 0) return false;
    const now = performance.now();
    this.#recent = this.#recent.filter((time) => time > now - THROTTLE_WINDOW_MS);
    if (this.#recent.length >= this.#perSecond) return true;
    this.#recent.push(now);
    return false;
  }
}
