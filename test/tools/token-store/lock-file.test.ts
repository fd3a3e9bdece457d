import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lstat, mkdir, mkdtemp, readFile, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLockFile } from '../../../src/tools/token-store/lock-file.ts';
import { createFakeClock, settle, type FakeClock } from '../../support/fake-clock.ts';
import { errorOf } from '../../core/auth/set-up.ts';

let folder: string;
let path: string;
let clock: FakeClock;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-file-'));
  path = join(folder, 'a.lock');
  // Waits pass by themselves, a heartbeat by `advance`.
  clock = createFakeClock({ startMs: Date.now(), autoAdvanceUpToMs: 1_000 });
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** The content of a lock that this code writes: the process's id, its space, and a random id. */
async function ownHolder(): Promise<string[]> {
  const text = await withLockFile(path, () => readFile(path, 'utf8'), { clock });
  return text.split(' ');
}

/** The time that a process waits for the lock, in milliseconds of its clock. */
async function waitFor(): Promise<number> {
  const startedAt = clock.now();
  await withLockFile(path, () => Promise.resolve(), { clock });
  return clock.now() - startedAt;
}

describe('the lock of a process that has died', () => {
  it('is taken over at once if the process can be checked', async () => {
    const [, space = ''] = await ownHolder();
    await writeFile(path, `999999999 ${space} some-id`);
    await expect(waitFor()).resolves.toBe(0);
  });

  it.each([
    ['of another machine', async () => `999999999 ${(await ownHolder())[1]?.replace(/^[^/]+/, 'other') ?? ''} some-id`],
    [
      'of another container with the same host name: its process ids mean other processes',
      async () => `999999999 ${(await ownHolder())[1] ?? ''}0 some-id`,
    ],
    ['of a process whose id is in use again', async () => `${process.pid} ${(await ownHolder())[1] ?? ''} some-id`],
    ['that is empty, as a full disk or a kill leaves it', () => Promise.resolve('')],
    ['with other content', () => Promise.resolve('{"x":1}')],
  ])('%s is taken over after 30 s without a change', async (_what, holder) => {
    await writeFile(path, await holder());
    await expect(waitFor()).resolves.toBe(30_000);
    await expect(readdir(folder)).resolves.toEqual([]);
  });

  it.each([
    ['the past', -86_400_000],
    ['the future', 10 * 365 * 86_400_000],
  ])('is taken over after 30 s when it is dated in %s: clocks may be wrong', async (_when, offsetMs) => {
    await writeFile(path, '1 another-machine some-id');
    const time = (clock.now() + offsetMs) / 1000;
    await utimes(path, time, time);
    await expect(waitFor()).resolves.toBe(30_000);
  });

  it('that is a symbolic link to nowhere is taken over after 30 s', async () => {
    await symlink(join(folder, 'nowhere'), path);
    await expect(waitFor()).resolves.toBe(30_000);
    await expect(readdir(folder)).resolves.toEqual([]);
  });

  it('is taken over after another 30 s if a process died while it took the lock over', async () => {
    await writeFile(path, '1 another-machine some-id');
    await writeFile(`${path}.takeover`, '');
    await utimes(`${path}.takeover`, 9e9, 9e9);
    await expect(waitFor()).resolves.toBe(60_000);
    await expect(readdir(folder)).resolves.toEqual([]);
  });
});

describe('the lock of a living process', () => {
  it('is never taken over, whatever its clock says and however long it is held', async () => {
    const holder = '1 another-machine some-id';
    await writeFile(path, holder);
    const entered: string[] = [];
    const leaving = new AbortController();
    const waiting = withLockFile(path, () => Promise.resolve(entered.push('in')), { clock, signal: leaving.signal });
    const failed = errorOf(waiting);
    for (let beat = 0; beat < 5; beat += 1) {
      const until = clock.now() + 20_000;
      while (clock.now() < until) await settle(1);
      // The holder's clock runs backwards, a year behind.
      const time = (clock.now() - 365 * 86_400_000) / 1000 - beat;
      await utimes(path, time, time);
    }
    expect(entered).toEqual([]);
    leaving.abort(new Error('enough'));
    expect((await failed).message).toBe('enough');
    await expect(readFile(path, 'utf8')).resolves.toBe(holder);
  });

  it('shows a sign of life every five seconds, and none after its end', async () => {
    let finish: () => void = () => undefined;
    const held = withLockFile(path, () => new Promise<void>((resolve) => (finish = resolve)), { clock });
    while (clock.pending === 0) await settle(1);
    const { mtimeMs } = await lstat(path);
    await clock.advance(5_000);
    while ((await lstat(path)).mtimeMs === mtimeMs) await settle(1);
    finish();
    await held;
    expect(clock.pending).toBe(0);
  });
});

describe('a process that waits for a lock', () => {
  it('stops with the reason of its signal', async () => {
    await writeFile(path, '1 another-machine some-id');
    const leaving = new AbortController();
    const waiting = errorOf(withLockFile(path, () => Promise.resolve(), { clock, signal: leaving.signal }));
    await settle(3);
    leaving.abort(new Error('enough'));
    expect((await waiting).message).toBe('enough');
    await settle(20);
    expect(clock.pending).toBe(0);
  });

  it('fails at once if the lock can be neither created nor read', async () => {
    await mkdir(path);
    await expect(waitFor()).rejects.toMatchObject({ code: 'EISDIR' });
    await expect(withLockFile(join(folder, 'missing', 'a.lock'), () => Promise.resolve())).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});
