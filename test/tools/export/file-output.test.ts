import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CallLog } from '../../../src/call-logs/call-log.ts';
import { ConfigurationError } from '../../../src/core/errors/index.ts';
import { findLeftBehind, openFileOutput as open, OutputError } from '../../../src/tools/export/index.ts';
import { exampleCall } from './example-call.ts';
import { exampleJob } from './example-job.ts';

const openFileOutput = (target: string, options: { force?: boolean; resume?: boolean } = {}): ReturnType<typeof open> =>
  open(target, { ...options, job: exampleJob });

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vbc-reports-'));
  path = join(folder, 'calls.csv');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('a file output', () => {
  it('carries the final name only when it is finished', async () => {
    const output = await openFileOutput(path);
    await output.write('a\r\n', []);
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^calls\.csv\.[0-9a-f]{8}\.part$/)]);
    await output.write('b\r\n', []);
    await output.finish();
    expect(await readdir(folder)).toEqual(['calls.csv']);
    expect(await readFile(path, 'utf8')).toBe('a\r\nb\r\n');
  });

  it('leaves nothing when it is abandoned', async () => {
    const output = await openFileOutput(path);
    await output.write('a', []);
    await output.abandon();
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses an existing file at once, and replaces it when forced', async () => {
    await writeFile(path, 'precious');
    await expect(openFileOutput(path)).rejects.toThrow(ConfigurationError);
    expect(await readdir(folder)).toEqual(['calls.csv']);

    const output = await openFileOutput(path, { force: true });
    await output.write('new', []);
    expect(await readFile(path, 'utf8')).toBe('precious');
    await output.finish();
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  it('keeps the permissions of the file that it replaces', async () => {
    await writeFile(path, 'precious');
    await chmod(path, 0o600);
    const output = await openFileOutput(path, { force: true });
    await output.finish();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('does not overwrite a file that came in the meantime, and keeps the complete rows', async () => {
    const output = await openFileOutput(path);
    await output.write('all rows', []);
    await writeFile(path, 'precious');
    await expect(output.finish()).rejects.toThrow(/meanwhile; the complete export is in .*\.part\.$/);
    await output.abandon();
    expect(await readFile(path, 'utf8')).toBe('precious');
    const kept = (await readdir(folder)).find((name) => name.endsWith('.part'));
    expect(await readFile(join(folder, kept ?? ''), 'utf8')).toBe('all rows');
  });

  it('replaces what a link leads to, not the link', async () => {
    const link = join(folder, 'latest.csv');
    await writeFile(path, 'old');
    await symlink(path, link);
    const output = await openFileOutput(link, { force: true });
    await output.write('new', []);
    await output.finish();
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readFile(link, 'utf8')).toBe('new');
  });

  it.each([
    ['a folder', tmpdir(), 'is a folder'],
    ['a device', '/dev/null', 'is not a file'],
  ])('refuses %s, forced or not', async (_what, target, text) => {
    await expect(openFileOutput(target, { force: true })).rejects.toThrow(text);
    await expect(openFileOutput(target)).rejects.toThrow(ConfigurationError);
  });

  it('says in words why a path cannot be written', async () => {
    const missing = openFileOutput(join(folder, 'no', 'calls.csv'));
    await expect(missing).rejects.toThrow(OutputError);
    await expect(missing).rejects.toThrow(/^Cannot write .*calls\.csv: the folder does not exist \(ENOENT\)\.$/);
  });
});

function callAt(start: string, id: string): CallLog {
  return { ...exampleCall, id, start: `2026-03-08 ${start}` };
}

function march(from: string, to: string): { from: Date; to: Date } {
  return { from: new Date(`2026-03-${from}Z`), to: new Date(`2026-03-${to}Z`) };
}

/** Of which nothing was handed out from 9 March on. */
const tail = { windows: [{ from: new Date('2026-03-09'), to: new Date('2026-04-01') }] };

describe('a file output that is abandoned', () => {
  it('keeps the rows with a note, and goes on before, between and after them', async () => {
    const windows = [march('01T00:00:00', '08T00:00:00'), march('08T02:00:00', '08T03:00:00'), ...tail.windows];
    const output = await openFileOutput(path);
    await output.write('head\r\n', []);
    await output.write('b\r\n', [callAt('01:00:00', 'b')]);
    await output.write('d\r\n', [callAt('04:00:00', 'd')]);
    expect(await output.abandon({ windows })).toMatchObject({ path: `${path}.partial`, calls: 2 });
    expect((await readdir(folder)).sort()).toEqual(['calls.csv.partial', 'calls.csv.partial.json']);

    const resumed = await openFileOutput(path, { resume: true });
    expect(resumed.earlier).toMatchObject({ calls: 2, resume: { windows: { length: 3 } } });
    await resumed.write('a\r\n', [{ ...exampleCall, start: '2026-03-02 00:00:00' }]);
    await resumed.write('c\r\n', [callAt('02:30:00', 'c')]);
    await resumed.write('e\r\n', [{ ...exampleCall, start: '2026-03-20 00:00:00' }]);
    await resumed.finish();
    expect(await readFile(path, 'utf8')).toBe('head\r\na\r\nb\r\nc\r\nd\r\ne\r\n');
    expect(await readdir(folder)).toEqual(['calls.csv']);
  });

  it('after a failed write keeps what stands before the second in which it failed', async () => {
    const output = await openFileOutput(path);
    await output.write('head\r\n', []);
    await output.write('a\r\n', [callAt('01:00:00', 'a')]);
    await output.write('b\r\nc\r\n', [callAt('02:00:00', 'b'), callAt('03:00:00', 'c')]);
    await output.write('d\r\n', [callAt('03:00:00', 'd')]);
    const kept = await output.abandon({ ...tail, from: new Date('2026-03-08T03:00:00Z') });
    expect(await readFile(`${path}.partial`, 'utf8')).toBe('head\r\na\r\n');
    expect(kept).toMatchObject({
      calls: 1,
      resume: { windows: [{ from: '2026-03-08T02:00:00.000Z', to: '2026-04-01T00:00:00.000Z' }] },
    });
  });

  it('leaves what an earlier one kept as it was when it has nothing to add', async () => {
    const output = await openFileOutput(path);
    await output.write('a\r\n', [callAt('01:00:00', 'a')]);
    const kept = await output.abandon(tail);
    const note = await readFile(`${path}.partial.json`, 'utf8');
    expect(await (await openFileOutput(path, { resume: true })).abandon(tail)).toEqual(kept);
    expect(await readFile(`${path}.partial.json`, 'utf8')).toBe(note);
  });

  it('keeps nothing when it is not known what is missing', async () => {
    const output = await openFileOutput(path);
    await output.write('a\r\n', [callAt('01:00:00', 'a')]);
    expect(await output.abandon()).toBeUndefined();
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('the files that killed exports have left', () => {
  it('are those of this target that nobody has written to for ten minutes', async () => {
    for (const name of ['calls.csv.0123abcd.part', 'calls.csv.part', 'other.csv.0123abcd.part']) {
      await writeFile(join(folder, name), '');
    }
    const inMinutes = (minutes: number): Date => new Date(Date.now() + minutes * 60_000);
    expect(await findLeftBehind(path, inMinutes(9))).toEqual([]);
    expect(await findLeftBehind(path, inMinutes(11))).toEqual([join(folder, 'calls.csv.0123abcd.part')]);
    expect(await findLeftBehind(join(folder, 'nowhere', 'calls.csv'), new Date())).toEqual([]);
  });
});
