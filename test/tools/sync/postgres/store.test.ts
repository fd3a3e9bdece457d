import { afterAll, beforeAll } from '@jest/globals';
import { createPostgresStore } from '../../../../src/tools/sync/index.ts';
import { type PostgresServer, queryPostgres, startPostgres } from '../../../support/postgres.ts';
import { describeSqlStore } from '../sql-contract.ts';
import { describeStore, type StorePlace } from '../store-contract.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server.stop();
});

describeStore('PostgreSQL', createPlace);
describeSqlStore('PostgreSQL', createPlace);

/** A schema of its own. */
async function createPlace(): Promise<StorePlace> {
  const url = await server.createSchema();
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
