import { spawnSync } from 'node:child_process';
import { mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import fc from 'fast-check';
import { createPostgresStore, StoreError } from '../../../../src/tools/sync/index.ts';
import { draws } from '../../../support/draws.ts';
import { freePort } from '../../../support/free-port.ts';
import { changeUrl, type LocalPostgresServer, queryPostgres, startLocalPostgres } from '../../../support/postgres.ts';
import { account, callAt, replace } from '../sample-calls.ts';

let server: LocalPostgresServer;
let url: string;
/** The name of the database in messages. */
let name: string;

beforeAll(async () => {
  server = await startLocalPostgres();
  url = await server.createDatabase();
  const { host, pathname } = new URL(url);
  name = `postgres://${host}${pathname}`;
  await queryPostgres(
    url,
    `create role guest login password 'secret-of-the-guest';
      create role outsider nologin password 'secret-of-the-guest';
      create role crowd login password 'secret-of-the-guest' connection limit 0`,
  );
});

afterAll(async () => {
  await server.stop();
});

/** Opens a store and returns the error of it, without anything that must not be seen. */
async function errorOf(storeUrl: string): Promise<StoreError> {
  const store = createPostgresStore(storeUrl);
  const error: unknown = await store.open(account).catch((reason: unknown) => reason);
  await store.close();
  if (!(error instanceof StoreError)) throw new Error('the store was opened');
  const shown = [error.message, error.hint, error.stack, JSON.stringify(error), String(error.cause)].join(' ');
  for (const secret of ['secret-of', 'secret%2Dof', 'guest', 'outsider']) expect(shown).not.toContain(secret);
  return error;
}

describe('a database that cannot be used', () => {
  const asGuest = (): string => changeUrl(url, { user: 'guest', password: 'secret-of-the-guest' });
  const withOptions = (options: string): string => `${url}?options=${encodeURIComponent(options)}`;

  test.each<[string, () => string, StoreError['code'], (name: string) => string]>([
    [
      'a wrong password',
      () => changeUrl(url, { password: 'another-secret-of-the-tests' }),
      'refused',
      (at) => `${at} refused the user or the password`,
    ],
    [
      'a wrong password among the parameters',
      () => `${url}?password=another-secret%2Dof-the-tests`,
      'refused',
      (at) => `${at} refused the user or the password`,
    ],
    [
      'no password',
      () => changeUrl(url, { password: '' }),
      'refused',
      (at) => `${at} refused the user or the password`,
    ],
    [
      'a user that may not log in',
      () => changeUrl(url, { user: 'outsider', password: 'secret-of-the-guest' }),
      'refused',
      (at) => `${at} refuses this user`,
    ],
    ['a user that may not create tables', asGuest, 'refused', (at) => `The user of ${at} lacks a permission`],
    [
      'a database that does not exist',
      () => changeUrl(url, { database: 'nowhere' }),
      'unavailable',
      (at) => `The database ${at.replace(/[^/]*$/, 'nowhere')} does not exist`,
    ],
    [
      'too many connections',
      () => changeUrl(url, { user: 'crowd', password: 'secret-of-the-guest' }),
      'unavailable',
      (at) => `${at} accepts no more connections`,
    ],
    [
      'a database that is read-only',
      () => withOptions('-cdefault_transaction_read_only=on'),
      'refused',
      (at) => `${at} is read-only`,
    ],
    [
      'statements that may not take long',
      () => withOptions('-cstatement_timeout=1'),
      'failed',
      (at) => `${at} cancelled a statement`,
    ],
    [
      'a schema that does not exist',
      () => withOptions('-csearch_path=nowhere'),
      'unavailable',
      (at) => `No schema of the search_path exists in ${at}`,
    ],
    ['a server without TLS', () => `${url}?ssl=true`, 'unavailable', (at) => `${at} does not support TLS`],
    [
      'certificates that cannot be read',
      () => `${url}?sslrootcert=/nowhere/ca.pem`,
      'unavailable',
      (at) => `The URL of ${at} has invalid parameters`,
    ],
  ])('%s', async (_case, storeUrl, code, message) => {
    const error = await errorOf(storeUrl());
    expect([error.code, error.message]).toEqual([code, message(name)]);
    expect(error.hint).toMatch(/\.$/);
  });

  test('no server at the port', async () => {
    const port = await freePort();
    const error = await errorOf(`postgres://guest:secret-of-the-guest@127.0.0.1:${port}/calls`);
    expect([error.code, error.message]).toEqual([
      'unavailable',
      `No server listens at postgres://127.0.0.1:${port}/calls`,
    ]);
  });

  test('a socket that does not exist', async () => {
    const error = await errorOf('postgres://guest:secret-of-the-guest@/calls?host=/nowhere');
    expect([error.code, error.message]).toEqual(['unavailable', 'No server listens at postgres:///nowhere/calls']);
  });

  test('an encoding that cannot hold every name', async () => {
    await queryPostgres(url, `create database ascii encoding 'SQL_ASCII' template template0`);
    const error = await errorOf(changeUrl(url, { database: 'ascii' }));
    expect(error.message).toMatch(/ has the encoding SQL_ASCII, which cannot hold every name$/);
  });

  test('a table of one of our names that another user hides', async () => {
    const hidden = await server.createDatabase();
    await queryPostgres(hidden, 'create table calls (mine int); grant create on schema public to guest');
    const error = await errorOf(changeUrl(hidden, { user: 'guest', password: 'secret-of-the-guest' }));
    expect(error).toMatchObject({ code: 'foreign' });
    expect(error.message).toMatch(
      / has another program's table or view with one of the names that vbc-reports uses, and this user cannot see it$/,
    );
  });

  test('packages that are not installed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vbc-reports-'));
    const source = join(import.meta.dirname, '../../../../src/tools/sync/postgres/store.ts');
    const contents = `import { createPostgresStore } from ${JSON.stringify(source)};
      const { code, message, hint } = await createPostgresStore('postgres://localhost/calls').open({}).catch((error) => error);
      console.log(JSON.stringify({ code, message, hint }));`;
    const outfile = join(folder, 'program.mjs');
    const stdin = { contents, resolveDir: import.meta.dirname };
    await build({ stdin, outfile, bundle: true, external: ['pg', 'pg-copy-streams'], platform: 'node', format: 'esm' });
    const { stdout } = spawnSync(process.execPath, [outfile], { encoding: 'utf8' });
    await rm(folder, { recursive: true });
    expect(JSON.parse(stdout)).toEqual({
      code: 'package',
      message: 'PostgreSQL needs the packages pg and pg-copy-streams, which are not installed',
      hint: 'Install them: npm install pg pg-copy-streams',
    });
  });
});

