import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { CallLog } from '../../../src/index.ts';
import { createDuckDBPlace } from './duckdb-place.ts';
import { fixtureAccounts, fixtureCalls, fixtureCoverage, fixtureUnlisted, writeFixture } from './fixture-contents.ts';
import { contentOf } from './memory-store.ts';
import { day, replace } from './sample-calls.ts';
import { describeSqlStore } from './sql-contract.ts';
import { describeStore } from './store-contract.ts';

describeStore('DuckDB', createDuckDBPlace);
describeSqlStore('DuckDB', createDuckDBPlace);

describe.each([1])('a DuckDB file that layout %i was written to', (layout) => {
  let place: Awaited<ReturnType<typeof createDuckDBPlace>>;

  beforeEach(async () => {
    place = await createDuckDBPlace();
    const fixture = join(import.meta.dirname, `../../fixtures/layout-${layout}.duckdb.gz`);
    await writeFile(place.path, gunzipSync(await readFile(fixture)));
  });

  afterEach(async () => {
    await place.remove();
  });

  test('opens in this version, with all that is in it', async () => {
    const store = place.store();
    for (const account of fixtureAccounts) {
      const opened = await store.open(account);
      const calls: CallLog[] = [];
      for await (const page of store.callsOf(account.id, day)) calls.push(...page);
      expect(calls.map(contentOf)).toEqual([...fixtureCalls, fixtureUnlisted].map(contentOf));
      expect(await opened.coverage()).toEqual(fixtureCoverage);
      expect(await opened.measure(day)).toMatchObject({ calls: fixtureCalls.length });
    }
    expect(await store.accounts()).toEqual(fixtureAccounts);
    await store.close();
    expect((await place.inspect()).runs).toHaveLength(fixtureAccounts.length);
    expect(await place.query?.('select id from inbound_calls')).not.toHaveLength(0);
  });

  test('can be used like one that this version has made', async () => {
    const store = place.store();
    const [account = { id: '', timeZone: '' }] = fixtureAccounts;
    const opened = await store.open(account);
    expect(await replace(opened, fixtureCalls, { absent: 'mark' })).toEqual({
      ...{ added: 0, changed: 0, deleted: 0, unlisted: 0 },
    });
    await writeFixture(opened);
    await store.close();
  });
});
