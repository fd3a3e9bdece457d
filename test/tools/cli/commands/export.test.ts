import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CallLog } from '../../../../src/index.ts';
import type { FetchLike } from '../../../../src/core/http/attempt.ts';
import { type Sandbox, startSandbox } from '../../../../src/sandbox.ts';
import { parseCsv } from '../../export/parse-csv.ts';
import { environmentOf, type Outcome, run, withFolder } from '../run.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({
    from: '2025-01-01',
    to: '2026-01-01',
    calls: 12_000,
    switches: { hostileText: true },
  });
});

afterAll(async () => {
  await sandbox.stop();
});

const newYork = ['--tz', 'America/New_York'];

interface Exported extends Outcome {
  /** The contents of the files in the folder, without those of the token store. */
  readonly files: Record<string, string>;
}

/** Exports into an empty folder with the sandbox as the account; `out` is a name in it. */
function exportTo(out: string, args: readonly string[], io: Parameters<typeof run>[1] = {}): Promise<Exported> {
  return withFolder(async (folder) => {
    const env = { ...environmentOf(sandbox, join(folder, 'state')), ...io.env };
    const outcome = await run(['export', ...args, '--out', out === '-' ? '-' : join(folder, out)], { ...io, env });
    const names = (await readdir(folder)).filter((name) => name !== 'state');
    const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    return { ...outcome, files: Object.fromEntries(names.map((name, index) => [name, texts[index] ?? ''])) };
  });
}

function columnOf(csv: string, name: string): string[] {
  const [head = [], ...rows] = parseCsv(csv);
  const column = head.indexOf(name);
  return rows.map((row) => row[column] ?? '');
}

function trueIds(from: string, to: string): string[] {
  return sandbox.calls({ from: new Date(from), to: new Date(to) }).map(({ id }) => id);
}

