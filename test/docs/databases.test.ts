import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { startSandbox, type Sandbox } from '../../src/sandbox.ts';
import { environmentOf, run } from '../tools/cli/run.ts';
import { $CallLog } from '../../generated/schemas/index.ts';
import { blocksOf } from './code-blocks.ts';

const document = 'docs/recipes/databases.md';

let folder: string;
let sandbox: Sandbox;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vbc-reports-'));
  await mkdir(join(folder, 'calls'));
  sandbox = await startSandbox({ from: '2026-01-01', to: '2026-02-01', calls: 400 });
});

afterEach(async () => {
  await sandbox[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Exports into a file of the folder, and returns how many calls it wrote. */
async function exportTo(file: string, ...range: string[]): Promise<number> {
  const env = environmentOf(sandbox, join(folder, 'state'));
  const { exitCode, stdout, stderr } = await run(['export', ...range, '--out', join(folder, file), '--json'], { env });
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return (JSON.parse(stdout) as { calls: number }).calls;
}

describe('the recipe for DuckDB', () => {
  const [load = '', average = ''] = blocksOf(document, 'sql')
    .map(({ code }) => code)
    .filter((code) => /read_(ndjson|csv)/.test(code));

  let database: DuckDBInstance;
  let connection: DuckDBConnection;

  beforeEach(async () => {
    database = await DuckDBInstance.create(':memory:');
    connection = await database.connect();
    await connection.run(`set file_search_path = '${folder}'`);
  });

  afterEach(() => {
    connection.closeSync();
    database.closeSync();
  });

  const rowsOf = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJson();

  it('loads an export, and another one of the same day in its place', async () => {
    const all = await exportTo('calls.ndjson.gz', '--month', '2026-01');
    expect(await exportTo('calls-2026-01-05.ndjson', '--day', '2026-01-05')).toBeGreaterThan(0);
    await connection.run(load);
    await expect(rowsOf('select count(*)::int as calls, count(distinct id)::int as ids from calls')).resolves.toEqual([
      { calls: all, ids: all },
    ]);
  });

  it('counts the calls of a folder of CSV files by day', async () => {
    const counts = [];
    for (const day of ['2026-01-05', '2026-01-06'])
      counts.push({ day, calls: await exportTo(`calls/${day}.csv`, '--day', day) });
    const rows = await rowsOf(average);
    expect(rows.map(({ day, calls }) => ({ day: JSON.stringify(day).slice(1, 11), calls: Number(calls) }))).toEqual(
      counts,
    );
  });
});

describe('the recipe for BigQuery', () => {
  it('names fields that every row has by the document', () => {
    const [schema] = blocksOf(document, 'json').map(({ code }) => JSON.parse(code) as { name: string; type: string }[]);
    const types = ['STRING', 'INTEGER', 'TIMESTAMP'];
    const unknown = schema?.filter(({ name, type }) => !(name in $CallLog.properties) || !types.includes(type));
    expect(unknown).toEqual([]);
  });
});
