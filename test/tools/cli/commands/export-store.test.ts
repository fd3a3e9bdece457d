import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DuckDBInstance } from '@duckdb/node-api';
import { requireProven, UnprovenError } from '../../../../src/tools/cli/commands/store-calls.ts';
import { dayMs, startBench, stopBench, type SyncBench } from './sync/bench.ts';

let bench: SyncBench;

beforeAll(async () => {
  bench = await startBench(1_500);
});

afterAll(() => stopBench(bench));

async function fromStore(args: readonly string[]): ReturnType<SyncBench['export']> {
  return await bench.export(['--from-store', bench.store, ...args]);
}

async function rowsOf(sql: string): Promise<readonly Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`set TimeZone = 'UTC'`);
  const reader = await connection.runAndReadAll(sql);
  connection.closeSync();
  instance.closeSync();
  return reader.getRowObjectsJson();
}

function withoutNulls(call: object): object {
  return Object.fromEntries(Object.entries(call).filter(([, value]) => value !== null));
}

describe('an export from a store', () => {
  it.each([
    ['a.csv', []],
    ['a.ndjson', []],
    ['a.csv', ['--tz', 'America/New_York', '--local-times']],
    ['a.csv', ['--direction', 'Inbound', '--result', 'missed']],
    ['a.csv', ['--direction', 'Extension']],
    ['a.csv', ['--end-from', '2025-03-10', '--end-to', '2025-03-20T12:00']],
    ['a.csv', ['--columns', 'start,length,id', '--excel']],
  ])(
    'is the same as one from the API, except for null in JSON, which a table does not distinguish from absent: %s %j',
    async (name, args) => {
      const range = ['--month', '2025-03', ...args];
      const [one, other] = [bench.path(`store-${name}`), bench.path(`api-${name}`)];
      expect((await fromStore([...range, '--out', one, '--force'])).exitCode).toBe(0);
      expect((await bench.export([...range, '--out', other, '--force'])).exitCode).toBe(0);
      const parse = async (path: string): Promise<unknown> => {
        const text = await readFile(path, 'utf8');
        if (path.endsWith('.csv')) return text;
        return text
          .trim()
          .split('\n')
          .map((line) => withoutNulls(JSON.parse(line) as object));
      };
      expect(await parse(one)).toEqual(await parse(other));
      expect((await readFile(one, 'utf8')).length).toBeGreaterThan(100);
    },
  );

  it.each([
    ['--from-number', 'from'],
    ['--to-number', 'to'],
    ['--source-user', 'source_user'],
    ['--destination-user', 'destination_user'],
  ] as const)('applies the filter %s as the API does', async (flag, field) => {
    const value = bench.sandbox.calls().find((call) => call[field] && call.start > '2025-04')?.[field] ?? '';
    const args = ['--from', '2025-04-01', '--to', '2025-12-01', flag, value, '--format', 'ndjson', '--out', '-'];
    const [one, other] = [await fromStore(args), await bench.export(args)];
    const idsIn = ({ stdout }: { stdout: string }): string[] =>
      stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { id: string }).id);
    expect(idsIn(one)).toEqual(idsIn(other));
  });

  it('asks for an account only if there are several', async () => {
    const args = ['--month', '2025-03', '--out', '-'];
    expect((await fromStore(args)).exitCode).toBe(0);
    const { exitCode, stderr } = await fromStore([...args, '--account-id', '42']);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: `error: ${bench.store} has no account 42. It has 913874.\n`,
    });
  });

  it('makes no file of a range that the store has not proven, and names the windows: exit code 4', async () => {
    const { exitCode, stderr } = await fromStore([
      '--from',
      '2025-01-15',
      '--to',
      '2025-03-01',
      '--out',
      bench.path('b.csv'),
    ]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 4,
      stderr: [
        `error: ${bench.store} is not known to hold all calls of the range. Run vbc-reports sync, then try again.`,
        'Not proven: 2025-01-15T00:00:00Z to 2025-02-01T05:00:00Z',
        '',
      ].join('\n'),
    });
    expect((await readdir(bench.folder)).filter((name) => name.startsWith('b.csv'))).toEqual([]);
  });

  it('says of a range whose end is not settled from when on it is', async () => {
    const { exitCode, stderr } = await fromStore(['--month', 'this', '--out', bench.path('c.csv')]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('  note   calls that started after 2025-12-09 14:00 UTC may still be added;\n');
    expect(stderr).toContain('sync and export it again then\n');
  });

  it('has calls that the API no longer lists, unless --only-listed is given', async () => {
    const [call] = bench.sandbox.calls({ from: new Date('2025-06-01'), to: new Date('2025-07-01') });
    bench.sandbox.remove(call?.id ?? '');
    await bench.sync();
    const range = ['--month', '2025-06', '--out', '-'];
    expect((await fromStore(range)).stdout).toContain(call?.id);
    expect((await fromStore([...range, '--only-listed'])).stdout).not.toContain(call?.id);
  });
});

