import { homedir } from 'node:os';
import process from 'node:process';
import type { TimeWindow } from '../../core/errors/index.ts';
import { createFileTokenStore, defaultFolder } from '../token-store/file-token-store.ts';
import type { ClientOptions } from '../../core/options.ts';
import { startSandbox } from '../../sandbox.ts';
import type { CliIo } from './cli-io.ts';
import type { ConnectionFlags } from './connection-flags.ts';
import { readSettings } from './read-settings.ts';
import { sandboxCover } from './sandbox-cover.ts';
import { watchLogins } from './watch-logins.ts';

/** Something to talk to. */
export interface Connection {
  readonly options: Pick<ClientOptions, 'accountId' | 'auth' | 'baseUrl' | 'tokenUrl' | 'tokenStore' | 'fetch'>;
  /** Whether its calls are those of a stand-in. */
  readonly invented: boolean;
  close(): Promise<void>;
}

/** The account that the settings name, or with `--sandbox` a stand-in that has calls in the range. */
export async function connect(flags: ConnectionFlags, range: TimeWindow, io: CliIo): Promise<Connection> {
  return flags.sandbox ? await connectSandbox(range) : connectAccount(flags, io);
}

function connectAccount(flags: ConnectionFlags, { env, fetch }: CliIo): Connection {
  const settings = readSettings(flags, env);
  // Later runs, and others at the same time, share the token, and the memory that a login was refused.
  const folder = (): string => defaultFolder({ environment: env, platform: process.platform, home: homedir });
  const { store, settled } = watchLogins(createFileTokenStore({ folder }));
  const tokenStore = typeof settings.auth === 'string' ? undefined : store;
  return { options: { ...settings, tokenStore, fetch }, invented: false, close: settled };
}

/** In this process and in memory: the user's settings and token store stay out of it. */
async function connectSandbox(range: TimeWindow): Promise<Connection> {
  const sandbox = await startSandbox(sandboxCover(range));
  const { accountId, credentials, baseUrl, tokenUrl } = sandbox;
  return { options: { accountId, auth: credentials, baseUrl, tokenUrl }, invented: true, close: () => sandbox.stop() };
}