describe('the name of a store', () => {
  test.each([
    ['postgres://user:password@db.example.com/calls', 'postgres://db.example.com/calls'],
    ['postgresql://db.example.com:5432/calls?sslmode=require', 'postgres://db.example.com/calls'],
    ['postgres://user@db.example.com:6432/calls?password=x', 'postgres://db.example.com:6432/calls'],
    ['postgres://user:p@ss@[::1]/calls', 'postgres://[::1]/calls'],
    ['postgres://user:password@/calls?host=/var/run/postgresql', 'postgres:///var/run/postgresql/calls'],
    ['postgres://user:password@/calls', 'postgres://localhost/calls'],
    ['postgres:///calls', 'postgres://localhost/calls'],
    ['postgres://%2Fvar%2Frun/calls', 'postgres:///var/run/calls'],
    ['postgres://user:password@db.example.com', 'postgres://db.example.com'],
  ])('%s becomes %s', (storeUrl, expected) => {
    expect(createPostgresStore(storeUrl).name).toBe(expected);
  });

  test('no password is shown, however it is written', () => {
    const piece = fc.constantFrom('#', '/', '?', '@', ':', '%', '%23', '=', '&', ' ', '1', 'é', '\\', '[', ']');
    const password = fc
      .array(piece, { maxLength: 6 })
      .map((pieces) => `${pieces.slice(0, 2).join('')}S3cret${pieces.slice(2).join('')}`);
    const write = fc.constantFrom(
      (text: string) => `postgres://user:${text}@db.example.com/calls`,
      (text: string) => `postgres://user:${encodeURIComponent(text)}@db.example.com/calls`,
      (text: string) => `postgres://user@db.example.com/calls?password=${text}`,
      (text: string) => `postgres://user@db.example.com?sslmode=require&password=${encodeURIComponent(text)}`,
      (text: string) => `user:${text}@db.example.com/calls`,
    );
    fc.assert(
      fc.property(password, write, (text, format) => {
        expect(shownOf(format(text))).not.toContain('S3cret');
      }),
      { numRuns: draws(500, 20_000) },
    );
  });
});

/** The name of a store, or the error of its URL. */
function shownOf(storeUrl: string): string {
  try {
    return createPostgresStore(storeUrl).name;
  } catch (error) {
    const { code, message, hint, stack } = error as StoreError;
    expect([code, message]).toEqual(['unavailable', 'The URL of the database is invalid']);
    return `${String(hint)} ${String(stack)} ${JSON.stringify(error)}`;
  }
}

