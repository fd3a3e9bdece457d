import { access } from 'node:fs/promises';
import {
  createDuckDBStore,
  createPostgresStore,
  type AccountStore,
  type Store,
  type StoreReader,
} from '../sync/index.ts';
import { usageError } from './failure.ts';
import type { Environment } from './terminal/reporter.ts';
import { listed } from './terminal/text.ts';

/** The place of a store, as it was typed. */
export interface StorePlace {
  readonly kind: 'duckdb' | 'postgres';
  /** The path of the file, or the URL of the database, which may hold a password. */
  readonly location: string;
  /** A sentence about a password that others can see; undefined if there is none. */
  readonly warning: string | undefined;
}

/**
 * Reads the flag that names a store, or else VBC_STORE. A value that may be a URL is never repeated in a message,
 * because it may hold a password.
 *
 * @throws ConfigurationError there is no value, or it names neither a DuckDB file nor a PostgreSQL database
 */
export function readStorePlace(flag: '--to' | '--from-store', value: string | undefined, env: Environment): StorePlace {
  const location = value ?? env.VBC_STORE?.trim() ?? '';
  if (location === '') {
    const hint = `Name a file, such as ${flag} calls.duckdb, or a database, such as ${flag} postgres://db.example.com/calls.`;
    throw usageError(`${flag} is missing`, hint);
  }
  const name = value === undefined ? 'VBC_STORE' : flag;
  if (looksLikeUrl(location)) return databasePlace(name, location);
  if (/\.(duckdb|ddb|db)$/i.test(location)) return { kind: 'duckdb', location, warning: undefined };
  throw notAStore(name, location);
}

/**
 * Reads the flag `--to` of a command that needs a PostgreSQL database, or else VBC_STORE.
 *
 * @throws ConfigurationError there is no value, or it names something else
 */
export function requireDatabasePlace(command: string, to: string | undefined, env: Environment): StorePlace {
  const example = 'Name one, such as --to postgres://db.example.com/calls.';
  if (to === undefined && !env.VBC_STORE?.trim()) {
    throw usageError(`--to is missing: ${command} needs a PostgreSQL database`, example);
  }
  const place = readStorePlace('--to', to, env);
  if (place.kind === 'postgres') return place;
  throw usageError(`${command} needs a PostgreSQL database, and ${place.location} is a file`, example);
}

/** Returns whether a word may be a URL, and so hold a password. A "scheme" of one letter is a drive on Windows. */
export function looksLikeUrl(word: string): boolean {
  return /^[a-z][a-z\d+.-]+:|:\/\/|:.*@/i.test(word);
}

const urlExample = 'postgres://user@db.example.com:5432/calls';

function databasePlace(name: string, location: string): StorePlace {
  if (!/^postgres(ql)?:\/\//i.test(location) || !URL.canParse(location)) {
    throw usageError(
      `${name} is neither a DuckDB file nor the URL of a PostgreSQL database`,
      `Name a file that ends in .duckdb, or a URL such as ${urlExample}.`,
    );
  }
  const { password, searchParams } = new URL(location);
  const isVisible = name !== 'VBC_STORE' && (password !== '' || searchParams.has('password'));
  const warning = `${name} holds a password, and other users can see the flags of a process. Set VBC_STORE in its place, or leave the password to PGPASSWORD or ~/.pgpass.`;
  const url = location.replace(/^[a-z]+/i, (scheme) => scheme.toLowerCase());
  return { kind: 'postgres', location: url, warning: isVisible ? warning : undefined };
}

/** Hints for endings of files that people are likely to try. */
const otherEndings: readonly (readonly [ending: RegExp, hint: string])[] = [
  [
    /\.(csv|ndjson|jsonl|parquet)(\.gz)?$/i,
    'Name a store, such as calls.duckdb. export --from-store writes such files from it, and report --in reads them.',
  ],
  [/\.(sqlite3?|s3db)$/i, 'SQLite is not supported. DuckDB also keeps a database in one file: name it calls.duckdb.'],
];

function notAStore(name: string, location: string): Error {
  const [, hint] = otherEndings.find(([ending]) => ending.test(location)) ?? [];
  const summary = `${name} is ${JSON.stringify(location)}, which is not the name of a store`;
  return usageError(summary, hint ?? 'Name a file that ends in .duckdb, or a URL that begins with postgres://.');
}

/** Opens a store to write to. */
export function openStore({ kind, location }: StorePlace): Store & StoreReader {
  return kind === 'postgres' ? createPostgresStore(location) : createDuckDBStore(location);
}

/** Opens a store for reading. A file that does not exist is not created; it counts as an empty store. */
export async function openExistingStore(place: StorePlace): Promise<Store & StoreReader> {
  return (await storeExists(place)) ? openStore(place) : emptyStore(place.location);
}

/** Returns false if the place is a file that does not exist. */
export async function storeExists({ kind, location }: StorePlace): Promise<boolean> {
  if (kind === 'postgres') return true;
  return await access(location).then(
    () => true,
    // For any other problem with the file, the store has a better message.
    (error: unknown) => (error as { code?: unknown }).code !== 'ENOENT',
  );
}

/** Opens a store, which must exist. */
export async function requireStore(place: StorePlace): Promise<Store & StoreReader> {
  if (await storeExists(place)) return openStore(place);
  throw usageError(`${place.location} does not exist`, 'Check the name, or run vbc-reports sync first.');
}

/** A store without calls that cannot be written. */
function emptyStore(name: string): Store & StoreReader {
  const account: AccountStore = {
    coverage: () => Promise.resolve([]),
    count: () => Promise.resolve(0),
    median: () => Promise.resolve(undefined),
    stage: () => Promise.reject(new Error('An empty store cannot be written')),
    save: () => Promise.resolve(),
    record: () => Promise.resolve(),
    release: () => Promise.resolve(),
  };
  return {
    name,
    open: () => Promise.resolve(account),
    accounts: () => Promise.resolve([]),
    coverageOf: () => Promise.resolve([]),
    callsOf: () => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }),
    }),
    close: () => Promise.resolve(),
  };
}

/** Returns the account to read from a store: the named one, or the only one. */
export async function requireAccount(store: StoreReader, id: string | undefined): Promise<string> {
  const accounts = await store.accounts();
  const ids = accounts.map((account) => account.id);
  const [only] = ids;
  if (only === undefined) throw usageError(`${store.name} holds no account yet`, 'Run vbc-reports sync first.');
  if (id !== undefined && ids.includes(id)) return id;
  const known = `It has ${listed(ids.slice(0, mostListed), 'and')}${ids.length > mostListed ? ' and others' : ''}.`;
  if (id !== undefined) throw usageError(`${store.name} has no account ${id}`, known);
  if (ids.length === 1) return only;
  throw usageError(`${store.name} has ${ids.length} accounts`, `Name one with --account-id. ${known}`);
}

const mostListed = 20;
