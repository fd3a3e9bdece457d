import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../../../src/sandbox.ts';
import { createCsvFormat, createNdjsonFormat } from '../../../../src/tools/export/index.ts';
import type { Figures } from '../../../../src/tools/report/figures.ts';
import { makeFigures } from '../../../../src/tools/report/make-figures.ts';
import { environmentOf, type Outcome, run, withFolder } from '../run.ts';

let sandbox: Sandbox;

/** A day on which every call of the sandbox is settled. */
const now = (): Date => new Date('2026-03-11T15:30:20Z');

beforeAll(async () => {
  sandbox = await startSandbox({ from: '2025-01-01', to: '2026-03-01', calls: 14_000, now: now() });
});

afterAll(async () => {
  await sandbox.stop();
});

type Io = NonNullable<Parameters<typeof run>[1]>;

/** Runs `report` in a folder with the sandbox as the account; `{dir}` is the folder. */
async function report(folder: string, args: readonly string[], io: Io = {}): Promise<Outcome> {
  const env = { ...environmentOf(sandbox, join(folder, 'state')), ...io.env };
  const words = args.map((arg) => arg.replaceAll('{dir}', folder));
  const { exitCode, stdout, stderr } = await run(['report', ...words], { now, ...io, env });
  return { exitCode, stdout, stderr: stderr.replaceAll(folder, '{dir}') };
}

async function jsonOf(folder: string, args: readonly string[], io: Io = {}): Promise<Figures> {
  const { exitCode, stdout, stderr } = await report(folder, [...args, '--json'], io);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.not.stringContaining('error') });
  return JSON.parse(stdout) as Figures;
}

const january = ['--month', '2026-01', '--tz', 'America/New_York'];
const januaryRange = { from: new Date('2026-01-01T05:00:00Z'), to: new Date('2026-02-01T05:00:00Z') };

/** Writes the sandbox's calls of December and January into files of the folder. */
async function writeCalls(folder: string): Promise<void> {
  const calls = sandbox.calls({ from: new Date('2025-12-01T00:00:00Z'), to: new Date('2026-02-10T00:00:00Z') });
  const csv = createCsvFormat();
  await writeFile(join(folder, 'calls.csv'), csv.head + csv.rows(calls));
  await writeFile(join(folder, 'calls.ndjson'), createNdjsonFormat().rows(calls));
}