describe('several processes', () => {
  test('a second writer of an account is told who holds it', async () => {
    const [one, other] = [createPostgresStore(url), createPostgresStore(url)];
    await one.open(account);
    const error: unknown = await other.open(account).catch((reason: unknown) => reason);
    await one.close();
    const holder = `vbc-reports on ${hostname().slice(0, 30)}, process ${process.pid}`;
    expect((error as Error).message.replace(/\d{4}-.*Z$/, 'TIME')).toBe(
      `Another process writes to account 913874 in ${name}: ${holder}, from 127.0.0.1, since TIME`,
    );
    expect((error as StoreError).hint).toMatch(/^Wait until it has ended\. If it hangs, end its session: select pg_/);
    await (await other.open(account)).release();
    await other.close();
  });

  test('processes share the work on the accounts of a new store', async () => {
    const at = await server.createSchema();
    const ids = ['1', '2', '3', '4'];
    const stores = ids.map(() => createPostgresStore(at));
    await Promise.all(
      stores.map(async (store, place) => {
        const opened = await store.open({ id: ids[place] ?? '', timeZone: 'UTC' });
        await replace(opened, [callAt('09:00:00'), callAt('10:00:00')]);
        await store.close();
      }),
    );
    const rows = await queryPostgres(at, 'select account_id, count(*)::int as calls from calls group by 1 order by 1');
    expect(rows).toEqual(ids.map((id) => ({ account_id: id, calls: 2 })));
  });

  test('tables in two schemas of a database have locks of their own', async () => {
    const stores = [createPostgresStore(await server.createSchema()), createPostgresStore(await server.createSchema())];
    for (const store of stores) await store.open(account);
    for (const store of stores) await store.close();
  });
});

describe('a server that stops working in the middle', () => {
  let at: string;
  beforeEach(async () => {
    at = await server.createSchema();
  });

  test('a session that the server ends is an error, and what was written stays', async () => {
    const store = createPostgresStore(at);
    const opened = await store.open(account);
    await replace(opened, [callAt('09:00:00')]);
    const stage = await opened.stage();
    await stage.add([callAt('10:00:00')]);
    await queryPostgres(
      at,
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'vbc-reports%'`,
    );
    const replacement = { window: day, absent: 'delete' as const, coverage: () => [], at: day.to };
    await expect(stage.commit(replacement)).rejects.toMatchObject({ code: 'failed' });
    await stage.discard();
    await store.close();
    expect(await (await store.open(account)).count(day)).toBe(1);
    await store.close();
  });

  test('a server that was restarted between two runs makes no difference', async () => {
    const store = createPostgresStore(at);
    const opened = await store.open(account);
    await replace(opened, [callAt('09:00:00')], { coverage: () => coverage });
    await opened.release();
    expect(await store.coverageOf(account.id)).toEqual(coverage);

    await server.halt('fast');
    await expect(store.coverageOf(account.id)).rejects.toThrow(`${store.name} ended the connection`);
    await expect(store.coverageOf(account.id)).rejects.toThrow(`No server listens at ${store.name}`);
    await expect(store.open(account)).rejects.toThrow(`No server listens at ${store.name}`);

    await server.start();
    expect(await store.coverageOf(account.id)).toEqual(coverage);
    expect(await (await store.open(account)).count(day)).toBe(1);
    await store.close();
  });

  test('a full disk is an error, and what was written stays', async () => {
    const store = createPostgresStore(at);
    const opened = await store.open(account);
    const [file] = await queryPostgres<{ path: string }>(
      at,
      `select current_setting('data_directory') || '/' || pg_relation_filepath('calls') as path`,
    );
    // The first block of the empty table is written to a device that is always full.
    const path = file?.path ?? '';
    await rename(path, `${path}.kept`);
    await symlink('/dev/full', path);
    const full = `The disk of the server is full: ${store.name}`;
    await expect(replace(opened, [callAt('09:00:00')], { coverage: () => coverage })).rejects.toThrow(full);
    await rm(path);
    await rename(`${path}.kept`, path);
    // The session still has the device open in place of the file.
    await opened.release();
    const again = await store.open(account);
    expect(await again.coverage()).toEqual([]);
    await replace(again, [callAt('09:00:00')], { coverage: () => coverage });
    expect(await again.coverage()).toEqual(coverage);
    await store.close();
  });
});

const day = { from: new Date('2026-03-02T00:00:00Z'), to: new Date('2026-03-03T00:00:00Z') };
const coverage = [{ ...day, agreedAt: day.to, settled: true, wasSettled: true }];
