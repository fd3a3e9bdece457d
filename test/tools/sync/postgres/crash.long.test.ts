import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { StoreError } from '../../../../src/tools/sync/index.ts';
import { kills, mulberry32 } from '../../../support/draws.ts';
import { type LocalPostgresServer, queryPostgres, startLocalPostgres } from '../../../support/postgres.ts';
import { allRounds, syncAfter } from '../kill-steps.ts';
import { contentsAt, describeKills, listedAfter } from '../kills.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

let server: LocalPostgresServer;
beforeAll(async () => {
  server = await startLocalPostgres();
});
afterAll(async () => {
  await server.stop();
});

describeKills('a PostgreSQL database', async () => {
  return { place: await server.createSchema(), remove: () => Promise.resolve() };
});

describe(`the next run completes an unfinished one (SEED=${seed})`, () => {
  test('whose session the server has ended', async () => {
    await strike(kills(1, 5, 100), async (place) => {
      await queryPostgres(
        place,
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'vbc-reports%'`,
      );
    });
  }, 1_200_000);

  test('whose server has crashed and was started again', async () => {
    await strike(kills(1, 2, 20), async () => {
      await server.halt('immediate');
      await server.start();
    });
  }, 1_200_000);
});

/**
 * The messages of a run whose connection breaks: while it is used, while it is idle, or while the next one is opened.
 */
const broken =
  /^postgres:\S+ (ended the connection|is starting up or shutting down|cannot be reached.*)$|^The connection to postgres:\S+ was lost$|^No server listens at postgres:\S+$/;

/** Interrupts runs at random moments until the given number have failed, and lets the next run finish each of them. */
async function strike(failures: number, blow: (place: string) => Promise<void>): Promise<void> {
  const random = mulberry32(seed);
  let longestMs = 0;
  for (let failed = 0; failed < failures;) {
    const place = await server.createSchema();
    for (const rounds of [1, allRounds]) {
      const startedAt = performance.now();
      const outcome = syncAfter(rounds, place, { mirror: true }).catch((error: unknown) => error);
      // The first run of all shows how long one takes.
      if (longestMs > 0) {
        await new Promise((resolve) => setTimeout(resolve, random() * longestMs));
        await blow(place);
      }
      const error = await outcome;
      longestMs ||= performance.now() - startedAt;
      if (error instanceof Error) {
        failed += 1;
        expect(error).toBeInstanceOf(StoreError);
        expect(error.message).toMatch(broken);
      }
      await syncAfter(rounds, place, { mirror: true });
      expect((await contentsAt(place)).listed).toEqual(listedAfter(rounds));
    }
  }
}
