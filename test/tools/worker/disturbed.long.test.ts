import process from 'node:process';
import { describe, expect, test } from '@jest/globals';
import { kills } from '../../support/draws.ts';
import { queryPostgres } from '../../support/postgres.ts';
import { compareRuns, refusedAccount } from './disturbed.ts';

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

describe('two workers, one of which is killed in the middle', () => {
  test('bring every account up to date with one login each, except one that is refused, which is named', async () => {
    const options = { workers: 2, accounts: 4, callsPerAccount: 200, pageSize: 12, leaseSeconds: 5, delayMs: 30 };
    await compareRuns({ ...options, kills: 1, suspends: false, restarts: false }, async (run, calm, accounts) => {
      for (const { exitCode, wrong, rows, distinctRows, mostLogins } of [calm, run]) {
        expect({ exitCode, wrong, mostLogins }).toEqual({ exitCode: 4, wrong: [], mostLogins: 1 });
        expect([rows, distinctRows]).toEqual([600, 600]);
      }
      // What the killed worker was reading is read again: at most its four jobs.
      expect(run.requests - calm.requests).toBeLessThanOrEqual(4 * 17);
      const summary = JSON.parse(run.output.trim().split('\n').at(-1) ?? '') as { accounts: { account: string }[] };
      const refused = summary.accounts.find(({ account }) => account === refusedAccount);
      expect(refused).toMatchObject({ phase: 'paused', problem: { code: 'authentication-refused' } });
      const secrets = [...Object.entries(accounts.env)].flatMap(([name, value]) =>
        /PASSWORD|SECRET/.test(name) ? [value] : [],
      );
      for (const secret of secrets) expect(run.printed).not.toContain(secret);
      await expectNoSecrets(run.url, secrets);
    });
  });
});

/** No table but that of the calls holds a telephone number, and none a secret. */
async function expectNoSecrets(url: string, secrets: readonly string[]): Promise<void> {
  const tables = await queryPostgres<{ name: string }>(
    url,
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
      where table_schema in ('public', 'vbc_queue') and table_type = 'BASE TABLE' and table_name <> 'calls'`,
  );
  expect(tables.length).toBeGreaterThan(8);
  for (const { name } of tables) {
    const dump = JSON.stringify(await queryPostgres(url, `select * from ${name}`));
    for (const secret of secrets) expect(dump).not.toContain(secret);
    expect(dump).not.toMatch(/"\+?1\d{10}"/);
  }
}
