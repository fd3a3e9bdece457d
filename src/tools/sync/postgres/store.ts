import type { CallLog, TimeWindow } from '../../../index.ts';
import type { Coverage, CoverageChange } from '../coverage.ts';
import { AccountTables } from '../sql/account-tables.ts';
import type { Column } from '../sql/columns.ts';
import { type Dialect, inTransaction, literal, Queue, type SqlConnection } from '../sql/connection.ts';
import { readAccounts, readCalls, readCoverage } from '../sql/stored-calls.ts';
import { type LayoutOptions, openTables } from '../sql/tables.ts';
import {
  type AccountStore,
  type Changes,
  type Replacement,
  type RunRecord,
  type Stage,
  type Store,
  type StoreAccount,
  StoreError,
  type StoreReader,
} from '../store.ts';
import { PostgresConnection, type PostgresPlace, readPostgresUrl } from '../../postgres/connection.ts';
import { withTablesLocked } from '../../postgres/lock.ts';
import { lockAccount, unlockAccount } from './lock.ts';
import { openStage, type StageOptions } from './stage.ts';

/** The fields of calls and the layouts of the tables, for tests of another version. Default: those of this one. */
export type PostgresStoreOptions = LayoutOptions;

/**
 * Makes a store of a PostgreSQL database (14 or later, encoding UTF8). Its tables are in the current schema: `public`,
 * unless the server or the URL says otherwise, as `postgres://…/calls?options=-csearch_path%3Dvonage` does.
 *
 * The optional packages `pg` and `pg-copy-streams` are needed. `pg` reads the URL, with `sslmode`, `sslrootcert` and its
 * other parameters.
 *
 * Each open account has a connection of its own. Its session holds the account's lock, so that several processes may
 * share the accounts of a store. A connection pooler must keep one server connection for each session: pgbouncer works
 * in session mode only.
 *
 * @throws StoreError `unavailable`: the URL is invalid
 */
export function createPostgresStore(url: string, options: PostgresStoreOptions = {}): Store & StoreReader {
  return new PostgresStore(readPostgresUrl(url), options);
}

class PostgresStore implements Store, StoreReader {
  readonly #place: PostgresPlace;
  readonly #options: PostgresStoreOptions;
  readonly #accounts = new Set<PostgresAccountStore>();
  /** Reads take turns on one connection, which the first of them opens. */
  readonly #queue = new Queue();
  #reading: Reading | undefined;

  constructor(place: PostgresPlace, options: PostgresStoreOptions) {
    this.#place = place;
    this.#options = options;
  }

  get name(): string {
    return this.#place.name;
  }

  async open(account: StoreAccount): Promise<AccountStore> {
    const opened = await openAccount(this.#place, account, this.#options, () => this.#accounts.delete(opened));
    this.#accounts.add(opened);
    return opened;
  }

  async accounts(): Promise<readonly StoreAccount[]> {
    return await this.#read(({ connection }) => readAccounts(connection));
  }

  async coverageOf(accountId: string): Promise<Coverage> {
    return await this.#read(({ connection }) => readCoverage(connection, accountId));
  }

  async *callsOf(
    accountId: string,
    window: TimeWindow,
    { onlyListed }: { readonly onlyListed?: boolean | undefined } = {},
  ): AsyncGenerator<readonly CallLog[], void, undefined> {
    const { columns } = await this.#read((reading) => Promise.resolve(reading));
    const connection: SqlConnection = {
      run: (sql, values) => this.#read((reading) => reading.connection.run(sql, values)),
      rows: (sql, values) => this.#read((reading) => reading.connection.rows(sql, values)),
    };
    yield* readCalls({ connection, columns, accountId, window, onlyListed });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#accounts].map((account) => account.release()));
    await this.#queue.run(async () => {
      await this.#reading?.connection.close();
      this.#reading = undefined;
    });
  }

  async #read<T>(work: (reading: Reading) => Promise<T>): Promise<T> {
    return await this.#queue.run(async () => {
      const reading = (this.#reading ??= await openForReading(this.#place, this.#options));
      try {
        return await work(reading);
      } catch (error) {
        // A connection that was lost would fail for ever; the next read opens another.
        this.#reading = undefined;
        await reading.connection.close();
        throw error;
      }
    });
  }
}

/** A connection that changes nothing. */
interface Reading {
  readonly connection: PostgresConnection;
  readonly columns: readonly Column[];
}

async function openForReading(place: PostgresPlace, options: PostgresStoreOptions): Promise<Reading> {
  return await connected(place, async (connection) => {
    const columns = await openTables({ ...options, name: place.name, connection, dialect, isReadOnly: true });
    return { connection, columns };
  });
}