describe('a Parquet file', () => {
  it('has typed columns in the order for people, and the calls of the range', async () => {
    const out = bench.path('calls[1].parquet');
    const { exitCode, stderr } = await fromStore(['--month', '2025-03', '--out', out]);
    expect(exitCode).toBe(0);
    const calls = bench.sandbox.calls({ from: new Date('2025-03-01'), to: new Date('2025-04-01') });
    expect(stderr).toContain(`${calls.length} calls written to ${out}.\n`);
    // A bracket in the name would be a pattern.
    const file = `read_parquet('${out.replace('[', '[[]')}')`;
    const columns = await rowsOf(`describe select * from ${file}`);
    const typeOf = (name: string): unknown => columns.find(({ column_name }) => column_name === name)?.column_type;
    expect(columns.slice(0, 4).map(({ column_name }) => column_name)).toEqual(['id', 'start', 'end', 'length']);
    expect(['start', 'length', 'recorded', 'from', 'extra'].map(typeOf)).toEqual([
      ...['TIMESTAMP WITH TIME ZONE', 'BIGINT', 'BOOLEAN', 'VARCHAR', expect.stringMatching(/VARCHAR|JSON/)],
    ]);
    const [first] = await rowsOf(
      `select id, strftime("start", '%Y-%m-%d %H:%M:%S') as start, length from ${file} limit 1`,
    );
    expect(first).toEqual({ id: calls[0]?.id, start: calls[0]?.start, length: String(calls[0]?.length) });
  });

  it('can be made from the API too, with chosen columns', async () => {
    const out = bench.path('api.parquet');
    const { exitCode } = await bench.export(['--month', '2025-03', '--out', out, '--columns', 'start,id']);
    expect(exitCode).toBe(0);
    const columns = await rowsOf(`describe select * from '${out}'`);
    expect(columns.map(({ column_name }) => column_name)).toEqual(['start', 'id']);
  });
});

describe('what a store must have proven of a range', () => {
  const at = (text: string): Date => new Date(`${text}Z`);
  const now = at('2026-03-11T12:00');
  /** A store that was compared from the start of the year on, at that time. */
  const comparedAt = (agreedAt: Date) => [
    {
      from: at('2026-01-01'),
      to: new Date(agreedAt.getTime() - 25 * 3_600_000),
      agreedAt,
      settled: true,
      wasSettled: true,
    },
    { from: new Date(agreedAt.getTime() - 25 * 3_600_000), to: agreedAt, agreedAt, settled: false, wasSettled: false },
  ];
  const check = (agreedAt: Date, from: string, to: string): unknown => {
    try {
      return requireProven(comparedAt(agreedAt), { from: at(from), to: at(to) }, { store: 'calls.duckdb', now });
    } catch (error) {
      return error instanceof UnprovenError ? error.windows : error;
    }
  };

  it.each([
    ['a settled month', now, '2026-02-01', '2026-03-01', at('2026-03-10T11:00')],
    ['this month, just compared', now, '2026-03-01', '2026-04-01', at('2026-03-10T11:00')],
    ['this month, compared last night', at('2026-03-11T02:00'), '2026-03-01', '2026-04-01', at('2026-03-10T01:00')],
    ['today, just compared', now, '2026-03-11', '2026-03-12', at('2026-03-10T11:00')],
  ])('is enough: %s', (_what, agreedAt, from, to, settledUntil) => {
    expect(check(agreedAt, from, to)).toEqual(settledUntil);
  });

  it.each([
    [
      'a settled range that was not settled when it was compared',
      at('2026-03-11T02:00'),
      '2026-03-01',
      '2026-03-10T06:00',
      '2026-03-10T01:00',
      '2026-03-10T06:00',
    ],
    [
      'this month, compared long ago',
      new Date(now.getTime() - 9 * dayMs),
      '2026-03-01',
      '2026-04-01',
      '2026-03-01T11:00',
      '2026-03-10T11:00',
    ],
    ['a range before the store begins', now, '2025-12-01', '2026-02-01', '2025-12-01', '2026-01-01'],
  ])('is not enough: %s', (_what, agreedAt, from, to, first, end) => {
    expect(check(agreedAt, from, to)).toEqual([{ from: at(first), to: at(end) }]);
  });
});