describe('the page', () => {
  it('is one HTML file, and the summary names its source', async () => {
    await withFolder(async (folder) => {
      const { exitCode, stdout, stderr } = await report(folder, [...january, '--out', '{dir}/january.html']);
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
      expect(stderr).toMatch(/^Report of [\d,]+ calls \([\d,]+ rows\) written to \{dir\}\/january\.html\.$/m);
      expect(stderr).toContain('2026-01-01 00:00 EST (UTC-05:00) up to 2026-02-01 00:00 EST (UTC-05:00)');
      expect(await readdir(folder)).toEqual(expect.arrayContaining(['january.html']));
      expect((await readdir(folder)).filter((name) => name.includes('tmp'))).toEqual([]);
      expect(await readFile(join(folder, 'january.html'), 'utf8')).toMatch(/^<!doctype html>/i);
    });
  });

  it('goes to standard output with --out -', async () => {
    await withFolder(async (folder) => {
      const { exitCode, stdout } = await report(folder, [...january, '--out', '-', '--quiet']);
      expect({ exitCode, stdout: stdout.slice(0, 15).toLowerCase() }).toEqual({
        exitCode: 0,
        stdout: '<!doctype html>',
      });
    });
  });

  it('replaces a file only with --force, keeps its permissions, and follows a link to it', async () => {
    await withFolder(async (folder) => {
      const old = join(folder, 'old.html');
      await writeFile(old, 'precious', { mode: 0o640 });
      await symlink(old, join(folder, 'link.html'));
      const refused = await report(folder, [...january, '--out', '{dir}/link.html']);
      expect({ ...refused, text: await readFile(old, 'utf8') }).toMatchObject({ exitCode: 2, text: 'precious' });
      expect(refused.stderr).toBe(
        'error: {dir}/link.html exists. Choose another name, or replace the file with --force.\n',
      );
      expect((await report(folder, [...january, '--out', '{dir}/link.html', '--force'])).exitCode).toBe(0);
      expect(await readFile(old, 'utf8')).toMatch(/^<!doctype html>/i);
      expect((await stat(old)).mode & 0o777).toBe(0o640);
    });
  });

  it.each([
    ['a folder that does not exist', '{dir}/nowhere/january.html', 1, /the folder does not exist/],
    ['a folder', '{dir}/folder.html', 2, /is a folder/],
  ])('is refused before any request for %s', async (_, out, exitCode, message) => {
    await withFolder(async (folder) => {
      await mkdir(join(folder, 'folder.html'));
      const fetch = (): Promise<Response> => Promise.reject(new Error('no request is expected'));
      const outcome = await report(folder, [...january, '--out', out], { fetch });
      expect(outcome).toEqual({ exitCode, stdout: '', stderr: expect.stringMatching(message) });
    });
  });

  it('does not exist, and the exit code is 4, if calls are missing', async () => {
    await using lossy = await startSandbox({ from: '2026-01-01', to: '2026-02-01', calls: 500, now: now() });
    await withFolder(async (folder) => {
      const fetch: typeof globalThis.fetch = async (...args) => {
        const response = await globalThis.fetch(...args);
        const text = await response.text();
        const more = text.replace(/"total_items":(\d+)/, (_, total) => `"total_items":${Number(total) + 3}`);
        return new Response(more, { status: response.status, headers: { 'content-type': 'application/json' } });
      };
      const env = environmentOf(lossy, join(folder, 'state'));
      const outcome = await report(folder, ['--month', '2026-01', '--out', '{dir}/january.html'], { env, fetch });
      expect({ ...outcome, files: await readdir(folder) }).toEqual({
        ...{ exitCode: 4, stdout: '', files: ['state'] },
        stderr: expect.stringContaining('missing'),
      });
    });
  });

  it('does not exist if the run is interrupted', async () => {
    await withFolder(async (folder) => {
      const outcome = await report(folder, [...january, '--out', '{dir}/january.html'], {
        signal: AbortSignal.abort(),
      });
      expect(outcome).toMatchObject({ exitCode: 130, stderr: 'error: Interrupted; there is no report.\n' });
      expect(await readdir(folder)).not.toContain('january.html');
    });
  });
});

describe('the figures with --json', () => {
  it('are those of every call of the range, and say so', async () => {
    const truth = await makeFigures([{ calls: sandbox.calls(januaryRange) }], {
      ...{ range: januaryRange, timeZone: 'America/New_York' },
    });
    await withFolder(async (folder) => {
      const figures = await jsonOf(folder, january);
      const { basis } = figures;
      expect({ ...figures, basis: null }).toEqual({ ...truth, basis: null });
      expect(basis).toMatchObject({ ...{ source: 'api', complete: true }, stated: basis.rows, rows: truth.basis.rows });
      expect(basis).toMatchObject({ settledUntil: '2026-03-10T14:30:20Z', version: expect.stringMatching(/^\d/) });
    });
  });

  it('are printed in addition to the page, not instead of it', async () => {
    await withFolder(async (folder) => {
      await jsonOf(folder, [...january, '--out', '{dir}/january.html']);
      expect(await readdir(folder)).toContain('january.html');
    });
  });

  it('of --sandbox say that the calls are made up', async () => {
    await withFolder(async (folder) => {
      expect((await jsonOf(folder, [...january, '--sandbox'])).basis).toMatchObject({ source: 'sandbox' });
    });
  });

  it('list people in the order of --sort, and numbers whole with --show-numbers', async () => {
    await withFolder(async (folder) => {
      const { people, unanswered } = await jsonOf(folder, [...january, '--sort', 'missed', '--show-numbers']);
      const missed = people.map((person) => person.missed);
      expect(missed).toEqual(missed.toSorted((a, b) => b - a));
      expect(unanswered.callers[0]?.caller).toMatch(/^\+?\d{10,}$/);
      const shortened = await jsonOf(folder, january);
      expect(shortened.unanswered.callers.map(({ caller }) => caller)).toEqual(
        unanswered.callers.map(({ caller }) => `…${caller.slice(-4)}`),
      );
    });
  });
});

