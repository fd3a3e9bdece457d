import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll } from '@jest/globals';
import { createPostgresStore } from '../../../../src/tools/sync/index.ts';
import { type PostgresServer, queryPostgres, startPostgres } from '../../../support/postgres.ts';
import { fixturePath } from '../fixture-contents.ts';
import { describeFixtures } from '../fixture-contract.ts';
import { describeSqlStore } from '../sql-contract.ts';
import { describeStore, type StorePlace } from '../store-contract.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server.stop();
});

describeStore('PostgreSQL', () => createPlace());
describeSqlStore('PostgreSQL', () => createPlace());

describeFixtures('a PostgreSQL database', async (layout) => {
  return await createPlace(await readFile(fixturePath(layout, 'postgres.sql'), 'utf8'));
});

/** A schema of its own, after some statements. */
async function createPlace(statements = ''): Promise<StorePlace> {
  const url = await server.createSchema();
  await queryPostgres(url, statements);
  return {
    store: (options) => createPostgresStore(url, options),
    inspect: async () => ({
      calls: await queryPostgres(
        url,
        'select id, unlisted_since is null as "isListed", synced_at as "syncedAt" from calls',
      ),
      runs: await queryPostgres(url, 'select started_at as "startedAt", outcome from sync_runs order by started_at'),
    }),
    query: (sql) => queryPostgres(url, sql),
    remove: () => Promise.resolve(),
  };
}
