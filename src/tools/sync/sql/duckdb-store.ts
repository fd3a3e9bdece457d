import { type FileHandle, open, rm } from 'node:fs/promises';
import type { CallLog, TimeWindow } from '../../../index.ts';
import type { Coverage, CoverageChange } from '../coverage.ts';
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
import { AccountTables } from './account-tables.ts';
import { type CallRow, type Column, createRowMapper, withoutNul } from './columns.ts';
import { identifier, inTransaction, literal, Queue, type SqlConnection } from './connection.ts';
import {
  dropCache,
  duckdb,
  type DuckDBDriver,
  type DuckDBFile,
  openDuckDBFile,
  orStoreError,
  temporaryFile,
} from './duckdb-file.ts';
import { readAccounts, readCalls, readCoverage } from './stored-calls.ts';
import { type LayoutOptions, openTables } from './tables.ts';

export interface DuckDBStoreOptions extends LayoutOptions {
  /** Loads the driver. Default: imports `@duckdb/node-api`, an optional peer dependency. */
  readonly load?: (() => Promise<DuckDBDriver>) | undefined;
}

/**
 * Returns a store in a DuckDB file, which is created if it does not exist. Nothing is opened before the store is used.
 * The file is locked from then on until `close`; several accounts may be open in this process.
 *
 * Needs the package `@duckdb/node-api`.
 */
export function createDuckDBStore(path: string, options: DuckDBStoreOptions = {}): Store & StoreReader {
  return new DuckDBStore(path, options);
}

/** A file that is open, with its tables. */
interface OpenStore extends DuckDBFile {
  readonly columns: readonly Column[];
}

class DuckDBStore implements Store, StoreReader {
  readonly name: string;
  readonly #options: DuckDBStoreOptions;
  /** A file has one connection, and one piece of work at a time: transactions do not mix. */
  readonly #queue = new Queue();
  readonly #accounts = new Map<string, DuckDBAccount>();
  #open: OpenStore | undefined;

  constructor(path: string, options: DuckDBStoreOptions) {
    this.name = path;
    this.#options = options;
  }

  async open(account: StoreAccount): Promise<AccountStore> {
    return await this.#queue.run(async () => {
      if (this.#accounts.has(account.id)) {
        throw new StoreError('locked', `${this.name}: account ${account.id} is already open in this process`);
      }
      const { connection, columns } = await this.#opened('write');
      const tables = new AccountTables({ connection, dialect: duckdb, columns, account });
      await tables.begin();
      const release = (): void => void this.#accounts.delete(account.id);
      const opened = new DuckDBAccount({ path: this.name, connection, columns, tables, queue: this.#queue, release });
      this.#accounts.set(account.id, opened);
      return opened;
    });
  }

  async accounts(): Promise<readonly StoreAccount[]> {
    return await this.#read(readAccounts);
  }

  async coverageOf(accountId: string): Promise<Coverage> {
    return await this.#read((connection) => readCoverage(connection, accountId));
  }

  async *callsOf(
    accountId: string,
    window: TimeWindow,
    { onlyListed }: { readonly onlyListed?: boolean | undefined } = {},
  ): AsyncGenerator<readonly CallLog[], void, undefined> {
    const { columns } = await this.#queue.run(() => this.#opened('read'));
    const connection: SqlConnection = {
      run: (sql, values) => this.#read((opened) => opened.run(sql, values)),
      rows: (sql, values) => this.#read((opened) => opened.rows(sql, values)),
    };
    yield* readCalls({ connection, columns, accountId, window, onlyListed });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#accounts.values()].map((account) => account.release()));
    await this.#queue.run(() => {
      this.#open?.close();
      this.#open = undefined;
      return Promise.resolve();
    });
  }

  async #read<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    return await this.#queue.run(async () => await work((await this.#opened('read')).connection));
  }

  /** Returns the file. Opens it first if it is not open yet, or is open only for reading and will be written. */
  async #opened(access: 'read' | 'write'): Promise<OpenStore> {
    if (this.#open && (access === 'read' || !this.#open.isReadOnly)) return this.#open;
    this.#open?.close();
    this.#open = undefined;
    const { load = loadDriver, migrations, columns } = this.#options;
    const file = await openDuckDBFile({ path: this.name, load, access });
    try {
      const tables = { name: this.name, connection: file.connection, dialect: duckdb, migrations, columns };
      this.#open = { ...file, columns: await openTables({ ...tables, isReadOnly: file.isReadOnly }) };
      return this.#open;
    } catch (error) {
      file.close();
      throw error;
    }
  }
}

