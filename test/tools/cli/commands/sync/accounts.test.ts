import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../../../../src/sandbox.ts';
import type { CliIo } from '../../../../../src/tools/cli/terminal/reporter.ts';
import { run, withFolder } from '../../run.ts';
import { eventsIn, withBench } from './bench.ts';

const named = { env: 'A_NAME' };

/** A file that is wrong, and what is said about it after its path. */
const wrongFiles: readonly (readonly [what: string, document: unknown, message: string])[] = [
  ['not JSON', '{"accounts": [', ' is not valid JSON'],
  [
    'not JSON, with a secret in it',
    '{"accounts": [{"id": "1", "password": "hunter2" "name": "a"}]}',
    ' is not valid JSON',
  ],
  ['a list', [], ' has no list "accounts"'],
  ['without accounts', {}, ' has no list "accounts"'],
  ['with no account', { accounts: [] }, ' lists no account'],
  ['with another field', { accounts: [], version: 1 }, ' has an unknown field "version"'],
  ['with an account that is a string', { accounts: ['913874'] }, ', accounts[0] is not an object'],
  [
    'with an account without an id',
    { accounts: [{ id: '1' }, {}] },
    ', accounts[1]: "id" must be the numeric account id as a string. Write "id": "913874".',
  ],
  [
    'with an id that is a number',
    { accounts: [{ id: 913874 }] },
    ', accounts[0]: "id" must be the numeric account id as a string',
  ],
  [
    'with an id that is a name',
    { accounts: [{ id: 'self' }] },
    ', accounts[0]: "id" must be the numeric account id as a string',
  ],
  ['with an account twice', { accounts: [{ id: '1' }, { id: '2' }, { id: '1' }] }, ' has account 1 twice'],
  [
    'with an unknown field of an account',
    { accounts: [{ id: '1', clientID: named }] },
    ', account 1 has an unknown field "clientID". Fields are id, name, timeZone, clientId, clientSecret, username and password.',
  ],
  [
    'with an empty name',
    { accounts: [{ id: '1', name: '' }] },
    ', account 1: "name" must be a string that is not empty',
  ],
  [
    'with a zone that does not exist',
    { accounts: [{ id: '1', timeZone: 'Mars/Olympus' }] },
    ', account 1: "Mars/Olympus" is not a time zone. Write a name such as America/New_York.',
  ],
  [
    'with a password in it',
    { accounts: [{ id: '1', password: 'hunter2' }] },
    ', account 1, password is written in the file itself. Name the variable or the file that holds it: { "env": "A_PASSWORD" } or { "file": "/run/secrets/a" }. If it is a secret that others could see, change it.',
  ],
  [
    'with a client secret in it',
    { accounts: [{ id: '1', clientSecret: 'hunter2' }] },
    ', account 1, clientSecret is written in the file itself',
  ],
  [
    'with a user name in it',
    { accounts: [{ id: '1', username: 'hunter2' }] },
    ', account 1, username is written in the file itself',
  ],
  [
    'with a credential in a list',
    { accounts: [{ id: '1', password: ['hunter2'] }] },
    ', account 1, password must be { "env": … } or { "file": … }, with one name',
  ],
  [
    'with a credential of another kind',
    { accounts: [{ id: '1', password: { value: 'hunter2' } }] },
    ', account 1, password must be { "env": … } or { "file": … }, with one name',
  ],
  [
    'with a credential named twice',
    { accounts: [{ id: '1', password: { env: 'A', file: 'b' } }] },
    ', account 1, password must be { "env": … } or { "file": … }, with one name',
  ],
  [
    'with a credential without a name',
    { accounts: [{ id: '1', password: { env: '' } }] },
    ', account 1, password must be { "env": … } or { "file": … }, with one name',
  ],
];

