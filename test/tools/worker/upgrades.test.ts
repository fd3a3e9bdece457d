import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import PgBoss from 'pg-boss';
import { createPostgresStore } from '../../../src/tools/sync/postgres/store.ts';
import { migrations } from '../../../src/tools/sync/sql/tables.ts';
import { doJob } from '../../../src/tools/worker/do-jobs.ts';
import { requestSync } from '../../../src/tools/worker/index.ts';
import { type PostgresServer, queryPostgres, startPostgres } from '../../support/postgres.ts';
import { type ManyAccounts, startManyAccounts } from './many-accounts.ts';
import { bundleCli, bundleNewerCli, type Program, startProgram } from './processes.ts';
import { contentsOf, createHand, historyOf, idsOf } from './set-up.ts';
import { startWorkerOf } from './started-worker.ts';

let server: PostgresServer;
let url: string;

beforeAll(async () => {
  server = await startPostgres();
});

beforeEach(async () => {
  url = await server.createDatabase();
});

afterAll(() => server.stop());

/** Migrates the store as the next version might. */
async function migrateStore(): Promise<void> {
  const next = [
    ...migrations,
    async ({ connection }: Parameters<(typeof migrations)[number]>[0]) => {
      await connection.run('alter table sync_windows add column note text');
    },
  ];
  const store = createPostgresStore(url, { migrations: next });
  await (await store.open({ id: 'another', timeZone: 'UTC' })).release();
  await store.close();
}

describe('a worker in the middle of a job while a newer version migrates the store', () => {
  test.each(['compare', 'read'] as const)(
    'writes nothing of a job to %s, and gives it back for workers that know the tables',
    async (kind) => {
      const history = historyOf(100);
      const older = await createHand(url, { '1': history });
      await older.queue.addCompares(['1']);
      if (kind === 'read') await older.work('compare');
      const lease = await older.take(kind);
      const before = await contentsOf(url, '1');
      let isFirst = true;
      // The account is open by then: its session has looked at the tables.
      history.onRequest = async () => {
        if (isFirst) await migrateStore();
        isFirst = false;
      };
      await expect(doJob(lease, older.context)).rejects.toMatchObject({ name: 'StoreError', code: 'version' });
      expect(await queryPostgres(url, 'select count(*)::int as calls from calls')).toEqual([{ calls: 0 }]);
      expect(await queryPostgres(url, "select count(*)::int as reads from vbc_queue.job where name = 'read'")).toEqual([
        { reads: kind === 'read' ? 1 : 0 },
      ]);
      expect(await queryPostgres(url, `select state from vbc_queue.job where id = '${lease.id}'`)).toEqual([
        { state: 'retry' },
      ]);
      const rows = await queryPostgres(url, `select * from sync_windows where account_id = '1'`);
      expect(rows).toHaveLength(before.coverage.length);
      await older.close();
    },
  );
});

describe('jobs that a newer version has added', () => {
  test('are done if they only have more data, and left alone in a queue that is unknown', async () => {
    const history = historyOf(40);
    const worker = startWorkerOf(url, { '1': history });
    await worker.log.has('ready');
    const newer = new PgBoss({ connectionString: url, schema: 'vbc_queue', supervise: false, schedule: false });
    await newer.start();
    await newer.createQueue('read-2', { name: 'read-2', policy: 'standard' });
    await newer.send('read-2', { account: '1', spans: [['2026-03-01', '2026-04-01']] });
    await newer.send('compare', { account: '1', round: 0, reason: { priority: 'high' } }, { singletonKey: '1' });
    await newer.stop({ graceful: false });
    await worker.log.has('read done');
    await requestSync({ url, accounts: ['1'], signal: new AbortController().signal, pollMs: 20 });
    expect((await contentsOf(url, '1')).ids).toEqual(idsOf(history));
    worker.stop.abort();
    await worker.ended;
    const [job] = await queryPostgres(url, `select state, retry_count from vbc_queue.job where name = 'read-2'`);
    expect(job).toEqual({ state: 'created', retry_count: 0 });
  });
});

describe('processes of two versions side by side', () => {
  let folder: string;
  let accounts: ManyAccounts;
  let programs: Program[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vbc-upgrade-'));
    accounts = await startManyAccounts(folder, { accounts: 6, callsPerAccount: 120, delayMs: 5 });
    programs = [];
  });

  afterEach(async () => {
    for (const { child } of programs) child.kill('SIGKILL');
    await accounts.stop();
    await rm(folder, { recursive: true });
  });

  test('the older one ends with one line once the newer one has migrated the store, which is complete then', async () => {
    const [older, newer] = [await bundleCli(folder), await bundleNewerCli(folder)];
    const env = { ...accounts.env, VBC_STORE: url };
    const start = (program: string, ...args: string[]): Program => {
      const started = startProgram(program, [...args, '--accounts', accounts.file, '--page-size', '10'], env);
      programs.push(started);
      return started;
    };
    const first = start(older, 'worker', '--verbose');
    await first.printed('Working for');
    const asked = start(older, 'sync', '--queue');
    await first.printed('read done');
    const second = start(newer, 'worker');
    await second.printed('Working for');
    expect(await first.ended).toBe(2);
    const lines = first.output().trim().split('\n');
    expect(lines.filter((line) => !/^\d+: (compare|read) |^plan |^Working for /.test(line))).toEqual([
      expect.stringMatching(
        /^error: .* was made by a newer version of vbc-reports\. Update vbc-reports: the tables have layout/,
      ),
    ]);
    expect(await asked.ended).toBe(0);
    for (const [id, sandbox] of accounts.sandboxes) {
      // A store of this version no longer reads it.
      const rows = await queryPostgres<{ id: string }>(url, `select id from calls where account_id = '${id}'`);
      expect(new Set(rows.map((row) => row.id))).toEqual(new Set(sandbox.calls().map((call) => call.id)));
      expect(rows).toHaveLength(sandbox.calls().length);
      expect(accounts.logins(id)).toBe(1);
    }
  });
});
