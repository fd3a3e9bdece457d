import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

import type { SandboxClock } from './clock.ts';
import { sendAnswer } from './faults/send-answer.ts';
import { Throttle } from './faults/throttle.ts';
import type { Handled } from './handle-request.ts';
import { readRequest } from './read-request.ts';
import type { SandboxRequest } from './read-request.ts';
import type { RequestLog } from './request-log.ts';
import type { SandboxSettings } from './sandbox-options.ts';
import { httpDateWriter } from './wire-time/http-date.ts';

const KEEP_ALIVE_MS = 60_000;

export interface ServerParts {
  readonly settings: SandboxSettings;
  readonly clock: SandboxClock;
  readonly log: RequestLog;
  /** Decides what a request is answered with; `isTooMany` says that the throttle refuses it. */
  readonly handle: (request: SandboxRequest, isTooMany: boolean) => Handled;
}

/** The HTTP server around the handler: reads requests, keeps the throttle's count, sends, logs. */
export function createSandboxServer({ settings, clock, log, handle }: ServerParts): Server {
  const { switches } = settings;
  const throttle = new Throttle(switches);
  const httpDate = httpDateWriter();
  const respond = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await readRequest(incoming, log.nextNumber(), clock.now());
    const isTooMany = request.route.endpoint === 'call-logs' && throttle.begin(response);
    const handled = handle(request, isTooMany);
    record(log, request, handled);
    await pause(handled.answer.delayMs ?? 0);
    response.sendDate = false;
    response.setHeader('Date', httpDate(clock.now().getTime()));
    sendAnswer(response, handled.answer, switches.stallMs);
  };
  const server = createServer((incoming, response) => {
    respond(incoming, response).catch(() => {
      response.destroy();
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

function record(log: RequestLog, request: SandboxRequest, { query, page, answer }: Handled): void {
  const { number, now: time, method, path, route } = request;
  const { endpoint } = route;
  const isSent = answer.delivery !== 'reset' && answer.delivery !== 'stall';
  const { outcome, fault, rows = 0, rowsScanned = 0 } = answer;
  const status = isSent ? answer.status : undefined;
  log.add({ number, time, endpoint, method, path, query, page, status, outcome, fault, rows, rowsScanned });
}

async function pause(milliseconds: number): Promise<void> {
  if (milliseconds <= 0) return;
  await new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
