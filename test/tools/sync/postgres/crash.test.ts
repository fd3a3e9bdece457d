import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { StoreError } from '../../../../src/tools/sync/index.ts';
import { draws, mulberry32 } from '../../../support/draws.ts';
import { type LocalPostgresServer, queryPostgres, startLocalPostgres } from '../../../support/postgres.ts';
import { expectTruth, killSyncs } from '../kill.ts';
import { runStep, type StorePlace, steps } from '../killable-sync.ts';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);

let server: LocalPostgresServer;
beforeAll(async () => {
  server = await startLocalPostgres();
});
afterAll(async () => {
  await server.stop();
});

async function create(): Promise<StorePlace> {
  return { kind: 'postgres', at: await server.createSchema() };
}

describe('the next run completes what a run has left', () => {
  test('that was killed', async () => {
    await killSyncs({ create, kills: draws(15, 200), seed });
  }, 1_200_000);

  test('whose session the server has ended', async () => {
    await interrupt(draws(5, 100), async ({ at }) => {
      await queryPostgres(
        at,
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'vbc-reports%'`,
      );
    });
  }, 1_200_000);

  test('whose server has crashed and was started again', async () => {
    await interrupt(draws(2, 20), async () => {
      await server.halt('immediate');
      await server.start();
    });
  }, 1_200_000);
});

/** Interrupts runs at random moments until so many have failed, and lets the next run finish each. */
async function interrupt(failures: number, strike: (place: StorePlace) => Promise<void>): Promise<void> {
  const random = mulberry32(seed);
  let durationMs = 0;
  for (let failed = 0; failed < failures;) {
    const place = await create();
    for (const step of steps) {
      const startedAt = performance.now();
      const outcome = runStep(place, step).catch((error: unknown) => error);
      // The first run of all shows how long one takes.
      if (durationMs > 0) {
        await new Promise((resolve) => setTimeout(resolve, random() * durationMs));
        await strike(place);
      }
      const error = await outcome;
      durationMs = Math.max(durationMs, performance.now() - startedAt);
      if (error instanceof Error) {
        failed += 1;
        expect(error).toBeInstanceOf(StoreError);
        expect(error.message).toMatch(
          /^postgres:.* (ended the connection|is starting up or shutting down)$|^The connection to postgres:.* was lost$|^(No server listens at )?postgres:[^ ]*( cannot be reached.*)?$/,
        );
      }
      await runStep(place, step);
      await expectTruth(place, step);
    }
  }
}
