import { homedir } from 'node:os';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import packageJson from '../../../package.json' with { type: 'json' };
import { createReportsClient, type ReportsClient } from '../../client.ts';
import type { AuthOption, TokenStore } from '../../index.ts';
import type { TimeWindow } from '../../core/errors/index.ts';
import type { EventHandlers } from '../../core/events.ts';
import type { ClientOptions } from '../../core/options.ts';
import { type SandboxOptions, startSandbox } from '../../sandbox.ts';
import { createFileTokenStore, defaultFolder } from '../token-store/file-token-store.ts';
import type { ConnectionFlags } from './flags.ts';
import { createProxyFetch } from './proxy.ts';
import { readSettings } from './settings.ts';
import type { CliIo } from './terminal/reporter.ts';

export const version: string = packageJson.version;

export const userAgent = `vbc-reports/${version}`;

/** An account, or a sandbox in its place. */
export interface Connection {
  readonly options: Pick<
    ClientOptions,
    'accountId' | 'auth' | 'baseUrl' | 'tokenUrl' | 'tokenStore' | 'fetch' | 'clock'
  >;
  /** The calls are made up. */
  readonly invented: boolean;
  close(): Promise<void>;
}

/**
 * Connects to the account that the settings name, or with `--sandbox` to a sandbox that has calls in the range.
 *
 * @param warn is told what in the settings may be wrong, before any request
 * @throws ConfigurationError settings are missing or wrong
 */
export async function connect(
  flags: ConnectionFlags,
  range: TimeWindow,
  io: CliIo,
  warn: (message: string) => void,
): Promise<Connection> {
  return flags.sandbox ? await connectSandbox(sandboxCover(range)) : await connectAccount(flags, io, warn);
}

/**
 * Connects to the account that the settings name.
 *
 * @param warn is told what in the settings may be wrong, before any request
 * @param tokenStoreOf returns the place of a login's tokens. Default: files of this user
 */
export async function connectAccount(
  flags: ConnectionFlags,
  io: CliIo,
  warn: (message: string) => void,
  tokenStoreOf?: (auth: AuthOption) => TokenStore | undefined,
): Promise<Connection> {
  const { warnings, ...settings } = readSettings(flags, io.env);
  for (const warning of warnings) warn(warning);
  const proxy = io.fetch === undefined ? await createProxyFetch(io.env) : undefined;
  const fetch = io.fetch ?? proxy?.fetch;
  // Later runs, and others at the same time, share the token, and the record of a refused login.
  const folder = (): string => defaultFolder({ environment: io.env, platform: process.platform, home: homedir });
  // Without a terminal nobody would see that a refused login could not be recorded, and each run would repeat it.
  const required = io.stderr.isTTY !== true;
  const { store, settled } = watchLogins(tokenStoreOf?.(settings.auth) ?? createFileTokenStore({ folder, required }));
  const tokenStore = typeof settings.auth === 'string' ? undefined : store;
  return {
    options: { ...settings, tokenStore, fetch, clock: io.clock },
    invented: false,
    async close() {
      await settled();
      await proxy?.close();
    },
  };
}

/** Starts a sandbox in this process and in memory: the user's settings and token store stay out of it. */
export async function connectSandbox(options: SandboxOptions): Promise<Connection> {
  const sandbox = await startSandbox(options);
  const { accountId, credentials, baseUrl, tokenUrl } = sandbox;
  return { options: { accountId, auth: credentials, baseUrl, tokenUrl }, invented: true, close: () => sandbox.stop() };
}

/** The whole years around a range, so that the sandbox has calls in it. */
function sandboxCover({ from, to }: TimeWindow): TimeWindow {
  return {
    from: new Date(Date.UTC(from.getUTCFullYear(), 0, 1)),
    to: new Date(Date.UTC(to.getUTCFullYear() + 1, 0, 1)),
  };
}

/** A client of the connection, at the pace that the flags set. Throws a `ConfigurationError` for invalid options. */
export function createClient(
  { options }: Connection,
  { pageSize, concurrency, requestsPerSecond, timeout, maxWait }: ConnectionFlags,
  signal: AbortSignal,
  on: EventHandlers,
): ReportsClient {
  const timeoutMs = timeout === undefined ? undefined : timeout * 1000;
  const retry = { maxRetryAfterMs: maxWait === undefined ? undefined : maxWait * 1000 };
  return createReportsClient({
    ...options,
    ...{ pageSize, concurrency, requestsPerSecond, timeoutMs, retry, userAgent, signal, on },
  });
}

/**
 * The time that an interrupted run waits for a login in progress, in milliseconds. A login that was sent counts, and if
 * its refusal is not recorded, the next run repeats it (fact 11).
 */
const graceMs = 5_000;

/**
 * Wraps a store, and returns a promise that no login is in progress in it: every login is made and recorded inside its
 * lock.
 */
function watchLogins(store: TokenStore): { readonly store: TokenStore; readonly settled: () => Promise<void> } {
  const underWay = new Set<Promise<unknown>>();
  function watched<Result>(run: Promise<Result>): Promise<Result> {
    const forget = (): void => {
      underWay.delete(run);
    };
    underWay.add(run);
    run.then(forget, forget);
    return run;
  }
  return {
    store: {
      required: store.required,
      read: (key) => store.read(key),
      write: (key, access) => store.write(key, access),
      withLock: (...args) => watched(store.withLock(...args)),
    },
    settled: async () => {
      const over = new AbortController();
      const timeout = setTimeout(graceMs, undefined, { signal: over.signal }).catch(() => undefined);
      await Promise.race([Promise.allSettled(underWay), timeout]);
      over.abort();
    },
  };
}
