import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { createDuckDBStore } from '../../../src/tools/sync/index.ts';
import type { StorePlace } from './store-contract.ts';

type Rows = readonly Readonly<Record<string, unknown>>[];

/** A folder for a DuckDB file, which does not exist yet. */
export async function createDuckDBPlace(): Promise<StorePlace & { readonly path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'vbc-reports-'));
  const path = join(folder, 'calls.duckdb');
  const query = (sql: string): Promise<Rows> => queryDuckDB(path, sql);
  return {
    path,
    store: (options) => createDuckDBStore(path, options),
    inspect: async () => ({
      calls: (await query(
        `select id, unlisted_since is null as "isListed", synced_at as "syncedAt" from calls`,
      )) as never,
      runs: (await query(`select started_at as "startedAt", outcome from sync_runs order by started_at`)) as never,
    }),
    query,
    remove: () => rm(folder, { recursive: true }),
  };
}

/** Runs a statement in a file that no store has open. */
export async function queryDuckDB(path: string, sql: string): Promise<Rows> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJS();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