describe('the calls exported', () => {
  it.each([
    ['a month in UTC', ['--month', '2025-03'], '2025-03-01T00:00:00Z', '2025-04-01T00:00:00Z'],
    [
      'a month with a change of the clocks',
      ['--month', '2025-03', ...newYork],
      '2025-03-01T05:00:00Z',
      '2025-04-01T04:00:00Z',
    ],
    [
      'a day of 23 hours',
      ['--from', '2025-03-09', '--to', '2025-03-10', ...newYork],
      '2025-03-09T05:00:00Z',
      '2025-03-10T04:00:00Z',
    ],
    [
      'a day of 25 hours',
      ['--from', '2025-11-02', '--to', '2025-11-03', ...newYork],
      '2025-11-02T04:00:00Z',
      '2025-11-03T05:00:00Z',
    ],
    [
      'minutes with an offset',
      ['--from', '2025-03-03T09:30:00-05:00', '--to', '2025-03-03T12:15:00-05:00'],
      '2025-03-03T14:30:00Z',
      '2025-03-03T17:15:00Z',
    ],
  ])('are those of the sandbox: %s', async (_what, args, from, to) => {
    const { exitCode, files } = await exportTo('calls.csv', [...args, '--page-size', '100']);
    expect(exitCode).toBe(0);
    const ids = columnOf(files['calls.csv'] ?? '', 'id');
    expect(ids).not.toEqual([]);
    expect(ids).toEqual(trueIds(from, to));
  });

  it('are the rows as they are, in NDJSON', async () => {
    const { files } = await exportTo('calls.ndjson', ['--month', '2025-03']);
    const rows = (files['calls.ndjson'] ?? '').trimEnd().split('\n');
    const truth = sandbox.calls({ from: new Date('2025-03-01'), to: new Date('2025-04-01') });
    const byId = (a: { id?: unknown }, b: { id?: unknown }): number => String(a.id).localeCompare(String(b.id));
    expect(rows.map((row) => JSON.parse(row) as { id: string }).sort(byId)).toEqual(truth.sort(byId));
  });

  it('are those that a filter leaves', async () => {
    const { files } = await exportTo('calls.csv', ['--month', '2025-03', '--direction', 'Inbound']);
    expect(new Set(columnOf(files['calls.csv'] ?? '', 'direction'))).toEqual(new Set(['Inbound']));
  });

  it.each([
    [['--direction', 'Extension'], ({ direction }: CallLog) => direction === 'Extension'],
    [['--result', 'missed'], ({ result }: CallLog) => result === 'Missed'],
    [
      ['--direction', 'Inbound', '--result', 'Missed'],
      ({ direction, result }: CallLog) => direction === 'Inbound' && result === 'Missed',
    ],
  ])('are those that a filter of our side leaves, with how many were read: %j', async (args, matches) => {
    const queries: string[] = [];
    const io = {
      fetch: async (...[url, init]: Parameters<FetchLike>): Promise<Response> => {
        queries.push(url);
        return await fetch(url, init);
      },
    };
    const { exitCode, stderr, files } = await exportTo('calls.csv', ['--month', '2025-03', ...args], io);
    const truth = sandbox.calls({ from: new Date('2025-03-01'), to: new Date('2025-04-01') });
    const expected = truth.filter(matches).map(({ id }) => id);
    expect(exitCode).toBe(0);
    expect(expected).not.toEqual([]);
    expect(columnOf(files['calls.csv'] ?? '', 'id')).toEqual(expected);
    const read = args.includes('Inbound') ? truth.filter(({ direction }) => direction === 'Inbound') : truth;
    const [matched, all] = [expected, read].map(({ length }) => length.toLocaleString('en-US'));
    expect(stderr).toContain(`\n  filter matched ${matched ?? ''} of ${all ?? ''} calls read\n`);
    expect(queries.join()).not.toMatch(/Extension|issed/);
  });

  it('are those of one party, in whatever spelling its number is given', async () => {
    const truth = sandbox.calls({ from: new Date('2025-03-01'), to: new Date('2025-04-01') });
    const number = truth.find(({ from }) => /^1\d{10}$/.test(from ?? ''))?.from ?? '';
    const typed = number.replace(/^1(...)(...)(....)$/, '+1 ($1) $2-$3');
    const { files } = await exportTo('calls.csv', ['--month', '2025-03', '--number', typed]);
    const expected = truth.filter(({ from, to }) => [from, to].includes(number)).map(({ id }) => id);
    expect(columnOf(files['calls.csv'] ?? '', 'id')).toEqual(expected);
  });

  it('are none if nothing matches, which is said with the flags', async () => {
    const args = ['--month', '2025-03', '--result', 'Mised', '--json'];
    const { exitCode, stdout, stderr } = await exportTo('calls.csv', args);
    const read = trueIds('2025-03-01', '2025-04-01').length;
    expect(exitCode).toBe(0);
    expect(stderr).toContain(
      `warning: No call matches --result: ${read.toLocaleString('en-US')} calls read. Their results are`,
    );
    expect(JSON.parse(stdout)).toMatchObject({ calls: 0, callsRead: read });
  });

  it('carry local times when asked to', async () => {
    const { files } = await exportTo('calls.csv', ['--month', '2025-03', ...newYork, '--local-times']);
    const starts = columnOf(files['calls.csv'] ?? '', 'start').map((start) =>
      Date.parse(`${start.replace(' ', 'T')}Z`),
    );
    expect(columnOf(files['calls.csv'] ?? '', 'start_local').map(Date.parse)).toEqual(starts);
  });

  it('run nothing in a spreadsheet unless told to be kept as they are', async () => {
    const safe = await exportTo('calls.csv', ['--month', '2025-03']);
    const kept = await exportTo('calls.csv', ['--month', '2025-03', '--keep-formulas']);
    const cells = ({ files }: Exported): string[] => parseCsv(files['calls.csv'] ?? '').flat();
    const formulas = (cell: string): boolean => /^[=+\-@]/.test(cell) && !/^[+-]\d+$/.test(cell);
    expect(cells(kept).some(formulas)).toBe(true);
    expect(cells(safe).filter(formulas)).toEqual([]);
  });

  it('are only a header in a range without calls', async () => {
    const { exitCode, files } = await exportTo('calls.csv', ['--from', '2024-03-01', '--to', '2024-03-02']);
    expect(exitCode).toBe(0);
    expect(parseCsv(files['calls.csv'] ?? '')).toHaveLength(1);
  });
});

