import { type StoreAccount, StoreError, type StoreReader } from '../../../sync/index.ts';
import { environmentOfAccount, type ListedAccount, readAccountsFile } from '../../accounts-file.ts';
import { type Connection, connectAccount, connectSandbox } from '../../connection.ts';
import type { AuthOption, TokenStore } from '../../../../index.ts';
import type { ConnectionFlags } from '../../flags.ts';
import { ConfigurationError } from '../../../../core/errors/index.ts';
import { inSummary, usageError } from '../../failure.ts';
import { readSettings } from '../../settings.ts';
import type { CliIo } from '../../terminal/reporter.ts';
import type { SyncFlags } from './sync-flags.ts';
import { spansOf } from './sync-plan.ts';

/** An account to bring up to date. */
export interface SyncAccount extends StoreAccount {
  readonly name: string | undefined;
  /**
   * Connects to the account, or to the sandbox in its place.
   *
   * @param warn is told what in the settings may be wrong, before any request
   * @throws ConfigurationError settings are missing or wrong
   */
  connect(warn: (message: string) => void): Promise<Connection>;
}

/** Such as `913874 (Head office)`. */
export function labelOf({ id, name }: Pick<SyncAccount, 'id' | 'name'>): string {
  return name === undefined ? id : `${id} (${name})`;
}

/** The accounts that the flags name. */
export interface AccountSource {
  /**
   * Reads the settings again each time, so that a long-running command sees an account that was added.
   *
   * @param timeZone the zone of accounts for which no file says it
   * @param store knows the zones that were given before; undefined if it has yet to be made
   */
  accounts(timeZone: string | undefined, store: StoreReader | undefined): Promise<readonly SyncAccount[]>;
  /** Stops the sandboxes. */
  close(): Promise<void>;
}

/** The flags that say which accounts, and how to connect to them. */
type SourceFlags = ConnectionFlags & Pick<SyncFlags, 'accounts' | 'tz' | 'since'>;

type Source = Omit<SyncAccount, 'timeZone'> & { readonly timeZone: string | undefined };

/**
 * Returns the accounts of the flags.
 *
 * @param tokenStoreOf returns the place of a login's tokens. Default: files of this user
 */
export function createAccountSource(
  flags: SourceFlags,
  io: CliIo,
  tokenStoreOf?: (auth: AuthOption) => TokenStore | undefined,
): AccountSource {
  const access = { flags, io, tokenStoreOf };
  // Sandboxes live as long as the command, with the calls that they have invented.
  const sandboxes = new Map<string, Promise<Connection>>();

  async function sources(): Promise<readonly Source[]> {
    const list = flags.accounts === undefined ? undefined : await readAccountsFile(flags.accounts);
    if (flags.sandbox) return (list ?? [undefined]).map((account, place) => sandboxSource(account, place));
    return list?.map((account) => listedSource(account, access)) ?? [namedSource(access)];
  }

  /** Made-up calls are kept under a name that no real account has. */
  function sandboxSource(account: ListedAccount | undefined, place: number): Source {
    const id = account === undefined ? 'sandbox' : `sandbox-${account.id}`;
    const connect = async (): Promise<Connection> => {
      const { since } = spansOf(flags, { timeZone: account?.timeZone ?? flags.tz, now: io.now() });
      const connection = sandboxes.get(id) ?? connectSandbox({ ...sandboxCover(since, io.now()), seed: place + 1 });
      sandboxes.set(id, connection);
      return { ...(await connection), close: () => Promise.resolve() };
    };
    return { id, name: account?.name, timeZone: account?.timeZone, connect };
  }

  return {
    async accounts(timeZone, store) {
      const list = await sources();
      const isKnown = timeZone !== undefined || list.every((source) => source.timeZone !== undefined);
      const stored = isKnown || store === undefined ? [] : await storedAccounts(store);
      return list.map((source) => {
        const known = stored.find(({ id }) => id === source.id);
        return { ...source, timeZone: source.timeZone ?? timeZone ?? known?.timeZone ?? 'UTC' };
      });
    },
    async close() {
      for (const sandbox of sandboxes.values()) await (await sandbox).close();
    },
  };
}

/** How accounts are connected to. */
interface Access {
  readonly flags: SourceFlags;
  readonly io: CliIo;
  readonly tokenStoreOf: ((auth: AuthOption) => TokenStore | undefined) | undefined;
}

function listedSource(account: ListedAccount, { flags, io, tokenStoreOf }: Access): Source {
  const { id, name, timeZone, position } = account;
  const connect: SyncAccount['connect'] = async (warn) => {
    const env = await environmentOfAccount(account, io.env);
    return await inPosition(position, () => connectAccount(flags, { ...io, env }, warn, tokenStoreOf));
  };
  return { id, name, timeZone, connect };
}

function namedSource({ flags, io, tokenStoreOf }: Access): Source {
  const { accountId: id } = readSettings(flags, io.env);
  return { id, name: undefined, timeZone: undefined, connect: (warn) => connectAccount(flags, io, warn, tokenStoreOf) };
}

/** The accounts of a store; none if it has no tables yet. If it cannot be reached, opening it says so. */
async function storedAccounts(store: StoreReader): Promise<readonly StoreAccount[]> {
  return await store.accounts().catch((error: unknown) => {
    if (error instanceof StoreError && error.code === 'unavailable') return [];
    throw error;
  });
}

/** Says in which account of the file a setting is wrong. */
async function inPosition<Result>(position: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw usageError(`${position}: ${inSummary(error.parts.summary)}`, 'Correct its credentials; no login was made.');
  }
}

/** The same from run to run, so that a store that was filled by one agrees with the next. */
function sandboxCover(since: Date | undefined, now: Date): { from: Date; to: Date } {
  const year = now.getUTCFullYear();
  const first = Math.min(year - 1, since?.getUTCFullYear() ?? year);
  return { from: new Date(Date.UTC(first, 0)), to: new Date(Date.UTC(year + 1, 0)) };
}
