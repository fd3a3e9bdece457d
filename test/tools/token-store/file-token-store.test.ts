import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmod, mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthoriser } from '../../../src/core/auth/authoriser.ts';
import type { StoredAccess, TokenStore } from '../../../src/core/auth/token-store.ts';
import { createEmit, type WarningEvent } from '../../../src/core/events.ts';
import { createFileTokenStore } from '../../../src/node.ts';
import { credentials, patient, setUp, wrongPassword, errorOf } from '../../core/auth/set-up.ts';
import { createFakeClock, settle } from '../../support/fake-clock.ts';

const key = 'a1'.repeat(32);

const access: StoredAccess = {
  tokens: { accessToken: 'token-1', refreshToken: 'refresh-1', renewAt: 1, expiresAt: 2, scope: 'openid' },
  refusals: [{ fingerprint: 'ff', at: 3, locked: true, status: 400, faultCode: 'invalid_grant' }],
};

let folder: string;
let store: TokenStore;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'token-store-')), 'vbc-reports');
  store = createFileTokenStore({ folder });
});

afterEach(async () => {
  await rm(join(folder, '..'), { recursive: true, force: true });
});

const file = (ending = 'json'): string => join(folder, `${key}.${ending}`);

describe('the file store', () => {
  it('keeps, replaces and removes, also for another store of the same folder', async () => {
    await expect(store.read(key)).resolves.toBeUndefined();
    await store.write(key, access);
    await expect(createFileTokenStore({ folder }).read(key)).resolves.toEqual(access);
    await store.write(key, { refusals: [] });
    await expect(store.read(key)).resolves.toEqual({ refusals: [] });
    await store.write(key, undefined);
    await expect(store.read(key)).resolves.toBeUndefined();
    await store.write(key, undefined);
  });

  it('lets the user alone read: folder 0700, file 0600, also where it was looser', async () => {
    await store.write(key, access);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    await chmod(file(), 0o644);
    await store.write(key, access);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  it('leaves nothing beside the file', async () => {
    await store.withLock(key, () => store.write(key, access));
    await expect(readdir(folder)).resolves.toEqual([`${key}.json`]);
  });

  it('never names a file outside its folder', async () => {
    await expect(store.write('../elsewhere', access)).rejects.toThrow(TypeError);
    await expect(store.read('a/b')).rejects.toThrow(TypeError);
  });

  it.each([
    ['cut', '{"version":1,"tok'],
    ['empty', ''],
    ['of another release', '{"version":2}'],
    ['a list', '[]'],
    ['with tokens of a wrong shape', '{"version":1,"tokens":{"accessToken":7}}'],
    ['with refusals of a wrong shape', '{"version":1,"refusals":[{"fingerprint":"x","at":"yesterday"}]}'],
    ['with a time beyond all dates', '{"version":1,"refusals":[{"fingerprint":"x","at":1e300,"locked":true}]}'],
  ])('rejects a file that is %s, without quoting it', async (_what, text) => {
    await store.write(key, access);
    await writeFile(file(), text);
    const error = await errorOf(store.read(key));
    expect(error.message).toBe('The file is damaged or of another release');
  });
});

describe('a client with a file store', () => {
  it('warns of a damaged file, logs in once, and mends it', async () => {
    const first = setUp({ store });
    await first.authorise();
    const [name = ''] = await readdir(folder);
    await writeFile(join(folder, name), 'not json');
    const second = setUp({ store, autoAdvanceUpToMs: 1_000 });
    await expect(second.authorise()).resolves.toBe('token-1');
    expect(second.warnings.map(({ code }) => code)).toEqual(['token-store']);
    const third = setUp({ store });
    await third.authorise();
    expect(third.requests).toHaveLength(0);
  });

  it('finds the refused login of an earlier process, and makes none', async () => {
    const first = setUp({ store, respond: wrongPassword });
    await errorOf(first.authorise());
    const second = setUp({ store: createFileTokenStore({ folder }) });
    await expect(second.authorise()).rejects.toMatchObject({ code: 'authentication-refused' });
    expect(second.requests).toHaveLength(0);
    await second.authoriser.reset();
    await expect(second.authorise()).resolves.toBe('token-1');
  });

  it('puts no password, client secret or name into the file or its name', async () => {
    const good = setUp({ store });
    await good.authorise();
    await errorOf(setUp({ store, respond: wrongPassword, auth: { ...credentials, username: 'joe' } }).authorise());
    const names = await readdir(folder);
    const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    const all = [...names, ...texts].join('\n');
    expect(names).toHaveLength(2);
    for (const secret of [credentials.password, credentials.clientSecret, 'jane', 'joe'])
      expect(all).not.toContain(secret);
  });

  it('goes on with a warning where it cannot write', async () => {
    await writeFile(join(folder, '..', 'a-file'), '');
    const warnings: WarningEvent[] = [];
    const context = {
      tokenUrl: 'https://api.example.com/token',
      fetch: () => Promise.resolve(Response.json({ access_token: 'token-1' })),
      clock: createFakeClock(),
      random: () => 0.5,
      store: createFileTokenStore({ folder: join(folder, '..', 'a-file', 'below') }),
      emit: createEmit({ warning: (event) => warnings.push(event) }),
      timeoutMs: 60_000,
      retry: { maxAttempts: 6, maxRetryAfterMs: 120_000 },
    };
    await expect(createAuthoriser(credentials, context).authorise(patient())).resolves.toBe('token-1');
    expect(warnings[0]?.code).toBe('token-store');
  });
});

describe('the lock of the file store', () => {
  it('lets one holder in at a time, over several stores, also after one failed', async () => {
    let inside = 0;
    let most = 0;
    const hold = (number: number): Promise<void> =>
      createFileTokenStore({ folder }).withLock(key, async () => {
        inside += 1;
        most = Math.max(most, inside);
        await settle(3);
        inside -= 1;
        if (number === 2) throw new Error('failed inside');
      });
    const ends = await Promise.allSettled([1, 2, 3, 4].map(hold));
    expect(most).toBe(1);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    await expect(readdir(folder)).resolves.toEqual([]);
  });

  it('of a process that is gone is taken over at once', async () => {
    await store.write(key, access);
    await writeFile(file('lock'), `999999999 ${hostname()} some-id`);
    await expect(store.withLock(key, () => Promise.resolve('in'))).resolves.toBe('in');
  });

  it('is taken over once by many who find it stale at the same time', async () => {
    await store.write(key, access);
    await writeFile(file('lock'), `999999999 ${hostname()} some-id`);
    let inside = 0;
    let most = 0;
    const hold = (): Promise<void> =>
      createFileTokenStore({ folder }).withLock(key, async () => {
        inside += 1;
        most = Math.max(most, inside);
        await settle(3);
        inside -= 1;
      });
    await Promise.all(Array.from({ length: 8 }, hold));
    expect(most).toBe(1);
    await expect(readdir(folder)).resolves.toEqual([`${key}.json`]);
  });

  it.each([
    ['of another machine', '1 another-machine some-id'],
    ['that was never written', ''],
    ['of a process that lives but is silent', `${process.pid} ${hostname()} some-id`],
  ])('%s is waited for, and taken over after 30 s of silence', async (_what, holder) => {
    const clock = createFakeClock({ startMs: Date.now() });
    const patientStore = createFileTokenStore({ folder, clock });
    await store.write(key, access);
    await writeFile(file('lock'), holder);
    await utimes(file('lock'), clock.now() / 1000, clock.now() / 1000);

    const entered: string[] = [];
    const held = patientStore.withLock(key, () => {
      entered.push('in');
      return Promise.resolve();
    });
    while (clock.pending === 0) await settle(1);
    await clock.advance(29_000);
    expect(entered).toEqual([]);
    while (entered.length === 0) {
      await clock.advance(50);
      await settle(1);
    }
    await held;
    expect(clock.pending).toBe(0);
  });

  it('is kept alive while the work goes on', async () => {
    const clock = createFakeClock({ startMs: Date.now() });
    let finish: () => void = () => undefined;
    const held = createFileTokenStore({ folder, clock }).withLock(
      key,
      () => new Promise<void>((resolve) => (finish = resolve)),
    );
    while (clock.pending === 0) await settle(1);
    const before = (await stat(file('lock'))).mtimeMs;
    await clock.advance(5_000);
    while ((await stat(file('lock'))).mtimeMs <= before) await settle(1);
    finish();
    await held;
    expect(clock.pending).toBe(0);
  });

  it('that was taken over meanwhile is left to its new holder', async () => {
    await store.withLock(key, () => writeFile(file('lock'), 'the new holder'));
    await expect(readFile(file('lock'), 'utf8')).resolves.toBe('the new holder');
  });
});