/** What is particular to PostgreSQL. */
export const dialect: Dialect = {
  types: {
    text: 'text',
    time: 'timestamp with time zone',
    number: 'double precision',
    whole: 'bigint',
    boolean: 'boolean',
    json: 'jsonb',
  },
  rowId: 'ctid',
  rowLock: 'for update',
  orNothing: 'on conflict do nothing',
  callsKeys: [
    // Ids have the same order in every database and in JavaScript, and are compared byte by byte.
    'alter table calls alter column account_id type text collate "C", alter column id type text collate "C"',
    // Calls arrive in the order of their start: with the id in front, each of them would change another page of the
    // index. One index serves windows and uniqueness; writing takes half the time of two.
    'alter table calls add primary key (account_id, "start", id, copy)',
    'alter table sync_windows add primary key (account_id, window_from)',
    'alter table sync_runs add primary key (account_id, started_at)',
    'alter table sync_accounts add primary key (id)',
    'alter table sync_meta add primary key (key)',
  ],
  member: (name) => ({
    type: `jsonb_typeof(extra -> ${literal(name)})`,
    text: `(extra ->> ${literal(name)})`,
    json: `(extra -> ${literal(name)})`,
    rest: `nullif(extra - ${literal(name)}, '{}'::jsonb)`,
  }),
  jsonTypes: { string: ['string'], number: ['number'], boolean: ['boolean'], null: ['null'] },
  matches: (text, pattern) => `${text} ~ ${literal(pattern)}`,
};

async function openAccount(
  place: PostgresPlace,
  account: StoreAccount,
  options: PostgresStoreOptions,
  onRelease: () => void,
): Promise<PostgresAccountStore> {
  return await connected(place, async (connection) => {
    const schema = await schemaOf(connection);
    await lockAccount(connection, { schema, id: account.id });
    const columns = await withTablesLocked(connection, schema, () =>
      openTables({ ...options, name: place.name, connection, dialect }),
    );
    const tables = new AccountTables({ connection, dialect, columns, account });
    await tables.begin();
    const release = async (): Promise<void> => {
      onRelease();
      // The lock of a session that was lost has gone with it.
      await unlockAccount(connection, { schema, id: account.id }).catch(() => undefined);
      await connection.close();
    };
    return new PostgresAccountStore({ connection, dialect, columns, tables }, release);
  });
}

/** Opens a connection for some work, and closes it if the work fails. */
async function connected<T>(place: PostgresPlace, work: (connection: PostgresConnection) => Promise<T>): Promise<T> {
  const connection = await PostgresConnection.open(place);
  try {
    return await work(connection);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** Returns the schema of the tables, in a database that can hold them. */
export async function schemaOf(connection: PostgresConnection): Promise<string> {
  const [row] = await connection.rows(
    `select current_schema() as schema, current_setting('server_encoding') as encoding,
      current_setting('server_version_num')::int as version, current_setting('server_version') as "versionName"`,
  );
  const { schema, encoding, version, versionName } = row ?? {};
  const { name } = connection;
  if (Number(version) < oldestVersion * 10_000) {
    throw new StoreError('unavailable', `${name} runs PostgreSQL ${String(versionName)}`, {
      hint: `It takes PostgreSQL ${oldestVersion} or later.`,
    });
  }
  if (encoding !== 'UTF8') {
    throw new StoreError('unavailable', `${name} has the encoding ${String(encoding)}, which cannot hold every name`, {
      hint: 'Create the database with `createdb --encoding=UTF8 --template=template0`.',
    });
  }
  if (typeof schema === 'string') return schema;
  throw new StoreError('unavailable', `No schema of the search_path exists in ${name}`, {
    hint: 'Create it with CREATE SCHEMA, or correct `search_path` in the URL or of the user.',
  });
}

/** The first version that has all settings of `connection.ts`. */
const oldestVersion = 14;

/** An account in a session that holds its lock. */
export class PostgresAccountStore implements AccountStore {
  readonly #options: StageOptions;
  readonly #release: () => Promise<void>;
  readonly #queue = new Queue();

  /** `release` gives the lock back. */
  constructor(options: StageOptions, release: () => Promise<void>) {
    this.#options = options;
    this.#release = release;
  }

  coverage(): Promise<Coverage> {
    return this.#queue.run(() => this.#options.tables.coverage());
  }

  count(window: TimeWindow): Promise<number> {
    return this.#queue.run(() => this.#options.tables.count(window));
  }

  median(window: TimeWindow): Promise<Date | undefined> {
    return this.#queue.run(() => this.#options.tables.median(window));
  }

  async stage(): Promise<Stage> {
    const stage = await this.#queue.run(() => openStage(this.#options));
    return {
      add: (calls) => this.#queue.run(() => stage.add(calls)),
      commit: (replacement: Replacement): Promise<Changes> => this.#queue.run(() => stage.commit(replacement)),
      discard: () => this.#queue.run(() => stage.discard()),
    };
  }

  save(change: CoverageChange): Promise<void> {
    const { connection, tables, alongside } = this.#options;
    return this.#queue.run(() =>
      inTransaction(connection, async () => {
        await tables.save(change);
        await alongside?.(undefined);
      }),
    );
  }

  record(run: RunRecord): Promise<void> {
    return this.#queue.run(() => this.#options.tables.record(run));
  }

  release(): Promise<void> {
    return this.#queue.run(() => this.#release());
  }
}
