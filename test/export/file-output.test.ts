import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConfigurationError } from '../../src/errors/index.ts';
import { openFileOutput as open, OutputError } from '../../src/export/index.ts';
import { exampleJob } from './example-job.ts';

const openFileOutput = (target: string, options: { force?: boolean } = {}): ReturnType<typeof open> =>
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