describe('what an export says', () => {
  it('is a summary for people on standard error: rows, file, range in local time and UTC, requests, time', async () => {
    const { stdout, stderr } = await exportTo('calls.csv', ['--month', '2025-03', ...newYork]);
    const count = trueIds('2025-03-01T05:00:00Z', '2025-04-01T04:00:00Z').length;
    expect(stdout).toBe('');
    const lines = stderr
      .replace(/written to .*calls\.csv/, 'written to calls.csv')
      .replace(/time .*/, 'time')
      .split('\n');
    expect(lines).toEqual([
      `${count.toLocaleString('en-US')} calls written to calls.csv.`,
      '  range  2025-03-01 00:00 EST (UTC-05:00) up to 2025-04-01 00:00 EDT (UTC-04:00)',
      '         2025-03-01 05:00 UTC up to 2025-04-01 04:00 UTC',
      expect.stringMatching(/^ {2}first {2}2025-03-01 \d\d:\d\d(:\d\d)? EST \(UTC-05:00\)$/),
      expect.stringMatching(/^ {2}last {3}2025-03-31 \d\d:\d\d(:\d\d)? EDT \(UTC-04:00\)$/),
      expect.stringMatching(/^ {2}work {3}\d+ requests?, 1 login$/),
      '  time',
      '',
    ]);
  });

  it('is JSON on standard output with --json', async () => {
    const { stdout } = await exportTo('calls.csv', ['--month', '2025-03', ...newYork, '--json']);
    expect(JSON.parse(stdout)).toEqual({
      status: 'done',
      calls: trueIds('2025-03-01T05:00:00Z', '2025-04-01T04:00:00Z').length,
      earlierCalls: 0,
      callsRead: trueIds('2025-03-01T05:00:00Z', '2025-04-01T04:00:00Z').length,
      file: expect.stringMatching(/calls\.csv$/),
      format: 'csv',
      firstCall: expect.stringMatching(/^2025-03-01T/),
      lastCall: expect.stringMatching(/^2025-(03-31|04-01)T/),
      rejectedRows: 0,
      rejectedFile: null,
      range: { from: '2025-03-01T05:00:00.000Z', to: '2025-04-01T04:00:00.000Z', timeZone: 'America/New_York' },
      requests: expect.any(Number),
      retries: 0,
      logins: 1,
      durationMs: expect.any(Number),
      fieldsLeftOut: {},
      warnings: [],
      settledUntil: expect.any(String),
    });
  });

  it('is JSON alone on standard error when the rows go to standard output', async () => {
    const { stdout, stderr, files } = await exportTo('-', ['--month', '2025-03', '--json', '--format', 'ndjson']);
    expect(stdout.trimEnd().split('\n')).toHaveLength(trueIds('2025-03-01', '2025-04-01').length);
    expect(JSON.parse(stderr)).toMatchObject({ status: 'done', file: null });
    expect(files).toEqual({});
  });

  it('is JSON also when it fails', async () => {
    const { stdout, stderr } = await exportTo('calls.csv', ['--month', '2999-01', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'failed', exitCode: 2, error: { code: 'configuration' } });
    expect(stderr).toMatch(/^error: --month "2999-01" lies in the future/);
  });

  it('is nothing with --quiet', async () => {
    const { exitCode, stdout, stderr } = await exportTo('calls.csv', ['--month', '2025-03', '--quiet']);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  it('notes that the latest calls of a range may still come, and from when on it is settled', async () => {
    const now = (): Date => new Date('2025-03-02T12:00:00Z');
    const args = ['--from', '2025-03-01', '--to', '2025-03-02', ...newYork];
    const { stderr } = await exportTo('calls.csv', args, { now });
    expect(stderr).toContain(
      [
        '  note   calls that started after 2025-03-01 06:00 EST (UTC-05:00) may still be added;',
        '         the range is settled from 2025-03-03 01:00 EST (UTC-05:00) on: export it again then\n',
      ].join('\n'),
    );
    const settled = await exportTo('calls.csv', args, { now: () => new Date('2025-03-04') });
    expect(settled.stderr).not.toContain('note');
  });

  it('warns of a range that ends in the future', async () => {
    const { exitCode, stderr } = await exportTo('calls.csv', ['--from', '2025-12-30', '--to', '2999-01-01']);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^warning: .*future/);
  });

  it('shows a bar on a terminal, but not among rows that scroll over it', async () => {
    const intoFile = await exportTo('calls.csv', ['--month', '2025-03'], { isTTY: true });
    const onTerminal = await exportTo('-', ['--month', '2025-03'], { isTTY: true });
    expect(intoFile.stderr).toMatch(/\r.*█/);
    expect(intoFile.stderr).toContain(`\r\u001b[K${trueIds('2025-03-01', '2025-04-01').length} calls written to `);
    expect(onTerminal.stderr).not.toContain('\r');
  });

  it('lets no control character of a row reach a terminal', async () => {
    const onTerminal = await exportTo('-', ['--month', '2025-03', '--quiet'], { isTTY: true });
    const intoPipe = await exportTo('-', ['--month', '2025-03', '--quiet']);
    expect(intoPipe.stdout).toMatch(/[\u202a-\u202e]/u);
    expect(onTerminal.stdout).not.toMatch(/(?![\r\n\t])[\p{Cc}\u202a-\u202e]/u);
  });
});

describe('an export in which rows are rejected', () => {
  const args = ['--month', '2025-03', '--page-size', '100'];

  /** Exports from a server some of whose rows have no id or no start. */
  function exportSpoilt(more: readonly string[]): Promise<Exported> {
    return withFolder(async (folder) => {
      await using spoilt = await startSandbox({
        ...{ from: '2025-03-01', to: '2025-04-01', calls: 1_000 },
        switches: { unplaceableRows: { 'null-id': 0.01, 'invalid-start': 0.01 } },
      });
      const env = environmentOf(spoilt, join(folder, 'state'));
      const outcome = await run(['export', ...args, ...more, '--out', join(folder, 'calls.csv')], { env });
      const names = (await readdir(folder)).filter((name) => name !== 'state').sort();
      const rejected = await readFile(join(folder, 'calls.csv.rejected.ndjson'), 'utf8');
      return { ...outcome, files: Object.fromEntries(names.map((name) => [name, ''])), stdout: rejected };
    });
  }

  it('is incomplete: exit code 4, no file, the rows set apart, and --accept-rejected named', async () => {
    const { exitCode, stderr, files, stdout: rejected } = await exportSpoilt([]);
    expect(exitCode).toBe(4);
    expect(Object.keys(files)).toEqual(['calls.csv.partial', 'calls.csv.rejected.ndjson']);
    expect(rejected.trimEnd().split('\n').length).toBeGreaterThan(5);
    expect(stderr).toMatch(/rows were rejected; see \S+calls\.csv\.rejected\.ndjson\.$/m);
    expect(stderr).toContain('--accept-rejected');
  });

  it('succeeds with --accept-rejected: exit code 0, the rows set apart', async () => {
    const { exitCode, stderr, files, stdout: rejected } = await exportSpoilt(['--accept-rejected']);
    expect(stderr).toMatch(/rows were rejected; see \S+calls\.csv\.rejected\.ndjson\.$/m);
    expect(exitCode).toBe(0);
    expect(Object.keys(files)).toEqual(['calls.csv', 'calls.csv.rejected.ndjson']);
    for (const line of rejected.trimEnd().split('\n')) JSON.parse(line);
  });
});

describe('an export with --sandbox', () => {
  it('needs no account and no settings, has calls in any year, and leaves the token store alone', async () => {
    await withFolder(async (folder) => {
      const env = { XDG_STATE_HOME: folder, VBC_ACCOUNT_ID: 'unused', VBC_BASE_URL: 'http://127.0.0.1:1' };
      const { exitCode, stdout } = await run(['export', '--sandbox', '--month', '2019-07', '--out', '-'], { env });
      expect(exitCode).toBe(0);
      expect(columnOf(stdout, 'start').length).toBeGreaterThan(100);
      expect(await readdir(folder)).toEqual([]);
    });
  });
});

describe('an export that fails', () => {
  const account = { VBC_ACCOUNT_ID: '1', VBC_ACCESS_TOKEN: 'secret-token', VBC_BASE_URL: 'https://api.example' };

  function exportWith(fetch: FetchLike, signal?: AbortSignal): Promise<Exported> {
    const io = { fetch, ...(signal && { signal }) };
    return withFolder(async (folder) => {
      const out = join(folder, 'calls.csv');
      const outcome = await run(['export', '--month', '2025-03', '--out', out], { ...io, env: account });
      return { ...outcome, files: Object.fromEntries((await readdir(folder)).map((name) => [name, ''])) };
    });
  }

  it.each([
    [400, 1],
    [403, 3],
    [404, 1],
    [401, 3],
  ])('with status %i ends with exit code %i, one line and no file', async (status, exitCode) => {
    const fault = { fault: { code: 900_000, message: '\u001b[2Jevil\nmessage', description: 'no' } };
    const failed = await exportWith(() => Promise.resolve(Response.json(fault, { status })));
    expect(failed).toMatchObject({ exitCode, stdout: '', files: {} });
    expect(failed.files).toEqual({});
    expect(failed.stderr).toMatch(/^error: \P{Cc}+\n$/u);
    expect(failed.stderr).not.toContain('secret-token');
  });

  it('because the server asks for a long wait names the flag that allows it', async () => {
    const throttled = (): Promise<Response> =>
      Promise.resolve(new Response('', { status: 429, headers: { 'retry-after': '300' } }));
    const { exitCode, stderr } = await exportWith(throttled);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^error: The server asks to wait 300 s .* longer than --max-wait allows/);
  });

  it('because of a wait beyond --max-wait does not wait', async () => {
    const throttled = (): Promise<Response> =>
      Promise.resolve(new Response('', { status: 429, headers: { 'retry-after': '60' } }));
    const args = ['export', '--month', '2025-03', '--out', '-', '--max-wait', '30'];
    const { exitCode, stderr } = await run(args, { env: account, fetch: throttled });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('The server asks to wait 60 s');
  });

  it('by an interruption ends with exit code 130 and no file', async () => {
    const controller = new AbortController();
    const fetch: FetchLike = (_url, { signal }) => {
      controller.abort();
      return Promise.reject(signal.reason as Error);
    };
    const interrupted = await exportWith(fetch, controller.signal);
    expect(interrupted.exitCode).toBe(130);
    expect(interrupted.stderr).toBe('error: Interrupted; the export is not complete.\n');
    expect(interrupted.files).toEqual({});
  });

  it('does not touch the file it was to replace', async () => {
    await withFolder(async (folder) => {
      const out = join(folder, 'calls.csv');
      await writeFile(out, 'precious');
      const fetch = (): Promise<Response> => Promise.resolve(new Response('', { status: 404 }));
      const { exitCode } = await run(['export', '--month', '2025-03', '--out', out, '--force'], {
        env: account,
        fetch,
      });
      expect(exitCode).toBe(1);
      expect(await readFile(out, 'utf8')).toBe('precious');
      expect(await readdir(folder)).toEqual(['calls.csv']);
    });
  });
});

describe('fields that the specification does not know', () => {
  const page = {
    page: 1,
    page_size: 1000,
    total_items: 1,
    total_page: 1,
    _embedded: {
      call_logs: [
        {
          id: 'a',
          start: '2025-03-01 00:00:00',
          end: '2025-03-01 00:00:01',
          direction: 'Inbound',
          result: 'Answered',
          length: 1,
          queue: 'Sales',
        },
      ],
    },
  };
  const io = {
    env: { VBC_ACCOUNT_ID: '1', VBC_ACCESS_TOKEN: 'token' },
    fetch: () => Promise.resolve(Response.json(page)),
  };

  it('are warned of in CSV', async () => {
    const { exitCode, stdout, stderr } = await run(['export', '--month', '2025-03', '--out', '-'], io);
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain('Sales');
    expect(stderr).toMatch(/^warning: .*queue \(1\)/);
  });

  it('stay in NDJSON', async () => {
    const args = ['export', '--month', '2025-03', '--out', '-', '--format', 'ndjson'];
    const { stdout, stderr } = await run(args, io);
    expect(JSON.parse(stdout)).toMatchObject({ queue: 'Sales' });
    expect(stderr).not.toContain('warning');
  });
});
