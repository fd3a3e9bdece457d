import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { chmod, mkdir, open, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createDuckDBStore, type Store, type StoreError, type StoreReader } from '../../../src/tools/sync/index.ts';
import { buildChild } from './build-child.ts';
import { createDuckDBPlace } from './duckdb-place.ts';
import { stepOf, takeStep } from './kill-steps.ts';
import { account, callAt, day, replace } from './sample-calls.ts';

const driver = createRequire(import.meta.url).resolve('@duckdb/node-api');

describe('a DuckDB file that cannot be used', () => {
  let place: Awaited<ReturnType<typeof createDuckDBPlace>>;
  let store: Store & StoreReader;

  beforeEach(async () => {
    place = await createDuckDBPlace();
    store = place.store();
  });

  afterEach(async () => {
    await store.close();
    await place.remove();
  });

  async function errorOf(work: () => Promise<unknown>): Promise<StoreError> {
    const error = await work().then(
      () => undefined,
      (reason: unknown) => reason as StoreError,
    );
    if (error === undefined) throw new Error('there was no error');
    expect(error.message).not.toContain('\n');
    return error;
  }

  const opening = (path = place.path): Promise<StoreError> => errorOf(() => createDuckDBStore(path).open(account));

  /** Makes a store with a call. */
  async function fill(): Promise<void> {
    await replace(await store.open(account), [callAt('09:00:00')]);
    await store.close();
  }

  async function storedCalls(): Promise<number> {
    const opened = await store.open(account);
    return await opened.count(day);
  }

  test('in a folder that does not exist', async () => {
    expect(await opening(join(place.path, '..', 'nowhere', 'calls.duckdb'))).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('does not exist, or its folder does not') as unknown,
    });
  });

  test('a file that does not exist is not created by reading', async () => {
    const error = await errorOf(() => store.accounts());
    expect(error.code).toBe('unavailable');
    expect(await readdir(dirname(place.path))).toEqual([]);
  });

  test('a folder', async () => {
    await mkdir(place.path);
    expect(await opening()).toMatchObject({
      code: 'unavailable',
      message: `${place.path} is a folder, not a DuckDB file`,
    });
  });

  test.each([
    ['a text file', 'id,start\n1,2026-03-02 09:00:00\n'],
    ['an empty file', ''],
  ])('%s is not touched', async (_case, contents) => {
    await writeFile(place.path, contents);
    expect(await opening()).toMatchObject({ code: 'unavailable', message: `${place.path} is not a DuckDB file` });
    expect(await readFile(place.path, 'utf8')).toBe(contents);
  });

  test('a file with damaged blocks', async () => {
    await fill();
    const { size } = await stat(place.path);
    const file = await open(place.path, 'r+');
    await file.write(Buffer.alloc(size - 12_288, 7), 0, size - 12_288, 12_288);
    await file.close();
    expect(await opening()).toMatchObject({ code: 'unavailable', message: `${place.path} is damaged` });
  });

  test('a file that was cut short', async () => {
    await fill();
    await truncate(place.path, 20_000);
    expect((await opening()).code).toBe('unavailable');
  });

  test('a file of a newer version of DuckDB', async () => {
    // Only a newer DuckDB could write one, so its message is made here.
    const message =
      'Trying to read a database file with version number 99, but we can only read versions between 64 and 67.';
    const DuckDBInstance = { fromCache: () => Promise.reject(new Error(message)) };
    await fill();
    const newer = createDuckDBStore(place.path, { load: () => Promise.resolve({ DuckDBInstance } as never) });
    expect(await errorOf(() => newer.open(account))).toMatchObject({
      code: 'version',
      hint: 'Update the package: npm install @duckdb/node-api@latest',
    });
  });

  test('without its driver', async () => {
    const load = (): Promise<never> => Promise.reject(new Error("Cannot find package '@duckdb/node-api'"));
    expect(await errorOf(() => createDuckDBStore(place.path, { load }).open(account))).toMatchObject({
      code: 'package',
      hint: 'Install it: npm install @duckdb/node-api',
    });
  });

  test('twice in one process', async () => {
    await store.open(account);
    expect(await opening()).toMatchObject({ code: 'locked', message: `${place.path} is already open in this process` });
    const reader = createDuckDBStore(place.path);
    expect((await errorOf(() => reader.accounts())).code).toBe('locked');
    // The first one is not disturbed.
    expect(await store.accounts()).toEqual([account]);
  });

  test('while another process has it, which is named', async () => {
    await fill();
    const program = `const { DuckDBInstance } = require(${JSON.stringify(driver)});
      DuckDBInstance.create(${JSON.stringify(place.path)}).then((instance) => {
        globalThis.instance = instance;
        console.log('open');
        setInterval(() => {}, 1000);
      });`;
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const error = await opening();
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    expect(error).toMatchObject({ code: 'locked' });
    expect(error.message).toContain(`(PID ${child.pid ?? ''})`);
    expect(await storedCalls()).toBe(1);
  });

  test('without permission to write, while others may read it', async () => {
    await fill();
    await chmod(place.path, 0o444);
    await chmod(dirname(place.path), 0o755);
    const isRoot = process.getuid?.() === 0;
    // Root may write everywhere.
    if (isRoot) process.seteuid?.(65_534);
    try {
      expect(await opening()).toMatchObject({
        code: 'refused',
        message: `${place.path} cannot be opened: permission denied`,
      });
      expect(await store.accounts()).toEqual([account]);
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  test('files that a killed process has left beside it are removed', async () => {
    await fill();
    for (const left of ['new-1', 'spool-2']) await writeFile(`${place.path}.${left}`, 'x');
    await writeFile(`${place.path}.backup`, 'x');
    await store.open(account);
    expect((await readdir(dirname(place.path))).filter((name) => !name.endsWith('.wal')).sort()).toEqual([
      'calls.duckdb',
      'calls.duckdb.backup',
    ]);
  });

  test('only its owner can read a spool file, and it is removed', async () => {
    const opened = await store.open(account);
    const stage = await opened.stage();
    await stage.add([callAt('09:00:00')]);
    const [spool = ''] = (await readdir(dirname(place.path))).filter((name) => name.includes('.spool-'));
    expect((await stat(join(dirname(place.path), spool))).mode & 0o777).toBe(0o600);
    await stage.commit({ window: day, absent: 'delete', coverage: () => [], at: day.to });
    await (await opened.stage()).add([callAt('09:00:00')]);
    await store.close();
    expect(await readdir(dirname(place.path))).toEqual(['calls.duckdb']);
  });

  test('a spool that cannot be written is an error of the store', async () => {
    const opened = await store.open(account);
    const stage = await opened.stage();
    await rename(dirname(place.path), `${dirname(place.path)}.away`);
    const error = await errorOf(() => stage.add([callAt('09:00:00')]));
    await rename(`${dirname(place.path)}.away`, dirname(place.path));
    expect(error.code).toBe('unavailable');
  });

  test('a call that DuckDB refuses is not quoted, and the store stays as it was', async () => {
    await fill();
    const opened = await store.open(account);
    const calls = [callAt('10:00:00'), callAt('11:00:00', { id: null, from: '17325550100' })];
    const error = await errorOf(() => replace(opened, calls));
    expect(error).toMatchObject({ code: 'failed' });
    expect(error.cause).toBeUndefined();
    expect(error.message).not.toContain('17325550100');
    expect(await opened.count(day)).toBe(1);
  });

  test('on a full disk, no written call is lost', async () => {
    const program = await buildChild();
    const script = 'ulimit -f 900 && exec "$0" "$1" full "$2"';
    const { stdout } = spawnSync('bash', ['-c', script, process.execPath, program, place.path], { encoding: 'utf8' });
    await rm(program);
    const lines = stdout.trim().split('\n');
    expect(lines).toContain(`failed: ${place.path} cannot be written: the disk is full, or its quota is used up`);
    const opened = await store.open({ id: '913874', timeZone: 'UTC' });
    const steps = lines.filter((line) => /^\d+$/.test(line)).length;
    expect(steps).toBeGreaterThan(1);
    expect([steps, steps + 1]).toContain(stepOf(await opened.coverage()));
    await takeStep(opened, steps + 2);
  });
});