async function loadDriver(): Promise<DuckDBDriver> {
  return await import('@duckdb/node-api');
}

interface AccountOptions {
  readonly path: string;
  readonly connection: SqlConnection;
  readonly columns: readonly Column[];
  readonly tables: AccountTables;
  readonly queue: Queue;
  readonly release: () => void;
}

class DuckDBAccount implements AccountStore {
  readonly #options: AccountOptions;
  #stage: SpooledStage | undefined;

  constructor(options: AccountOptions) {
    this.#options = options;
  }

  async coverage(): Promise<Coverage> {
    return await this.#run((tables) => tables.coverage());
  }

  async count(window: TimeWindow): Promise<number> {
    return await this.#run((tables) => tables.count(window));
  }

  async median(window: TimeWindow): Promise<Date | undefined> {
    return await this.#run((tables) => tables.median(window));
  }

  async save(change: CoverageChange): Promise<void> {
    await this.#run((tables, connection) => inTransaction(connection, () => tables.save(change)));
  }

  async record(run: RunRecord): Promise<void> {
    await this.#run((tables) => tables.record(run));
  }

  async stage(): Promise<Stage> {
    await this.#stage?.discard();
    this.#stage = new SpooledStage(this.#options);
    return this.#stage;
  }

  async release(): Promise<void> {
    await this.#stage?.discard();
    // A commit that is still going on ends first.
    await this.#options.queue.run(() => Promise.resolve());
    this.#options.release();
  }

  async #run<T>(work: (tables: AccountTables, connection: SqlConnection) => Promise<T>): Promise<T> {
    const { queue, tables, connection } = this.#options;
    return await queue.run(() => work(tables, connection));
  }
}

/** After a transaction that added more than so many calls, some megabytes, the next one is likely to be as large. */
const manyCalls = 50_000;

/** Calls in a file beside the database, a line of JSON each, which DuckDB loads with all its threads. */
class SpooledStage implements Stage {
  readonly #options: AccountOptions;
  readonly #path: string;
  readonly #toRow: (call: CallLog) => CallRow;
  #file: FileHandle | undefined;
  #isCommitting = false;

  constructor(options: AccountOptions) {
    this.#options = options;
    this.#path = temporaryFile(options.path, 'spool');
    this.#toRow = createRowMapper(options.columns);
  }

  async add(calls: readonly CallLog[]): Promise<void> {
    let lines = '';
    for (const call of calls) lines += `${JSON.stringify(this.#toRow(call))}\n`;
    await orStoreError(this.#options.path, async () => {
      // Only its owner can read it: it holds telephone numbers.
      this.#file ??= await open(this.#path, 'wx', 0o600);
      await this.#file.writeFile(withoutNul(lines));
    });
  }

  async commit(replacement: Replacement): Promise<Changes> {
    const { tables, connection, queue } = this.#options;
    this.#isCommitting = true;
    try {
      return await queue.run(async () => {
        const changes = await inTransaction(connection, async () => {
          await connection.run(`create or replace temporary table staged as ${this.#query()}`);
          const written = await tables.writeStaged(replacement);
          await connection.run('drop table staged');
          return written;
        });
        if (changes.added > manyCalls) await dropCache(connection);
        return changes;
      });
    } finally {
      await this.#remove();
    }
  }

  /** A commit that has begun cannot be taken back. */
  async discard(): Promise<void> {
    if (!this.#isCommitting) await this.#remove();
  }

  async #remove(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    if (file === undefined) return;
    await file.close();
    await rm(this.#path, { force: true });
  }

  /** Returns the query for the staged rows, which reads the spool file. No spool file exists if there are no calls. */
  #query(): string {
    const { columns } = this.#options;
    const columnTypes = [...columns.map(({ name, kind }) => [name, duckdb.types[kind]]), ['extra', duckdb.types.json]];
    if (this.#file === undefined) {
      const nulls = columnTypes.map(([name = '', type = '']) => `cast(null as ${type}) as ${identifier(name)}`);
      return `select ${nulls.join(', ')}, cast(0 as smallint) as copy limit 0`;
    }
    const types = columnTypes.map(([name = '', type = '']) => `${literal(name)}: ${literal(type)}`);
    return `select *, cast(0 as smallint) as copy from
      read_json(${literal(this.#path)}, format = 'newline_delimited', columns = {${types.join(', ')}})`;
  }
}
