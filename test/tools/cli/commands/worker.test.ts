import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { freePort } from '../../../support/free-port.ts';
import { type PostgresServer, queryPostgres, startPostgres } from '../../../support/postgres.ts';
import { type Outcome, RecordingStream, run } from '../run.ts';
import { startManyAccounts, type ManyAccounts } from '../../worker/many-accounts.ts';
import { runCli } from '../../../../src/tools/cli/program.ts';

let server: PostgresServer;
let folder: string;
let accounts: ManyAccounts;
let env: Record<string, string>;
let stop: AbortController;

beforeAll(async () => {
  server = await startPostgres();
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vbc-reports-'));
  accounts = await startManyAccounts(folder, { accounts: 3, callsPerAccount: 30, delayMs: 0, refused: '100002' });
  env = { ...accounts.env, VBC_STORE: await server.createDatabase() };
  stop = new AbortController();
});

afterEach(async () => {
  stop.abort();
  await accounts.stop();
  await rm(folder, { recursive: true });
});

afterAll(() => server.stop());

interface Running {
  readonly ended: Promise<number>;
  readonly stderr: RecordingStream;
  printed(text: string): Promise<void>;
}

function startWorker(...flags: string[]): Running {
  return startWith(env, ['worker', '--accounts', accounts.file, ...flags]);
}

function startWith(environment: Readonly<Record<string, string>>, args: readonly string[]): Running {
  const [stdout, stderr] = [new RecordingStream(), new RecordingStream()];
  const io = { stdout, stderr, env: environment, signal: stop.signal, now: () => new Date() };
  const ended = runCli(args, io);
  return {
    ...{ ended, stderr },
    async printed(text) {
      while (!stderr.text.includes(text)) await once(stderr, 'written');
    },
  };
}

const sync = (...flags: string[]): Promise<Outcome> =>
  run(['sync', '--queue', '--accounts', accounts.file, ...flags], { env });

