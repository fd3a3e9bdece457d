import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
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
  const [stdout, stderr] = [new RecordingStream(), new RecordingStream()];
  const io = { stdout, stderr, env, signal: stop.signal, now: () => new Date() };
  const ended = runCli(['worker', '--accounts', accounts.file, ...flags], io);
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
});
