import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { CallLog } from '../../index.ts';
import { type Column, createRowMapper, documentColumns, type ValueKind } from './sql/columns.ts';
import { identifier, literal } from './sql/connection.ts';
import type { DuckDBDriver } from './sql/duckdb-file.ts';
import { StoreError } from './store.ts';

// Rows are spooled as NDJSON, which DuckDB converts to a Parquet file at the end.

/** The columns that a Parquet file of calls can have. `extra` is JSON, with the values that fit no other column. */
export const parquetColumns: readonly string[] = [...documentColumns.map(({ name }) => name), 'extra'];

const kinds = new Map<string, ValueKind>(documentColumns.map(({ name, kind }) => [name, kind]));

const types: Readonly<Record<ValueKind, string>> = {
  text: 'VARCHAR',
  time: 'TIMESTAMP',
  number: 'DOUBLE',
  whole: 'BIGINT',
  boolean: 'BOOLEAN',
  json: 'JSON',
};

/** Returns a function that turns calls into spooled rows, each with its line break. */
export function createParquetRows(): (calls: readonly CallLog[]) => string {
  const rowOf = createRowMapper(documentColumns);
  return (calls) => calls.map((call) => `${JSON.stringify(rowOf(call))}\n`).join('');
}

/**
 * Writes spooled rows to a Parquet file, in their order. Times are instants (UTC), compression is Zstandard.
 *
 * @throws StoreError `package`: DuckDB is not installed; `failed`: the file cannot be written
 */
export async function convertToParquet(
  rowsPath: string,
  filePath: string,
  columns: readonly string[] = parquetColumns,
): Promise<void> {
  const { DuckDBInstance } = await loadDuckDB();
  const folder = await mkdtemp(join(tmpdir(), 'vbc-reports-'));
  const instance = await DuckDBInstance.create(':memory:');
  try {
    const spool = await pathForDuckDB(rowsPath, folder);
    const connection = await instance.connect();
    // Data that does not fit into memory goes there instead of the working folder.
    await connection.run(`set temp_directory = ${literal(folder)}`);
    await connection.run("set TimeZone = 'UTC'");
    await connection.run(
      `copy (${selectRows(spool, columns)}) to ${literal(filePath)} (format parquet, compression zstd)`,
    );
    connection.closeSync();
  } catch (error) {
    throw new StoreError('failed', 'DuckDB could not write the Parquet file', { cause: error });
  } finally {
    instance.closeSync();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Throws a `StoreError` unless DuckDB is installed, so that an export does not start if it could not finish. */
export async function requireParquet(): Promise<void> {
  await loadDuckDB();
}

/** DuckDB would take an asterisk or a bracket in a path for a pattern. */
async function pathForDuckDB(path: string, folder: string): Promise<string> {
  if (!/[*?[\]{}]/.test(path)) return path;
  const link = join(folder, 'rows');
  await symlink(resolve(path), link);
  return link;
}

function selectRows(spool: string, columns: readonly string[]): string {
  const fields = columns.map((name): Column => ({ name, kind: kinds.get(name) ?? 'json' }));
  const read = fields.map(({ name, kind }) => `${identifier(name)}: ${literal(types[kind])}`).join(', ');
  const source = `read_json(${literal(spool)}, format = 'newline_delimited', columns = {${read}})`;
  return `select ${fields.map(valueOf).join(', ')} from ${source}`;
}

function valueOf({ name, kind }: Column): string {
  return kind === 'time' ? `${identifier(name)}::timestamptz as ${identifier(name)}` : identifier(name);
}

async function loadDuckDB(): Promise<DuckDBDriver> {
  try {
    return await import('@duckdb/node-api');
  } catch (error) {
    throw new StoreError('package', 'A Parquet file needs the package @duckdb/node-api, which cannot be loaded', {
      hint: 'Install it: npm install @duckdb/node-api',
      cause: error,
    });
  }
}