describe('worker, sync --queue and status', () => {
  test('bring the accounts up to date, and tell which could not be read and why', async () => {
    const worker = startWorker('--health-port', '0');
    await worker.printed('Working for 3 accounts');
    const outcome = await sync();
    expect(outcome.exitCode).toBe(4);
    expect(outcome.stderr).toMatch(/100002: paused until .*Check VBC_|100002: paused until .*Check --username/);
    expect(outcome.stderr).toContain('2 of 3 accounts are up to date');
    const status = await run(['status', '--verbose'], { env });
    expect(status.exitCode).toBe(0);
    expect(status.stderr).toMatch(
      /^2 of 3 accounts are up to date\.\n {2}100001: up to date, up to date [\d.]+ m?s ago, settled until /,
    );
    const json = await run(['status', '--json', '--max-age', '1h'], { env });
    expect(json.exitCode).toBe(4);
    expect(json.stderr).toContain('Account 100002 was last up to date more than 1h ago.');
    expect(JSON.parse(json.stdout)).toMatchObject({
      ...{ status: 'failed', exitCode: 4 },
      accounts: [
        { phase: 'up to date' },
        { phase: 'paused', lagSeconds: null },
        { phase: 'up to date', problem: null },
      ],
    });
    const [, port] = /localhost:(\d+)/.exec(worker.stderr.text) ?? [];
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).not.toContain('@');
    expect(metrics).toContain('vbc_logins_total 2\n');
    expect(metrics).toContain('vbc_calls_written_total 60\n');
    expect(metrics).toContain('vbc_accounts{phase="paused"} 1\n');
    for (const text of [metrics, worker.stderr.text, outcome.stderr, json.stdout]) {
      expect(text).not.toMatch(/secret-of|wrong-secret|\+?1\d{10}\b/);
    }
    stop.abort();
    expect(await worker.ended).toBe(0);
    expect(worker.stderr.text.endsWith('Stopped.\n')).toBe(true);
  });

  test('reads the credentials of a paused account again when somebody asks for it', async () => {
    const worker = startWorker();
    await worker.printed('Working for 3 accounts');
    expect((await sync()).exitCode).toBe(4);
    env.PASSWORD_2 = 'secret-of-user-2';
    const outcome = await sync('--json');
    expect([outcome.exitCode, outcome.stderr]).toEqual([0, expect.stringContaining('3 of 3 accounts are up to date')]);
    expect(accounts.logins('100002')).toBe(2);
  });

  test('a schedule is left to the workers, and a wrong one is refused', async () => {
    const outcome = await sync('--schedule', '*/5 * * * *', '--tz', 'Europe/Berlin');
    expect(outcome).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('at "*/5 * * * *" (Europe/Berlin)') });
    expect(await queryPostgres(env.VBC_STORE ?? '', 'select name, cron, timezone from vbc_queue.schedule')).toEqual([
      { name: 'plan', cron: '*/5 * * * *', timezone: 'Europe/Berlin' },
    ]);
    await sync('--schedule', '0 * * * *');
    expect(await queryPostgres(env.VBC_STORE ?? '', 'select name, cron, timezone from vbc_queue.schedule')).toEqual([
      { name: 'plan', cron: '0 * * * *', timezone: 'UTC' },
    ]);
    for (const cron of ['every five minutes', '99 * * * *', '* * * *']) {
      const wrong = await sync('--schedule', cron);
      expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringContaining('is not a cron expression')]);
    }
  });

  test('status of a database that no worker was asked about is told in one line', async () => {
    const outcome = await run(['status'], { env });
    expect([outcome.exitCode, outcome.stderr.split('\n').length]).toEqual([2, 2]);
    expect(outcome.stderr).toContain('Run vbc-reports sync --queue.');
  });

  test('an account that the file of the worker does not have is named', async () => {
    const worker = startWorker('--json');
    await worker.printed('Working for 3 accounts');
    const other = join(folder, 'other.json');
    await writeFile(other, JSON.stringify({ accounts: [{ id: '777777' }] }));
    const waiting = new AbortController();
    const asked = run(['sync', '--queue', '--accounts', other], { env, signal: waiting.signal });
    await worker.printed('777777: This worker does not know account 777777. Give all workers the same accounts file.');
    waiting.abort();
    expect((await asked).exitCode).toBe(130);
  });

  test('a refused login is tried once more with --reset-login, and only once', async () => {
    const first = startWorker();
    await first.printed('Working for 3 accounts');
    expect((await sync()).exitCode).toBe(4);
    expect(accounts.logins('100002')).toBe(1);
    expect((await sync()).exitCode).toBe(4);
    expect(accounts.logins('100002')).toBe(1);
    stop.abort();
    await first.ended;
    stop = new AbortController();
    const second = startWorker('--reset-login');
    await second.printed('Working for 3 accounts');
    for (const _attempt of ['the first', 'the second']) {
      expect((await sync()).exitCode).toBe(4);
      expect(accounts.logins('100002')).toBe(2);
    }
    // Their tokens are forgotten too.
    expect([accounts.logins('100001'), accounts.logins('100003')]).toEqual([2, 2]);
  });

  test('with --sandbox, workers read made-up calls of accounts that no real one is mistaken for', async () => {
    const settings = { VBC_STORE: env.VBC_STORE ?? '' };
    const asked = run(['sync', '--queue', '--sandbox', '--since', '7d'], { env: settings });
    const worker = startWorker('--sandbox');
    await worker.printed('made-up calls');
    // The worker has an accounts file, and this request has none.
    await worker.printed('This worker does not know account sandbox.');
    stop.abort();
    await worker.ended;
    stop = new AbortController();
    const { stderr, ended } = startWith(settings, ['worker', '--sandbox']);
    await queryPostgres(settings.VBC_STORE, `update vbc_queue.job set start_after = now() where state = 'retry'`);
    const outcome = await asked;
    expect([outcome.exitCode, outcome.stderr]).toEqual([0, expect.stringContaining('1 of 1 account is up to date')]);
    const stored = await queryPostgres(
      settings.VBC_STORE,
      'select account_id, count(*) > 0 as has_calls from calls group by 1',
    );
    expect(stored).toEqual([{ account_id: 'sandbox', has_calls: true }]);
    stop.abort();
    expect([await ended, stderr.text]).toEqual([0, expect.stringContaining('Stopped.')]);
    expect(accounts.requests()).toBe(0);
  });

  test('status shows the accounts of a file alone, so that one that was left off it raises no alarm', async () => {
    const worker = startWorker();
    await worker.printed('Working for 3 accounts');
    await sync();
    const kept = join(folder, 'kept.json');
    await writeFile(kept, JSON.stringify({ accounts: [{ id: '100001' }, { id: '100003' }] }));
    const old = await run(['status', '--max-age', '1h', '--accounts', accounts.file], { env });
    expect(old.exitCode).toBe(4);
    const outcome = await run(['status', '--max-age', '1h', '--accounts', kept], { env });
    expect([outcome.exitCode, outcome.stderr]).toEqual([0, '2 of 2 accounts are up to date.\n']);
    await writeFile(kept, JSON.stringify({ accounts: [{ id: '100001' }, { id: '100009' }] }));
    const never = await run(['status', '--max-age', '1h', '--accounts', kept], { env });
    expect([never.exitCode, never.stderr]).toEqual([
      4,
      expect.stringContaining('100009: unknown, never up to date yet'),
    ]);
  });

  test('a status and a request say in one line that the database is away', async () => {
    const url = `postgres://calls:hunter2@127.0.0.1:${await freePort()}/calls`;
    for (const args of [['status'], ['sync', '--queue', '--accounts', accounts.file]]) {
      const outcome = await run(args, { env: { ...env, VBC_STORE: url } });
      expect([outcome.exitCode, outcome.stderr]).toEqual([
        1,
        expect.stringMatching(/^error: No server listens at .*\n$/),
      ]);
      expect(outcome.stderr).not.toContain('hunter2');
    }
  });
});
