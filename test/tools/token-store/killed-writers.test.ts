import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileTokenStore } from '../../../src/tools/token-store/file-token-store.ts';

const program = join(import.meta.dirname, 'write-and-die.ts');
const key = 'a1'.repeat(32);

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'killed-writers-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Has a process killed during a write, and returns the name of the temporary file that it leaves. */
async function killDuringWrite(ofKey = key): Promise<string> {
  const before = await readdir(folder);
  const child = spawn(process.execPath, ['--import', 'tsx', program, ofKey, folder]);
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  const [name = '', ...others] = (await readdir(folder)).filter((each) => !before.includes(each));
  expect([name.endsWith('.tmp'), others]).toEqual([true, []]);
  return name;
}

const write = () => createFileTokenStore({ folder }).write(key, { refusals: [] });

/** The names in the folder after the next write, except for the file itself. */
async function leftAfterWrite(): Promise<string[]> {
  await write();
  return (await readdir(folder)).filter((name) => name !== `${key}.json`);
}

describe('the temporary file of a killed writer', () => {
  it('is removed by the next write of the file', async () => {
    await killDuringWrite();
    await killDuringWrite();
    await expect(leftAfterWrite()).resolves.toEqual([]);
  });

  it('is removed with the file itself', async () => {
    await killDuringWrite();
    await createFileTokenStore({ folder }).write(key, undefined);
    await expect(readdir(folder)).resolves.toEqual([]);
  });

  it('is kept if the writer may be alive: a running process, or one on another machine', async () => {
    const name = await killDuringWrite();
    const [file = '', ending = '', pid = '', space = '', id = ''] = name.split('.');
    const alive = [file, ending, process.pid, space, id, 'tmp'].join('.');
    const elsewhere = [file, ending, pid, space.replaceAll(/./g, '0'), id, 'tmp'].join('.');
    await rename(join(folder, name), join(folder, alive));
    await writeFile(join(folder, elsewhere), '');
    await expect(leftAfterWrite()).resolves.toEqual([alive, elsewhere].sort());
  });

  it('is removed after a day if it is not known whether the writer lives, whatever its name', async () => {
    await write();
    const names = [`${key}.json.1.${'0'.repeat(16)}.an-id.tmp`, `${key}.json.an-id.tmp`];
    const dayAgo = Date.now() / 1000 - 86_400;
    for (const name of names) await writeFile(join(folder, name), '');
    for (const name of names) await utimes(join(folder, name), dayAgo + 60, dayAgo + 60);
    await expect(leftAfterWrite()).resolves.toEqual(names);
    for (const name of names) await utimes(join(folder, name), dayAgo - 60, dayAgo - 60);
    await expect(leftAfterWrite()).resolves.toEqual([]);
  });

  it('of another login is left to the next write of that login', async () => {
    const name = await killDuringWrite('b2'.repeat(32));
    await expect(leftAfterWrite()).resolves.toEqual([name]);
  });
});