describe('an export with --in', () => {
  const noFetch = (): Promise<Response> => Promise.reject(new Error('no request is expected'));

  it.each(['calls.csv', 'calls.ndjson'])('%s leads to the figures of the account, without a request', async (name) => {
    await withFolder(async (folder) => {
      await writeCalls(folder);
      const ofAccount = await jsonOf(folder, january);
      const ofFile = await jsonOf(folder, [...january, '--in', `{dir}/${name}`], { fetch: noFetch });
      expect({ ...ofFile, basis: null }).toEqual({ ...ofAccount, basis: null });
      expect(ofFile.basis).toMatchObject({ source: 'file', name, complete: null, stated: null, settledUntil: null });
    });
  });

  it('needs no range, and covers the local days of its calls', async () => {
    await withFolder(async (folder) => {
      await writeCalls(folder);
      const { range } = await jsonOf(folder, ['--in', '{dir}/calls.ndjson'], { fetch: noFetch });
      expect(range).toMatchObject({ from: '2025-12-01T00:00:00Z', to: '2026-02-10T00:00:00Z' });
    });
  });

  it.each([
    ['{dir}/none.csv', 'error: {dir}/none.csv cannot be read: it does not exist. Name a file that'],
    ['{dir}/broken.ndjson', 'error: {dir}/broken.ndjson is not NDJSON: line 1 is not a whole JSON value. Export'],
  ])('that cannot be read is named, and no page is written: %s', async (file, message) => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'broken.ndjson'), '{"id":');
      const outcome = await report(folder, ['--in', file, '--out', '{dir}/page.html']);
      expect(outcome).toEqual({ exitCode: 2, stdout: '', stderr: expect.stringContaining(message) });
      expect(await readdir(folder)).toEqual(['broken.ndjson']);
    });
  });
});

describe('the span before with --compare previous', () => {
  it.each([
    [['--month', '2026-01'], '2025-12-01T05:00:00Z', '2026-01-01T05:00:00Z'],
    [['--day', '2026-01-05'], '2026-01-04T05:00:00Z', '2026-01-05T05:00:00Z'],
    [['--week', '2026-W02'], '2025-12-29T05:00:00Z', '2026-01-05T05:00:00Z'],
    [['--quarter', '2026-Q1'], '2025-10-01T04:00:00Z', '2026-01-01T05:00:00Z'],
    // Fourteen days before now: the clocks changed in between, and the time of day is the same.
    [['--last', '7d'], '2026-02-25T16:30:20Z', '2026-03-04T16:30:20Z'],
    [['--last', '24h'], '2026-03-09T15:30:20Z', '2026-03-10T15:30:20Z'],
    [['--from', '2026-03-09', '--to', '2026-03-11'], '2026-03-07T05:00:00Z', '2026-03-09T04:00:00Z'],
  ])('of %j ends where the range begins', async (args, from, to) => {
    await withFolder(async (folder) => {
      await writeCalls(folder);
      const flags = [...args, '--tz', 'America/New_York', '--compare', 'previous', '--in', '{dir}/calls.ndjson'];
      const { range, previous } = await jsonOf(folder, flags);
      expect(previous?.range).toMatchObject({ from, to });
      expect(range.from).toBe(to);
    });
  });

  it('is read from the account as well', async () => {
    await withFolder(async (folder) => {
      const [both, december] = [
        await jsonOf(folder, [...january, '--compare', 'previous']),
        await jsonOf(folder, ['--month', '2025-12', '--tz', 'America/New_York']),
      ];
      const { previous: _, ...figures } = december;
      expect(both.previous).toEqual(figures);
    });
  });

  it('of a range that has not ended comes with a warning', async () => {
    await withFolder(async (folder) => {
      const { stderr } = await report(folder, ['--month', 'this', '--compare', 'previous', '--json']);
      expect(stderr).toContain('warning: The range has not ended, so it is compared with a longer span');
      expect(stderr).toContain('may still be added');
    });
  });
});
