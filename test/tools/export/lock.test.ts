import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConfigurationError } from '../../../src/core/errors/index.ts';
import { acquireLock } from '../../../src/tools/export/lock.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vbc-reports-'));
  path = join(folder, 'lock');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** The lock of another process of this computer. */
async function lockOf(pid: number): Promise<void> {
  const own = await acquireLock(path, 'calls.csv');
  const content = JSON.parse(await readFile(path, 'utf8')) as object;
  await own.release();
  await writeFile(path, JSON.stringify({ ...content, pid, id: 'another' }));
}

function deadProcess(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

describe('a lock', () => {
  it('is held by one at a time, and free again when it is released', async () => {
    const lock = await acquireLock(path, 'calls.csv');
    expect(await lock.isHeld()).toBe(true);
    await expect(acquireLock(path, 'calls.csv')).rejects.toThrow(ConfigurationError);
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
    await (await acquireLock(path, 'calls.csv')).release();
  });

  it('of a dead process is taken over', async () => {
    await lockOf(deadProcess());
    const lock = await acquireLock(path, 'calls.csv');
    expect(await lock.isHeld()).toBe(true);
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('that a process was killed over while it wrote it is taken over', async () => {
    await writeFile(path, '{"ho');
    const lock = await acquireLock(path, 'calls.csv');
    expect(await lock.isHeld()).toBe(true);
    await lock.release();
  });

  it('is held by one only of those that take it over at once', async () => {
    await lockOf(deadProcess());
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => acquireLock(path, 'calls.csv')));
    const taken = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const held = await Promise.all(taken.map((lock) => lock.isHeld()));
    expect(held.filter(Boolean)).toHaveLength(1);
    for (const lock of taken) await lock.release();
  });

  it.each([
    ['of a process that runs', () => lockOf(process.ppid)],
    ['of a process of another computer', () => writeFile(path, '{"host":"elsewhere","pid":1}')],
  ])('%s is respected, until it was not refreshed for two minutes', async (_what, make) => {
    await make();
    await expect(acquireLock(path, 'calls.csv')).rejects.toThrow(
      /^Another export to calls\.csv is running.* delete .*lock\.$/,
    );
    for (const minutes of [-3, 3]) {
      await rm(path, { force: true });
      await make();
      const changed = new Date(Date.now() + minutes * 60_000);
      await utimes(path, changed, changed);
      const lock = await acquireLock(path, 'calls.csv');
      await lock.release();
    }
  });

  it('that another has taken is not released', async () => {
    const lock = await acquireLock(path, 'calls.csv');
    await writeFile(path, '{"host":"elsewhere","pid":1}');
    expect(await lock.isHeld()).toBe(false);
    await lock.release();
    expect(await readFile(path, 'utf8')).toContain('elsewhere');
  });
});
