import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createReportsClient, type TokenStore } from '../../../src/index.ts';
import { startSandbox } from '../../../src/sandbox.ts';
import { createPostgresTokenStore } from '../../../src/tools/token-store/postgres-token-store.ts';
import { credentials, errorOf, granted, setUp, type SetUp, wrongPassword } from '../../core/auth/set-up.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { freePort } from '../../support/free-port.ts';
import { changeUrl, type PostgresServer, queryPostgres, startPostgres } from '../../support/postgres.ts';
import { describeProcesses } from './processes.ts';
import { access, describeSharedStore, key } from './shared-store.ts';

let server: PostgresServer;
let url: string;

beforeAll(async () => {
  server = await startPostgres();
});

beforeEach(async () => {
  url = await server.createSchema();
});

afterAll(() => server.stop());

const createStore = (): TokenStore => createPostgresTokenStore(url, { credentials });

/** A client of its own, as another process has it. */
function startClient(options: Parameters<typeof setUp>[0] = {}): SetUp {
  return setUp({ store: createStore(), autoAdvanceUpToMs: 1_000, ...options });
}

const neverAsked = (): never => {
  throw new Error('No request should have been made');
};

describeSharedStore('a PostgreSQL store', createStore);
describeProcesses('a PostgreSQL store', () => Promise.resolve(url));

describe('clients with one PostgreSQL store', () => {
  it('that start at once, ten of them, make one login and create the table once', async () => {
    await using sandbox = await startSandbox({ calls: 10 });
    const { accountId, baseUrl, tokenUrl, credentials: auth } = sandbox;
    const counts = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const tokenStore = createPostgresTokenStore(url, { credentials: auth, required: true });
        const client = createReportsClient({ accountId, auth, baseUrl, tokenUrl, tokenStore });
        const from = new Date(sandbox.clock.now().getTime() - 86_400_000);
        return (await client.callLogs.list({ from, to: sandbox.clock.now() })).totalItems;
      }),
    );
    expect(new Set(counts).size).toBe(1);
    expect(sandbox.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('all stop after the refused login of one', async () => {
    let others: Promise<Error>[] = [];
    const first = startClient({
      respond: (...request) => {
        others = Array.from({ length: 3 }, () => errorOf(startClient({ respond: neverAsked }).authorise()));
        return wrongPassword(...request);
      },
    });
    const error = await errorOf(first.authorise());
    for (const each of [error, ...(await Promise.all(others))]) {
      expect(each).toMatchObject({ code: 'authentication-refused' });
    }
    expect(others).toHaveLength(3);
    expect(first.requests).toHaveLength(1);
  });

  it('find the tokens of the one whose connection died in the middle of its login', async () => {
    const died = async (): Promise<Response> => {
      await endHolder();
      return granted(1);
    };
    const first = startClient({ respond: died });
    await expect(first.authorise()).resolves.toBe('token-1');
    expect(first.warnings).toEqual([]);
    const second = startClient();
    await expect(second.authorise()).resolves.toBe('token-1');
    expect(second.requests).toHaveLength(0);
  });

  it('make no second login while that of a lost connection is unanswered', async () => {
    let second: Error | undefined;
    const first = startClient({
      respond: async () => {
        await endHolder();
        second = await errorOf(startClient().authorise());
        return granted(1);
      },
    });
    await expect(first.authorise()).resolves.toBe('token-1');
    expect(second).toMatchObject({ code: 'network', problem: 'login-unanswered' });
    expect(first.requests).toHaveLength(1);
  });

  it('log in again after a change of the password, and keep the refused login of the old one', async () => {
    await startClient().authorise();
    const old = { ...credentials, password: 'mistyped' };
    const store = createPostgresTokenStore(url, { credentials: old });
    await errorOf(startClient({ store, auth: old, respond: wrongPassword }).authorise());
    const changed = startClient();
    await expect(changed.authorise()).resolves.toBe('token-1');
    expect(changed.warnings).toEqual([]);
    const again = startClient({ store, auth: old });
    await again.authoriser.reset();
    await again.authorise();
  });
});

/** Ends the session that holds the lock of a key, as a lost connection does. */
async function endHolder(): Promise<void> {
  const holders = await queryPostgres<{ ended: boolean }>(
    url,
    `select pg_terminate_backend(pid, 10000) as ended from pg_locks
      where locktype = 'advisory' and granted and pid <> pg_backend_pid()
        and database = (select oid from pg_database where datname = current_database())`,
  );
  expect(holders).toEqual([{ ended: true }]);
}

