import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthoriser } from '../../../src/core/auth/authoriser.ts';
import type { TokenStore } from '../../../src/core/auth/token-store.ts';
import { createEmit, type WarningEvent } from '../../../src/core/events.ts';
import { createFileTokenStore, defaultFolder } from '../../../src/tools/token-store/file-token-store.ts';
import { credentials, patient, setUp, wrongPassword, errorOf } from '../../core/auth/set-up.ts';
import { createFakeClock, settle } from '../../support/fake-clock.ts';
import { describeProcesses } from './processes.ts';
import { access, describeSharedStore, key } from './shared-store.ts';

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

describeSharedStore('a file store', () => createFileTokenStore({ folder }));
describeProcesses('a file store', () => Promise.resolve(folder));

describe('the file store', () => {
  it('lets only the user read: folder 0700, file 0600, even if they were looser before', async () => {
    await store.write(key, access);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    await chmod(file(), 0o644);
    await store.write(key, access);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  it('leaves no other file in the folder', async () => {
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
    ['with unanswered logins of a wrong shape', '{"version":1,"unanswered":{"at":1}}'],
    ['with a time beyond all dates', '{"version":1,"refusals":[{"fingerprint":"x","at":1e300,"locked":true}]}'],
  ])('rejects a file that is %s, without quoting it', async (_what, text) => {
    await store.write(key, access);
    await writeFile(file(), text);
    const error = await errorOf(store.read(key));
    expect(error.message).toBe('The file is damaged or of another release');
  });
});

describe('a client with a file store', () => {
  it('warns of a damaged file, logs in once, and replaces it', async () => {
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

  it('continues with a warning if it cannot write', async () => {
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
  it('is taken over once by many who find it stale at the same time', async () => {
    await store.write(key, access);
    const own = await store.withLock(key, () => readFile(file('lock'), 'utf8'));
    await writeFile(file('lock'), own.replace(/^\d+/, '999999999'));
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

  it('that was taken over meanwhile is left to its new holder', async () => {
    await store.withLock(key, () => writeFile(file('lock'), 'the new holder'));
    await expect(readFile(file('lock'), 'utf8')).resolves.toBe('the new holder');
  });
});

describe('the folder of the file store', () => {
  const home = (): string => '/jane';
  const noHome = (): string => {
    throw new Error('A system error occurred: uv_os_homedir returned ENOENT');
  };

  it('is in $XDG_STATE_HOME, also for a user without a home', () => {
    const environment = { XDG_STATE_HOME: '/var/state' };
    expect(defaultFolder({ environment, platform: 'linux', home })).toBe('/var/state/vbc-reports');
    expect(defaultFolder({ environment, platform: 'linux', home: noHome })).toBe('/var/state/vbc-reports');
  });

  it.each([undefined, '', 'relative/path'])('is in ~/.local/state when that is %p', (stateHome) => {
    const environment = { XDG_STATE_HOME: stateHome };
    expect(defaultFolder({ environment, platform: 'linux', home })).toBe('/jane/.local/state/vbc-reports');
  });

  it('is in the local profile on Windows', () => {
    const environment = { LOCALAPPDATA: '/users/jane/local' };
    expect(defaultFolder({ environment, platform: 'win32', home })).toBe('/users/jane/local/vbc-reports');
    expect(defaultFolder({ environment: {}, platform: 'win32', home })).toBe('/jane/AppData/Local/vbc-reports');
  });

  it.each([noHome, () => ''])('says what to set for a user without a home', (without) => {
    expect(() => defaultFolder({ environment: {}, platform: 'linux', home: without })).toThrow('set XDG_STATE_HOME');
  });

  it('lets a client without a home run without sharing', async () => {
    const folderless = createFileTokenStore({
      folder: () => defaultFolder({ environment: {}, platform: 'linux', home: noHome }),
    });
    const { authorise, warnings } = setUp({ store: folderless });
    await expect(authorise()).resolves.toBe('token-1');
    expect(warnings[0]?.message).toContain('set XDG_STATE_HOME');
  });
});

describe('a required file store', () => {
  it('permits no login if a file has the name of its folder, and says what to do', async () => {
    await writeFile(folder, 'not a folder');
    const required = createFileTokenStore({ folder, required: true });
    const { authorise, requests } = setUp({ store: required, autoAdvanceUpToMs: 1_000 });
    const error = await errorOf(authorise());
    expect(error).toMatchObject({ code: 'configuration', problem: 'store-unusable' });
    expect(error.message).toContain('XDG_STATE_HOME');
    expect(requests).toHaveLength(0);
  });
});
