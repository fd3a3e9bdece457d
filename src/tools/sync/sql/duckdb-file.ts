import type * as DuckDB from '@duckdb/node-api';
import { randomUUID } from 'node:crypto';
import { constants, copyFile, link, readdir, rm, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { StoreError } from '../store.ts';
import type { Dialect, SqlConnection } from './connection.ts';

export type DuckDBDriver = typeof DuckDB;

/** A DuckDB file that this process has locked. */
export interface DuckDBFile {
  readonly connection: SqlConnection;
  readonly isReadOnly: boolean;
  close(): void;
}

export interface OpenFileOptions {
  readonly path: string;
  /** Loads the driver. */
  readonly load: () => Promise<DuckDBDriver>;
  /** `read` fails if the file does not exist; several processes may read at a time, while none writes. */
  readonly access: 'read' | 'write';
}

export const duckdb: Dialect = {
  types: {
    text: 'VARCHAR',
    time: 'TIMESTAMP WITH TIME ZONE',
    number: 'DOUBLE',
    whole: 'BIGINT',
    boolean: 'BOOLEAN',
    json: 'JSON',
  },
  rowId: 'rowid',
  rowLock: '',
  orNothing: '',
  // DuckDB checks keys row by row and holds them in memory. Without a key, a window is written several times faster.
  callsKeys: [],
  member: (name) => ({
    type: `json_type(extra, '$."${name}"')`,
    text: `extra ->> '$."${name}"'`,
    json: `extra -> '$."${name}"'`,
    rest: `nullif(json_merge_patch(extra, '{"${name}": null}'), '{}')`,
  }),
  jsonTypes: {
    string: ['VARCHAR'],
    number: ['BIGINT', 'UBIGINT', 'DOUBLE'],
    boolean: ['BOOLEAN'],
    null: ['NULL'],
  },
  matches: (text, pattern) => `regexp_matches(${text}, '${pattern}')`,
};

/**
 * Opens a DuckDB file, and creates it if it is to be written and does not exist. DuckDB locks the file, so that other
 * processes are refused. Files that a killed process has left beside it are removed.
 *
 * @throws StoreError the file cannot be opened, or its driver is not installed
 */
export async function openDuckDBFile({ path, load, access }: OpenFileOptions): Promise<DuckDBFile> {
  const driver = await loadDriver(load);
  return await orStoreError(path, async () => {
    if (access === 'write' && !(await exists(path))) await create(driver, path);
    const instance = await driver.DuckDBInstance.fromCache(path, settingsOf(access));
    const connection = await instance.connect();
    const close = (): void => {
      connection.closeSync();
      instance.closeSync();
    };
    try {
      await connection.run(`set TimeZone = 'UTC'`);
      if (access === 'write') {
        await claim(connection, path);
        await removeLeftovers(path);
      }
    } catch (error) {
      close();
      throw error;
    }
    return { connection: connectionTo(connection, path), isReadOnly: access === 'read', close };
  });
}

/** The name of a temporary file beside a DuckDB file. One that is left over is removed when the file is next opened. */
export function temporaryFile(path: string, purpose: 'new' | 'spool'): string {
  return `${path}.${purpose}-${randomUUID()}`;
}

const driverPackage = '@duckdb/node-api';

async function loadDriver(load: () => Promise<DuckDBDriver>): Promise<DuckDBDriver> {
  try {
    return await load();
  } catch (cause) {
    throw new StoreError('package', `A DuckDB store needs the package ${driverPackage}, which cannot be loaded`, {
      hint: `Install it: npm install ${driverPackage}`,
      cause,
    });
  }
}

function settingsOf(access: 'read' | 'write'): Record<string, string> {
  return {
    access_mode: access === 'read' ? 'READ_ONLY' : 'READ_WRITE',
    memory_limit: memoryLimit,
    threads: String(Math.min(4, availableParallelism())),
    // By default DuckDB merges its write-ahead log into the tables every 16 MB. Merging a quarter as often, a first
    // load takes a third less processor time.
    checkpoint_threshold: '64MB',
    // A transaction ends with a small row group. By default DuckDB merges small ones when the file is closed, which
    // writes the whole of a first load once more: twice the file, and memory that grows with it.
    max_vacuum_tasks: '0',
    // Freed memory goes back to the system at once: a first load needs 10 % less.
    allocator_background_threads: 'true',
    autoinstall_known_extensions: 'false',
  };
}

/** Without a limit, DuckDB keeps what it has read until most of the computer's memory is used. */
const memoryLimit = '512MB';

/**
 * Frees the memory in which DuckDB keeps blocks that it has written, for what does not read them again. Without this,
 * the memory of a first load grows with the store, up to the limit.
 */
export async function dropCache(connection: SqlConnection): Promise<void> {
  // DuckDB has no statement for it. A lower limit makes it drop what it can, and fails if that was not enough.
  await connection.run(`set memory_limit = '16MB'`).catch(() => 0);
  await connection.run(`set memory_limit = '${memoryLimit}'`);
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * Creates an empty database under another name first. A process that is killed while DuckDB creates its file would leave
 * one that is not valid.
 */
async function create({ DuckDBInstance }: DuckDBDriver, path: string): Promise<void> {
  const fresh = temporaryFile(path, 'new');
  try {
    (await DuckDBInstance.create(fresh)).closeSync();
    // Some file systems have no links. Neither way replaces a file that another process has created meanwhile.
    await link(fresh, path).catch(() => copyFile(fresh, path, constants.COPYFILE_EXCL));
  } catch (error) {
    if (!(await exists(path))) throw error;
  } finally {
    await rm(fresh, { force: true });
  }
}

/**
 * Refuses the file if it is already open in this process. DuckDB's own lock belongs to the process, so it would not
 * refuse. But all users of one process share one instance, in which no two databases may have the same name.
 */
async function claim(connection: DuckDB.DuckDBConnection, path: string): Promise<void> {
  try {
    await connection.run(`attach ':memory:' as "vbc-reports"`);
  } catch (cause) {
    throw new StoreError('locked', `${path} is already open in this process`, { cause });
  }
}

async function removeLeftovers(path: string): Promise<void> {
  const name = basename(path);
  const files = await readdir(dirname(path));
  const left = files.filter((file) => file.startsWith(`${name}.new-`) || file.startsWith(`${name}.spool-`));
  await Promise.all(left.map((file) => rm(join(dirname(path), file), { force: true })));
}

function connectionTo(connection: DuckDB.DuckDBConnection, path: string): SqlConnection {
  return {
    run: (sql, values) =>
      orStoreError(path, async () => (await connection.run(sql, values && [...values])).rowsChanged),
    rows: (sql, values) =>
      orStoreError(path, async () => (await connection.runAndReadAll(sql, values && [...values])).getRowObjectsJS()),
  };
}

/** Runs work on a DuckDB file. An error of DuckDB or of the file system becomes a `StoreError`. */
export async function orStoreError<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof StoreError ? error : storeErrorOf(path, error);
  }
}

