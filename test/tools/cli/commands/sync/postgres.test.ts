import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPostgresStore } from '../../../../../src/tools/sync/index.ts';
import { type PostgresServer, queryPostgres, startPostgres } from '../../../../support/postgres.ts';
import { run } from '../../run.ts';
import { type SyncBench, withBench } from './bench.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(async () => {
  await server.stop();
});

/** Runs `sync` with the store in VBC_STORE. */
async function syncTo(url: string, bench: SyncBench, args: readonly string[] = []): ReturnType<typeof run> {
  const env = { ...bench.env, VBC_STORE: url };
  return await run(['sync', ...args], { env, now: () => bench.sandbox.clock.now() });
}

describe('sync to PostgreSQL', () => {
  it('loads, takes one request when nothing is new, and exports the same file as the API', async () => {
    await withBench(async (bench) => {
      const url = await server.createDatabase();
      const first = await syncTo(url, bench, ['--tz', 'Europe/London']);
      expect(first.exitCode).toBe(0);
      expect(first.stderr).toMatch(/^postgres:\/\/\S+ is up to date: \d+ calls of account 913874\.\n/);
      expect(first.stderr).not.toContain(new URL(url).password);
      const second = await syncTo(url, bench);
      expect(second.stderr).toContain('  changes  nothing changed\n  work     1 request, no login\n');
      expect(second.stderr).toContain('until 2025-12-09 14:00 GMT');
      const [row] = await queryPostgres<{ calls: string }>(url, 'select count(*) as calls from calls');
      expect(Number(row?.calls)).toBe(bench.sandbox.calls().length);

      const range = ['--month', '2025-03', '--out'];
      expect((await bench.export(['--from-store', url, ...range, bench.path('store.csv')])).exitCode).toBe(0);
      expect((await bench.export([...range, bench.path('api.csv')])).exitCode).toBe(0);
      expect(await readFile(bench.path('store.csv'), 'utf8')).toBe(await readFile(bench.path('api.csv'), 'utf8'));
      expect((await bench.export(['--from-store', url, ...range, bench.path('store.parquet')])).exitCode).toBe(0);
    });
  });

  it('says in one line, with exit code 1, that another process holds the account', async () => {
    await withBench(async (bench) => {
      const url = await server.createDatabase();
      const store = createPostgresStore(url);
      await store.open({ id: bench.sandbox.accountId, timeZone: 'UTC' });
      const { exitCode, stderr } = await syncTo(url, bench);
      await store.close();
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/^error: [^\n]+\n$/);
      expect((await syncTo(url, bench)).exitCode).toBe(0);
    });
  });

  it.each([
    ['refuses a wrong password with exit code 3', 3, (url: URL) => (url.password = 'hunter2')],
    ['names a database that does not exist, exit code 1', 1, (url: URL) => (url.pathname = '/nowhere')],
  ])('%s, in one line without the password', async (_what, code, change) => {
    await withBench(async (bench) => {
      const url = new URL(await server.createDatabase());
      const secrets = [url.password, 'hunter2'];
      change(url);
      const { exitCode, stderr } = await syncTo(url.href, bench);
      expect(exitCode).toBe(code);
      expect(stderr).toMatch(/^error: [^\n]+\n$/);
      for (const secret of secrets) expect(stderr).not.toContain(secret);
    });
  });

  it('refuses a table of the same name that is not its own with exit code 2', async () => {
    await withBench(async (bench) => {
      const url = await server.createDatabase();
      await queryPostgres(url, 'create table calls (number text)');
      const { exitCode, stderr } = await syncTo(url, bench);
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/^error: [^\n]+\n$/);
    });
  });
});
