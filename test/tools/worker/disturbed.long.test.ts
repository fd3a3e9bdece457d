import process from 'node:process';
import { describe, expect, test } from '@jest/globals';
import { kills } from '../../support/draws.ts';
import { compareRuns } from './disturbed.ts';

/** 200 with `KILLS=all`: two runs of some 30,000 requests each, which take four minutes on a free machine with two cores. */
const accounts = kills(40, 40, 200);
const leaseSeconds = accounts === 200 ? 60 : 20;
/** What is read again after a kill weighs more where there is less to read. */
const mostRequests = accounts === 200 ? 1.05 : 1.25;

const patienceMs = 1_800_000;

describe(`four workers with ${accounts} accounts`, () => {
  const title = 'bring all but the refused one up to date through kills, a suspension and a restart of the database';
  test(
    title,
    async () => {
      const size = { workers: 4, accounts, callsPerAccount: 900, pageSize: 8, leaseSeconds, delayMs: 5 };
      const rowsOfAll = (accounts - 1) * size.callsPerAccount;
      await compareRuns({ ...size, kills: 3, suspends: true, restarts: true }, (run, calm) => {
        process.stdout.write(
          `undisturbed: ${calm.requests} requests, ${Math.round(calm.durationMs / 1000)} s; ` +
            `disturbed: ${run.requests} requests, ${Math.round(run.durationMs / 1000)} s\n`,
        );
        for (const { exitCode, wrong, rows, distinctRows, mostLogins } of [calm, run]) {
          expect({ exitCode, wrong, mostLogins }).toEqual({ exitCode: 4, wrong: [], mostLogins: 1 });
          expect([rows, distinctRows]).toEqual([rowsOfAll, rowsOfAll]);
        }
        expect(run.requests).toBeLessThanOrEqual(calm.requests * mostRequests);
        return Promise.resolve();
      });
    },
    patienceMs,
  );
});
