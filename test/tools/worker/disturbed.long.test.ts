import process from 'node:process';
import { describe, expect, test } from '@jest/globals';
import { compareRuns } from './disturbed.ts';

/** Two runs of some 30,000 requests each: two minutes on a free machine with four cores, a quarter of an hour on a busy one. */
const patienceMs = 1_800_000;

describe('four workers with 200 accounts', () => {
  const title = 'bring all but the refused one up to date through kills, a suspension and a restart of the database';
  test(
    title,
    async () => {
      const size = { workers: 4, accounts: 200, callsPerAccount: 900, pageSize: 8, leaseSeconds: 60, delayMs: 5 };
      await compareRuns({ ...size, kills: 3, suspends: true, restarts: true }, (run, calm) => {
        process.stdout.write(
          `undisturbed: ${calm.requests} requests, ${Math.round(calm.durationMs / 1000)} s; ` +
            `disturbed: ${run.requests} requests, ${Math.round(run.durationMs / 1000)} s\n`,
        );
        for (const { exitCode, wrong, rows, distinctRows, mostLogins } of [calm, run]) {
          expect({ exitCode, wrong, mostLogins }).toEqual({ exitCode: 4, wrong: [], mostLogins: 1 });
          expect([rows, distinctRows]).toEqual([179_100, 179_100]);
        }
        expect(run.requests).toBeLessThanOrEqual(calm.requests * 1.05);
        return Promise.resolve();
      });
    },
    patienceMs,
  );
});
