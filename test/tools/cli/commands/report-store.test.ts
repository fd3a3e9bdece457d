import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Figures } from '../../../../src/tools/report/figures.ts';
import { type PostgresServer, startPostgres } from '../../../support/postgres.ts';
import { type Outcome, run } from '../run.ts';
import { startBench, stopBench, type SyncBench } from './sync/bench.ts';

let bench: SyncBench;

beforeAll(async () => {
  bench = await startBench(2_000);
});

afterAll(() => stopBench(bench));

async function report(args: readonly string[]): Promise<Outcome> {
  return await run(['report', ...args], { env: bench.env, now: () => bench.sandbox.clock.now() });
}

async function figuresOf(args: readonly string[]): Promise<Figures> {
  const { exitCode, stdout, stderr } = await report([...args, '--json', '--quiet']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return JSON.parse(stdout) as Figures;
}

const november = ['--month', '2025-11', '--tz', 'America/New_York'];

describe('a report from a store', () => {
  it.each([[[]], [['--compare', 'previous']]])(
    'has the figures of one from the API, and names its source: %j',
    async (flags) => {
      const ofApi = await figuresOf([...november, ...flags]);
      const ofStore = ({ basis }: Pick<Figures, 'basis'>): Pick<Figures, 'basis'> => ({
        basis: { ...basis, source: 'store', name: 'calls.duckdb', stated: null },
      });
      expect(await figuresOf([...november, ...flags, '--from-store', bench.store])).toEqual({
        ...{ ...ofApi, ...ofStore(ofApi) },
        previous: ofApi.previous && { ...ofApi.previous, ...ofStore(ofApi.previous) },
      });
      expect(ofApi.previous === null).toBe(flags.length === 0);
    },
  );

  it('is a page that says so', async () => {
    const out = bench.path('november.html');
    const { exitCode, stderr } = await report([...november, '--from-store', bench.store, '--out', out]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringMatching(/^Report of \d+ calls/) });
    const page = await readFile(out, 'utf8');
    expect(page).toContain('A store: <bdi>calls.duckdb</bdi>');
    expect(page).toContain('Yes: the store holds as many calls as the server stated');
    expect(page).not.toContain(bench.folder);
  });

  it('does not exist for a range that is not proven, and names the windows: exit code 4', async () => {
    const out = bench.path('early.html');
    const range = ['--from', '2025-01-15', '--to', '2025-03-01'];
    const { exitCode, stderr } = await report([...range, '--from-store', bench.store, '--out', out]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 4,
      stderr: [
        `error: ${bench.store} is not known to hold all calls of the range. Run vbc-reports sync, then try again.`,
        'Not proven: 2025-01-15T00:00:00Z to 2025-02-01T05:00:00Z',
        '',
      ].join('\n'),
    });
    expect(await readdir(bench.folder)).not.toContain('early.html');
  });

  it('does not exist either if the span that is compared is not proven', async () => {
    const args = ['--month', '2025-02', '--compare', 'previous', '--json', '--from-store', bench.store];
    const { exitCode, stdout } = await report(args);
    expect({ exitCode, ...(JSON.parse(stdout) as object) }).toMatchObject({
      exitCode: 4,
      unproven: [{ from: '2025-01-01T00:00:00.000Z', to: '2025-02-01T05:00:00.000Z' }],
    });
  });

  it('says of a range whose end is not settled that calls may be added', async () => {
    const { exitCode, stderr } = await report(['--month', 'this', '--json', '--from-store', bench.store]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('  note   calls that started after 2025-12-09 14:00 UTC may still be added\n');
  });

  it('asks for an account only if there are several', async () => {
    const { exitCode, stderr } = await report([
      ...[...november, '--from-store', bench.store],
      ...['--account-id', '42', '--out', bench.path('a.html')],
    ]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: `error: ${bench.store} has no account 42. It has 913874.\n`,
    });
  });

  it('counts calls that the API no longer lists, unless --only-listed is given', async () => {
    const range = ['--month', '2025-06', '--from-store', bench.store];
    const before = await figuresOf(range);
    const [call] = bench.sandbox.calls({ from: new Date('2025-06-01'), to: new Date('2025-07-01') });
    bench.sandbox.remove(call?.id ?? '');
    await bench.sync();
    expect((await figuresOf(range)).basis.rows).toBe(before.basis.rows);
    expect((await figuresOf([...range, '--only-listed'])).basis.rows).toBe(before.basis.rows - 1);
  });
});

describe('a report from PostgreSQL', () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres();
  });

  afterAll(async () => {
    await server.stop();
  });

  it('has the figures of one from the API, and no password', async () => {
    const url = await server.createSchema();
    const since = ['--since', '2025-10-01', '--tz', 'America/New_York'];
    const env = { ...bench.env, VBC_STORE: url };
    const { exitCode } = await run(['sync', ...since], { env, now: () => bench.sandbox.clock.now() });
    expect(exitCode).toBe(0);
    const { basis, ...figures } = await figuresOf([...november, '--from-store', url]);
    const { basis: basisOfApi, ...figuresOfApi } = await figuresOf(november);
    expect(figures).toEqual(figuresOfApi);
    expect(basis).toEqual({ ...basisOfApi, source: 'store', name: basis.name, stated: null });
    const { username, password, host } = new URL(url);
    expect(basis.name).toContain(host);
    expect(basis.name).not.toContain(`${username}:${password}`);
  });
});
