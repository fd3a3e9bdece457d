import process from 'node:process';
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { draws } from '../../../support/draws.ts';
import { type PostgresServer, startPostgres } from '../../../support/postgres.ts';
import { killSyncs } from '../kill.ts';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server.stop();
});

describe('a sync that ends in the middle', () => {
  test('a killed process leaves a store that the next run completes', async () => {
    await killSyncs({
      create: async () => ({ kind: 'postgres', at: await server.createSchema() }),
      kills: draws(15, 200),
      seed,
    });
  }, 600_000);
});
