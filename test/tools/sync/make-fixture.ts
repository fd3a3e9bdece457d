import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createDuckDBStore } from '../../../src/tools/sync/index.ts';
import { fixtureAccounts, fixtureRun, writeFixture } from './fixture-contents.ts';

// Writes test/fixtures/layout-N.duckdb.gz, a store as this version makes it: `npx tsx test/tools/sync/make-fixture.ts N`.
// Run once for each layout, by the version that introduces it. What it wrote for an earlier layout never changes.

const [layout = ''] = process.argv.slice(2);
if (!/^\d+$/.test(layout)) throw new Error('give the number of the layout');
const folder = await mkdtemp(join(tmpdir(), 'vbc-reports-'));
const path = join(folder, 'calls.duckdb');
const store = createDuckDBStore(path);
for (const account of fixtureAccounts) {
  const opened = await store.open(account);
  await writeFixture(opened);
  await opened.record(fixtureRun);
}
await store.close();
await writeFile(join(import.meta.dirname, `../../fixtures/layout-${layout}.duckdb.gz`), gzipSync(await readFile(path)));
await rm(folder, { recursive: true });
