import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';

import { CallStore } from './call-logs/call-store.ts';
import { apiTime } from './calls/api-time.ts';
import type { CallRow } from './calls/row.ts';
import { SandboxConfigurationError } from './checks.ts';
import { createClock, type SandboxClock } from './clock.ts';
import { Faults, type FaultScript } from './http/faults.ts';
import { RequestLog, type RequestRecord } from './http/request.ts';
import { resolveOptions, type SandboxCredentials, type SandboxOptions } from './options.ts';
import { createSandboxServer } from './server.ts';
import type { SandboxSwitches } from './switches.ts';

declare global {
  /** Declared here as well, in the words of TypeScript's library, for projects whose `lib` does not have it. */
  interface SymbolConstructor {
    readonly asyncDispose: unique symbol;
  }
}

/** New values of a call, for fields by which calls are neither found nor filtered. */
export type Correction = Partial<
  Omit<CallRow, 'id' | 'start' | 'end' | 'direction' | 'from' | 'to' | 'source_user' | 'destination_user'>
>;

/** A running sandbox. Each has its own state; any number can run side by side. */
export interface Sandbox {
  /** For example `http://127.0.0.1:4010/t/vbc.prod/reports`. The same with `/v1` appended works too (fact 1). */
  readonly baseUrl: string;
  /** For example `http://127.0.0.1:4010/token`. The path `/t/vbc.prod/oauth2/token` works too (fact 2). */
  readonly tokenUrl: string;
  /** The URL at which the authorization code grant starts. It consents at once. */
  readonly authorizeUrl: string;
  /** The id of the account whose calls are listed. */
  readonly accountId: string;
  /** The credentials that log in. */
  readonly credentials: SandboxCredentials;
  /** The profile's switches with the given ones applied. */
  readonly switches: SandboxSwitches;
  /**
   * Returns the truth: the calls that are listed now, by start, then id, whatever the switches do to the pages that a
   * client gets. `from` is inclusive and `to` exclusive; both concern the start. With `all`, it also returns the calls
   * that are not listed yet: in the future, within their latency, or held back.
   */
  calls(range?: { readonly from: Date; readonly to: Date }, options?: { readonly all?: boolean }): CallRow[];
  /** Lists a call no longer, as if it had been deleted. Throws a RangeError if there is no call with this id. */
  remove(id: string): void;
  /**
   * Lists a call with other values from now on, as if it had been corrected. Throws a RangeError if there is no call with
   * this id.
   */
  correct(id: string, fields: Correction): void;
  /** The log: the newest 100,000 requests and what came of them. */
  readonly requests: readonly RequestRecord[];
  /** The clock of the calls and the tokens, which can be moved. */
  readonly clock: SandboxClock;
  /** The scripted faults, which can be added to while the sandbox runs. */
  readonly faults: FaultScript;
  /** Closes every connection. Further calls do nothing. */
  stop(): Promise<void>;
  /** Stops the sandbox at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a local stand-in for the Reports API that behaves as docs/api-behaviour.md describes. Rejects with a
 * SandboxConfigurationError for invalid options and for a port in use.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const settings = resolveOptions(options);
  const { switches, accountId, credentials } = settings;
  const time = apiTime(switches.apiTimeZone);
  const clock = createClock(settings.now);
  const log = new RequestLog(settings.onRequest);
  const faults = new Faults(settings.seed, switches.faultChances, settings.faults);
  const store = new CallStore(settings, time);
  const server = createSandboxServer({ settings, clock, log, faults, store, time });
  const origin = originOf(settings.host, await listen(server, settings));
  const stop = (): Promise<void> => stopServer(server);
  return {
    baseUrl: `${origin}/t/vbc.prod/reports`,
    tokenUrl: `${origin}/token`,
    authorizeUrl: `${origin}/authorize`,
    accountId,
    credentials,
    switches,
    calls: (range, { all = false } = {}) => {
      const from = (range?.from.getTime() ?? -Infinity) / 1000;
      const to = (range?.to.getTime() ?? Infinity) / 1000;
      const span = { reaches: (start: number) => start >= from, passes: (start: number) => start >= to };
      return store.truth(span, all ? undefined : clock.now());
    },
    remove: (id) => {
      requireCall(id, store.remove(id));
    },
    correct: (id, fields) => {
      requireCall(id, store.correct(id, fields));
    },
    requests: log.records,
    clock,
    faults,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function requireCall(id: string, isKnown: boolean): void {
  if (!isKnown) throw new RangeError(`There is no call with the id "${id}".`);
}

/** Resolves with the port. */
async function listen(server: Server, { port, host }: { port: number; host: string }): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      reject(new SandboxConfigurationError(listenProblem(error, port, host)));
    };
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

function listenProblem(error: NodeJS.ErrnoException, port: number, host: string): string {
  if (error.code === 'EADDRINUSE') return `Port ${port} on ${host} is in use: choose another, or 0 for a free one.`;
  if (error.code === 'EACCES') return `Port ${port} on ${host} may not be used: choose one above 1023.`;
  return `The sandbox cannot listen on ${host}, port ${port}: ${error.code ?? error.message}.`;
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