interface Problem {
  readonly pattern: RegExp;
  readonly code: StoreError['code'];
  readonly says: string;
  readonly hint?: string;
}

/** Messages of DuckDB and of the file system, and their meaning. The first that matches counts. */
const problems: readonly Problem[] = [
  {
    pattern: /Could not set lock|being used by another process/,
    code: 'locked',
    says: 'is in use by another process',
    hint: 'Only one process at a time can use a DuckDB file while it is written. Wait for the other one to end.',
  },
  { pattern: /different configuration/, code: 'locked', says: 'is already open in this process' },
  {
    pattern: /No space left|File too large|Disk quota|ENOSPC|EFBIG|EDQUOT/i,
    code: 'failed',
    says: 'cannot be written: the disk is full, or its quota is used up',
    hint: 'Nothing is lost: make room, and run the command again.',
  },
  { pattern: /Permission denied|EACCES|EPERM/, code: 'refused', says: 'cannot be opened: permission denied' },
  { pattern: /Is a directory/, code: 'unavailable', says: 'is a folder, not a DuckDB file' },
  { pattern: /not a valid DuckDB database/, code: 'unavailable', says: 'is not a DuckDB file' },
  {
    pattern: /database does not exist|No such file|ENOENT|ENOTDIR|Not a directory/,
    code: 'unavailable',
    says: 'does not exist, or its folder does not',
  },
  { pattern: /read-only|EROFS/i, code: 'refused', says: 'cannot be written: it is read-only' },
  {
    pattern: /database file with version number|newer version of DuckDB|storage version/i,
    code: 'version',
    says: 'was written by another version of DuckDB',
    hint: `Update the package: npm install ${driverPackage}@latest`,
  },
  {
    pattern: /corrupt|checksum|Could not read enough bytes|Serialization Error|Failed to load metadata/i,
    code: 'unavailable',
    says: 'is damaged',
    hint: 'Restore a copy of it, or move it away and let sync read again everything that the server still lists.',
  },
];

/** Messages of DuckDB may quote values of a row, so they are neither shown nor kept unless they are about the file. */
function storeErrorOf(path: string, error: unknown): StoreError {
  const message = messageOf(error);
  const problem = problems.find(({ pattern }) => pattern.test(message));
  if (problem === undefined) {
    const kind = /^[A-Za-z ]{1,40}(?= Error: )/.exec(message)?.[0] ?? 'unknown';
    return new StoreError('failed', `${path} cannot be used: DuckDB reports an error of the kind "${kind}"`);
  }
  const [, holder] = /held in (?:.*[\\/])?(.+? \(PID \d+\)|PID \d+)/.exec(message) ?? [];
  const summary = `${path} ${problem.says}${holder === undefined ? '' : `: ${holder}`}`;
  return new StoreError(problem.code, summary, { ...(problem.hint && { hint: problem.hint }), cause: error });
}

/** Errors of a native module may be of another realm, whose `Error` is not ours. */
function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '';
}
