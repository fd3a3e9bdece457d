import type { Server } from 'node:http';

import { CallStore } from './call-store.ts';
import type { StartRange } from './call-store.ts';
import { createClock } from './clock.ts';
import { Faults } from './faults/fault-script.ts';
import { createHandler } from './handle-request.ts';
import { listen } from './listen.ts';
import type { SandboxOptions } from './sandbox-options.ts';
import { RequestLog } from './request-log.ts';
import { resolveOptions } from './resolve-options.ts';
import type { Sandbox } from './sandbox.ts';
import { createSandboxServer } from './serve.ts';
import { apiTime } from './wire-time/api-time.ts';

const EVERYTHING = { from: new Date(0), to: new Date(8.64e15) } as const;

/**
 * Starts a local stand-in of the Reports API, as docs/api-behaviour.md describes it. Rejects with a
 * SandboxConfigurationError for options that make no sense and for a port in use.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const settings = resolveOptions(options);
  const { switches, accountId, credentials } = settings;
  const time = apiTime(switches.apiTimeZone);
  const clock = createClock(settings.now);
  const log = new RequestLog(settings.onRequest);
  const faults = new Faults(settings.seed, switches.faultChances);
  faults.add(...settings.faults);
  const store = new CallStore(settings, time);
  const handle = createHandler(settings, store, faults, time);
  const server = createSandboxServer({ settings, clock, log, handle });
  const origin = originOf(settings.host, await listen(server, settings));
  const stop = (): Promise<void> => stopServer(server);
  return {
    baseUrl: `${origin}/t/vbc.prod/reports`,
    tokenUrl: `${origin}/token`,
    authorizeUrl: `${origin}/authorize`,
    accountId,
    credentials,
    switches,
    calls: (range = EVERYTHING, { all = false } = {}) => store.rows(secondsOf(range), all ? undefined : clock.now()),
    requests: log.records,
    clock,
    faults,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** The seconds from `from` up to, but without, `to`. */
function secondsOf({ from, to }: { readonly from: Date; readonly to: Date }): StartRange {
  return { from: Math.ceil(from.getTime() / 1000), to: Math.ceil(to.getTime() / 1000) - 1 };
}

function originOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

async function stopServer(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