describe('the table of a PostgreSQL store', () => {
  it('contains no token, no secret and no user name, in any encoding', async () => {
    const tokens = { access_token: 'access-token-of-jane', refresh_token: 'refresh-token-of-jane' };
    await startClient({ respond: () => granted(1, tokens) }).authorise();
    const other = { ...credentials, username: 'joe.doe@example.com', password: 'other-password' };
    const store = createPostgresTokenStore(url, { credentials: other });
    await errorOf(startClient({ store, auth: other, respond: wrongPassword }).authorise());
    const rows = await queryPostgres<{ row: string }>(url, 'select vbc_tokens::text as row from vbc_tokens');
    expect(rows).toHaveLength(2);
    const dump = JSON.stringify(rows);
    const encodings = ['base64url', 'hex'] as const;
    const decoded = dump
      .split(/[^\w-]+/)
      .flatMap((word) => encodings.map((encoding) => Buffer.from(word, encoding).toString('latin1')));
    const { clientSecret, password, username } = credentials;
    const people = [password, username, other.password, other.username];
    for (const secret of [...Object.values(tokens), clientSecret, ...people]) {
      for (const text of [dump, ...decoded]) expect(text.toLowerCase()).not.toContain(secret.toLowerCase());
      for (const spelling of spellingsOf(secret)) expect(dump.toLowerCase()).not.toContain(spelling.toLowerCase());
    }
  });

  const damage: [what: string, statement: string][] = [
    ['with changed tokens', `encrypted_tokens = overlay(encrypted_tokens placing 'AAAAAAAA' from 75)`],
    ['cut short', `encrypted_tokens = left(encrypted_tokens, 60)`],
    ['of another release', `encrypted_tokens = '2' || substr(encrypted_tokens, 2)`],
    ['with refusals of a wrong shape', `logins = '{"refusals":[{"fingerprint":"x","at":"yesterday"}]}'`],
    ['with a list in place of logins', `logins = '[]'`],
  ];

  it.each(damage)('treats a row that is %s as missing, with a warning, and replaces it', async (_what, statement) => {
    await startClient().authorise();
    await queryPostgres(url, `update vbc_tokens set ${statement}`);
    const second = startClient();
    await expect(second.authorise()).resolves.toBe('token-1');
    expect(second.warnings).toMatchObject([
      { code: 'token-store', message: expect.stringContaining('The row is damaged or of another release') },
    ]);
    const third = startClient();
    await third.authorise();
    expect(third.requests).toHaveLength(0);
  });

  it('does not decrypt a row that was copied to another key', async () => {
    const store = createStore();
    await store.write(key, access);
    await queryPostgres(url, `update vbc_tokens set key = 'other'`);
    const error = await errorOf(store.read('other'));
    expect(error.message).toBe('The row is damaged or of another release');
  });

  it('does not decrypt tokens after a change of the password, and keeps the record of logins', async () => {
    await createStore().write(key, access);
    const changed = createPostgresTokenStore(url, { credentials: { ...credentials, password: 'changed' } });
    const { tokens: _tokens, ...logins } = access;
    await expect(changed.read(key)).resolves.toEqual(logins);
  });

  it('can be used by a user that may not create it', async () => {
    await createStore().write(key, access);
    const [{ schema } = { schema: '' }] = await queryPostgres<{ schema: string }>(
      url,
      'select current_schema() as schema',
    );
    const user = `reader_${crypto.randomUUID().replaceAll('-', '')}`;
    await queryPostgres(
      url,
      `create role ${user} login password 'reader'; grant usage on schema ${schema} to ${user};
        grant select, insert, update, delete on vbc_tokens to ${user}`,
    );
    try {
      const reader = createPostgresTokenStore(changeUrl(url, { user, password: 'reader' }), { credentials });
      await reader.write(key, access);
      await expect(reader.read(key)).resolves.toEqual(access);
    } finally {
      await queryPostgres(url, `drop owned by ${user}; drop role ${user}`);
    }
  });

  it('of another program is reported in one line', async () => {
    await queryPostgres(url, 'create table vbc_tokens (name text)');
    const error = await errorOf(createStore().read(key));
    expect(error.message).toMatch(/^postgres:\/\/.* reported an error: column "logins" does not exist/);
  });
});

/** A secret as hexadecimal digits, as base64 at each of its three offsets, and percent-encoded. */
function spellingsOf(secret: string): string[] {
  const offsets = ['', 'x', 'xx'].map((before) => {
    const encoded = Buffer.from(before + secret).toString('base64');
    return encoded.replaceAll('=', '').slice(before === '' ? 0 : before.length + 1, -2);
  });
  return [Buffer.from(secret).toString('hex'), encodeURIComponent(secret), ...offsets];
}

describe('the holder of the lock in a PostgreSQL store', () => {
  it('shows the server at intervals that it is alive', async () => {
    const clock = createFakeClock();
    const store = createPostgresTokenStore(url, { credentials, clock });
    await store.withLock(key, async () => {
      await clock.advance(5_000);
      let statement: string | undefined;
      while (statement !== 'select 1') {
        const [holder] = await queryPostgres<{ query: string }>(
          url,
          `select query from pg_locks join pg_stat_activity using (pid)
            where locktype = 'advisory' and granted and datname = current_database()`,
        );
        statement = holder?.query;
      }
    });
    expect(clock.pending).toBe(0);
  });

  it('is replaced when the server has ended its session', async () => {
    const order: string[] = [];
    await createStore().withLock(key, async () => {
      const next = createStore().withLock(key, async () => Promise.resolve(order.push('next')));
      order.push('first');
      await endHolder();
      await next;
    });
    expect(order).toEqual(['first', 'next']);
  });
});

describe('a PostgreSQL store that cannot be reached', () => {
  it('ends the sharing of tokens but not the run, and shows no password', async () => {
    const away = `postgres://vonage:secret-of-the-url@127.0.0.1:${await freePort()}/calls`;
    const client = startClient({ store: createPostgresTokenStore(away, { credentials }) });
    await expect(client.authorise()).resolves.toBe('token-1');
    const warnings = JSON.stringify(client.warnings);
    expect(warnings).toContain('No server listens at');
    expect(warnings).not.toContain('secret-of-the-url');
    expect(client.warnings).toHaveLength(3);
  });

  it('permits no login if it is required', async () => {
    const away = changeUrl(url, { password: 'wrong' });
    const client = startClient({ store: createPostgresTokenStore(away, { credentials, required: true }) });
    const error = await errorOf(client.authorise());
    expect(error).toMatchObject({ code: 'configuration', problem: 'store-unusable' });
    expect(client.requests).toHaveLength(0);
  });

  it('is noticed at once if its URL is wrong', () => {
    expect(() => createPostgresTokenStore('mysql://localhost/calls', { credentials })).toThrow(
      'The URL of the database is invalid',
    );
  });
});