describe('an accounts file', () => {
  it.each(wrongFiles)('is refused before any request: %s', async (_what, document, message) => {
    await withBench(async (bench) => {
      const path = await bench.accounts(document);
      const fetch = (): Promise<Response> => Promise.reject(new Error('no request is expected'));
      const { exitCode, stdout, stderr } = await bench.sync(['--accounts', path], { fetch });
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr.replace(path, '')).toMatch(/^error: [^\n]*\n$/);
      expect(stderr).toContain(`error: ${path}${message}`);
      expect(stderr).not.toContain('hunter2');
    });
  });

  it('is refused if it cannot be read', async () => {
    await withBench(async (bench) => {
      const { exitCode, stderr } = await bench.sync(['--accounts', bench.path('none.json')]);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 2,
        stderr: `error: Cannot read the accounts file ${bench.path('none.json')} (ENOENT). Check --accounts.\n`,
      });
    });
  });
});

describe('several accounts', () => {
  const ids = ['100001', '100002', '100003'];
  let sandboxes: readonly Sandbox[] = [];

  beforeAll(async () => {
    const options = { from: '2025-01-01', to: '2026-01-01', calls: 300, now: '2025-12-10T15:00:00Z' };
    sandboxes = await Promise.all(
      ids.map((accountId, place) => startSandbox({ ...options, accountId, seed: place + 1 })),
    );
    for (const sandbox of sandboxes) sandbox.clock.freeze();
  });

  afterAll(async () => {
    for (const sandbox of sandboxes) await sandbox.stop();
  });

  /** One address for all accounts: a request goes to the sandbox of its account, a login to that of its user. */
  const toSandboxes: NonNullable<CliIo['fetch']> = (url, init) => {
    const isFor = (sandbox: Sandbox): boolean =>
      url.includes(`/accounts/${sandbox.accountId}/`) || String(init.body).includes(`user${sandbox.accountId}`);
    const sandbox = sandboxes.find(isFor);
    if (sandbox === undefined) return Promise.resolve(new Response('', { status: 404 }));
    const { pathname, search } = new URL(url);
    const body = String(init.body).replace(`user${sandbox.accountId}`, 'jane');
    return fetch(`${new URL(sandbox.baseUrl).origin}${pathname}${search}`, init.body ? { ...init, body } : init);
  };

  const env = (folder: string): Record<string, string> => ({
    XDG_STATE_HOME: folder,
    VBC_CLIENT_ID: 'sandbox-client',
    VBC_CLIENT_SECRET: 'sandbox-secret',
    VBC_PASSWORD: 'sandbox-password',
    VBC_BASE_URL: 'http://127.0.0.1:1/t/vbc.prod/reports',
    VBC_TOKEN_URL: 'http://127.0.0.1:1/token',
    USER_1: 'user100001@example.com@vbc.prod',
    USER_2: 'user100002@example.com@vbc.prod',
    WRONG: 'not-the-password',
    BROKEN: 'password\r',
  });

  const accounts = [
    { id: '100001', name: 'Head office', timeZone: 'America/New_York', username: { env: 'USER_1' } },
    { id: '100002', username: { env: 'USER_2' } },
    { id: '100003', name: 'Branch', username: { file: 'user-3' } },
  ];

  async function syncAll(list: readonly unknown[], args: readonly string[] = []) {
    return await withFolder(async (folder) => {
      const path = (name: string): string => `${folder}/${name}`;
      await writeFile(path('user-3'), 'user100003@example.com@vbc.prod\n');
      const placed = JSON.stringify({ accounts: list }).replaceAll('"user-3"', JSON.stringify(path('user-3')));
      await writeFile(path('accounts.json'), placed);
      const now = (): Date => new Date('2025-12-10T15:00:00Z');
      const io = { env: env(folder), now, fetch: toSandboxes };
      const outcome = await run(
        ['sync', '--to', path('calls.duckdb'), '--accounts', path('accounts.json'), ...args],
        io,
      );
      return { ...outcome, stderr: outcome.stderr.replaceAll(folder, '{dir}') };
    });
  }

  it('are brought up to date side by side, with a line for each and the totals', async () => {
    const { exitCode, stdout, stderr } = await syncAll(accounts, ['--tz', 'Europe/London']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
    const lines = stderr
      .replaceAll(/\d+ (?=added|requests)/g, 'N ')
      .trim()
      .split('\n');
    expect(lines.slice(0, 3).sort()).toEqual([
      '100001 (Head office): N added; N requests; settled until 2025-12-09 09:00 EST (UTC-05:00)',
      '100002: N added; N requests; settled until 2025-12-09 14:00 GMT (UTC+00:00)',
      '100003 (Branch): N added; N requests; settled until 2025-12-09 14:00 GMT (UTC+00:00)',
    ]);
    expect(lines.slice(3)).toEqual([
      '3 of 3 accounts are up to date in {dir}/calls.duckdb.',
      '  changes  N added',
      '  work     N requests, 3 logins',
      '  time     0 ms',
    ]);
  });

  it('do not stop each other: a failed one is named with its reason, and the exit code is 4', async () => {
    const list = [
      { ...accounts[0], password: { env: 'WRONG' } },
      accounts[1],
      { id: '100003', username: { env: 'NONE' } },
    ];
    const { exitCode, stderr } = await syncAll(list, ['--parallel', '1']);
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/^error: 100001 \(Head office\): .*refused.*$/m);
    expect(stderr).toMatch(/^100002: \d+ added; /m);
    expect(stderr).toContain(
      'error: 100003: {dir}/accounts.json, account 100003, username: the environment variable NONE is not set.\n',
    );
    expect(stderr).toContain('1 of 3 accounts is up to date in {dir}/calls.duckdb.\n');
    expect(stderr).toContain('  not      100001 (Head office) and 100003; see above\n');
  });

  it.each([
    ['that cannot be read', { file: '/nowhere/secret' }, 'cannot read the file /nowhere/secret (ENOENT).'],
    ['with a line break inside', { env: 'BROKEN' }, 'VBC_PASSWORD ends with a carriage return.'],
  ])('fail without affecting the others for a secret %s', async (_what, password, message) => {
    const list = [{ ...accounts[0], password }, accounts[1]];
    const { exitCode, stderr } = await syncAll(list);
    expect(exitCode).toBe(4);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^100002: \d+ added; /m);
  });

  it('that all fail alike end with the exit code of their failure', async () => {
    const list = accounts.slice(0, 2).map((account) => ({ ...account, password: { env: 'WRONG' } }));
    expect((await syncAll(list)).exitCode).toBe(3);
  });

  it('do not use a token of the environment instead of their own credentials', async () => {
    const { exitCode } = await syncAll(accounts.slice(0, 1), ['--quiet']);
    expect(exitCode).toBe(0);
  });

  it('are told apart in JSON', async () => {
    const list = [accounts[0], { ...accounts[1], password: { env: 'WRONG' } }];
    const outcome = await syncAll(list, ['--json', '--parallel', '1']);
    const summary = eventsIn(outcome).at(-1);
    expect(summary).toMatchObject({
      ...{ event: 'summary', status: 'failed', exitCode: 4 },
      accounts: [
        { account: '100001', name: 'Head office', status: 'done', exitCode: 0 },
        { account: '100002', name: null, status: 'failed', exitCode: 3, error: { code: 'authentication-refused' } },
      ],
    });
  });

  it('can be tried in sandboxes, each with calls of its own', async () => {
    const { exitCode, stderr } = await withFolder(async (folder) => {
      await writeFile(`${folder}/accounts.json`, JSON.stringify({ accounts: [{ id: '1' }, { id: '2' }] }));
      const args = ['--sandbox', '--accounts', `${folder}/accounts.json`, '--since', '7d'];
      return await run(['sync', '--to', `${folder}/calls.duckdb`, ...args], { env: {} });
    });
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^sandbox-1: \d+ added/m);
    expect(stderr).toMatch(/^sandbox-2: \d+ added/m);
  });
});
