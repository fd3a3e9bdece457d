import { afterAll, describe, expect, it } from '@jest/globals';

import { startSandbox, type Sandbox, type SandboxSwitches } from '../../src/sandbox.ts';

import { callLogsUrl, fetchText, logIn, passwordForm, post, type Received } from './set-up.ts';

const running: Sandbox[] = [];
const MINUTE_MS = 60_000;

async function start(switches: Partial<SandboxSwitches> = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ calls: 10, switches });
  sandbox.clock.freeze();
  running.push(sandbox);
  return sandbox;
}

afterAll(async () => {
  await Promise.all(running.map((sandbox) => sandbox.stop()));
});

function read(sandbox: Sandbox, token: string): Promise<Received> {
  return fetchText(callLogsUrl(sandbox.baseUrl, sandbox.accountId), { Authorization: `Bearer ${token}` });
}

function refresh(sandbox: Sandbox, refreshToken: string): Promise<Received> {
  const { client_id = '', client_secret = '' } = passwordForm(sandbox);
  const form = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id, client_secret };
  return post(sandbox.tokenUrl, form);
}

function failLogin(sandbox: Sandbox): Promise<Received> {
  return post(sandbox.tokenUrl, { ...passwordForm(sandbox), password: 'wrong' });
}

async function lock(sandbox: Sandbox): Promise<Received> {
  for (let attempt = 0; attempt < sandbox.switches.failedLoginsUntilLock; attempt += 1) await failLogin(sandbox);
  return post(sandbox.tokenUrl, passwordForm(sandbox));
}

describe('the token endpoint', () => {
  it('both paths issue tokens (fact 2)', async () => {
    const sandbox = await start();
    const other = sandbox.tokenUrl.replace('/token', '/t/vbc.prod/oauth2/token');
    const answers = await Promise.all([sandbox.tokenUrl, other].map((url) => post(url, passwordForm(sandbox))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  it.each([
    ['either', 200, 200],
    ['form', 200, 401],
    ['basic', 401, 200],
  ] as const)(
    'client credentials are accepted as the switch says: %s (fact 2)',
    async (clientAuthentication, form, basic) => {
      const sandbox = await start({ clientAuthentication });
      const { client_id, client_secret, ...rest } = passwordForm(sandbox);
      const authorization = `Basic ${Buffer.from(`${client_id ?? ''}:${client_secret ?? ''}`).toString('base64')}`;
      expect((await post(sandbox.tokenUrl, passwordForm(sandbox))).status).toBe(form);
      expect((await post(sandbox.tokenUrl, rest, { Authorization: authorization })).status).toBe(basic);
    },
  );

  it('a user name without the realm @vbc.prod is refused (fact 5)', async () => {
    const sandbox = await start();
    const username = sandbox.credentials.username.replace('@vbc.prod', '');
    const { status, text } = await post(sandbox.tokenUrl, { ...passwordForm(sandbox), username });
    expect([status, JSON.parse(text)]).toMatchObject([400, { error: 'invalid_grant' }]);
  });

  it('a token without scope=openid is issued, and Reports refuses it with a bare 401 (fact 6)', async () => {
    const sandbox = await start();
    const token = await logIn(sandbox, { scope: '' });
    expect(token.scope).toBe('default');
    expect(await read(sandbox, token.access_token)).toMatchObject({ status: 401, text: '' });
  });

  it('client_credentials get a token, and Reports refuses it with a bare 401 (fact 4)', async () => {
    const sandbox = await start();
    const token = await logIn(sandbox, { grant_type: 'client_credentials' });
    expect(token.refresh_token).toBeUndefined();
    expect(await read(sandbox, token.access_token)).toMatchObject({ status: 401, text: '' });
  });

  it('an authorization code works once, with its redirect URI (fact 4)', async () => {
    const sandbox = await start();
    const { client_id = '', client_secret = '' } = passwordForm(sandbox);
    const redirect_uri = 'http://127.0.0.1:9/back';
    const query = new URLSearchParams({ response_type: 'code', client_id, redirect_uri, scope: 'openid', state: 's' });
    const { status, headers } = await fetchText(`${sandbox.authorizeUrl}?${query.toString()}`);
    const target = new URL(headers.location ?? '');
    expect([status, target.searchParams.get('state')]).toEqual([302, 's']);
    const code = target.searchParams.get('code') ?? '';
    const form = { grant_type: 'authorization_code', code, redirect_uri, client_id, client_secret };
    expect((await post(sandbox.tokenUrl, form)).status).toBe(200);
    expect((await post(sandbox.tokenUrl, form)).status).toBe(400);
  });

  it('access tokens last a day and refresh tokens a week (fact 8)', async () => {
    const sandbox = await start();
    const token = await logIn(sandbox);
    expect(token.expires_in).toBe(86_400);
    sandbox.clock.advance(86_399_000);
    expect((await read(sandbox, token.access_token)).status).not.toBe(401);
    sandbox.clock.advance(1_000);
    expect((await read(sandbox, token.access_token)).status).toBe(401);
    sandbox.clock.advance(518_399_000);
    expect((await refresh(sandbox, token.refresh_token)).status).toBe(200);
  });

  it('a refresh token works once and yields the next (fact 8)', async () => {
    const sandbox = await start();
    const { refresh_token: first } = await logIn(sandbox);
    const { refresh_token: second } = JSON.parse((await refresh(sandbox, first)).text) as { refresh_token: string };
    const again = await refresh(sandbox, first);
    expect([again.status, JSON.parse(again.text)]).toEqual([
      400,
      { error: 'invalid_grant', error_description: 'Persisted access token data not found' },
    ]);
    expect((await refresh(sandbox, second)).status).toBe(200);
  });

  it('the second of two refreshes at once can get a 500 (fact 8)', async () => {
    const sandbox = await start({ racingRefresh: 'server-error' });
    const { refresh_token: token } = await logIn(sandbox);
    const answers = await Promise.all([refresh(sandbox, token), refresh(sandbox, token)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 500]);
  });

  it('an earlier token stays valid when another is issued (fact 10)', async () => {
    const sandbox = await start();
    const first = await logIn(sandbox);
    const second = await logIn(sandbox);
    expect(second.access_token).not.toBe(first.access_token);
    expect((await read(sandbox, first.access_token)).status).toBe(200);
  });

  it('a login can return the same token with what is left of its life (fact 10)', async () => {
    const sandbox = await start({ repeatedLogin: 'same-token' });
    const first = await logIn(sandbox);
    sandbox.clock.advance(10 * MINUTE_MS);
    expect(await logIn(sandbox)).toMatchObject({ access_token: first.access_token, expires_in: 85_800 });
  });

  it('a wrong client gets 401 invalid_client (fact 12)', async () => {
    const sandbox = await start();
    const { status, text } = await post(sandbox.tokenUrl, { ...passwordForm(sandbox), client_secret: 'wrong' });
    expect([status, JSON.parse(text)]).toMatchObject([401, { error: 'invalid_client' }]);
  });

  it('an unknown grant type is refused', async () => {
    const sandbox = await start();
    const { status, text } = await post(sandbox.tokenUrl, { ...passwordForm(sandbox), grant_type: 'magic' });
    expect([status, JSON.parse(text)]).toMatchObject([400, { error: 'unsupported_grant_type' }]);
  });
});

describe('the lock of a user', () => {
  it('the fifth failure locks the user, even with the right password (fact 11)', async () => {
    const sandbox = await start();
    for (let attempt = 0; attempt < 4; attempt += 1) await failLogin(sandbox);
    expect((await post(sandbox.tokenUrl, passwordForm(sandbox))).status).toBe(200);
    expect((await lock(sandbox)).status).toBe(400);
  });

  it('the lock ends 30 minutes after the last attempt, and every attempt extends it (fact 11)', async () => {
    const sandbox = await start();
    await lock(sandbox);
    sandbox.clock.advance(29 * MINUTE_MS);
    expect((await post(sandbox.tokenUrl, passwordForm(sandbox))).status).toBe(400);
    sandbox.clock.advance(29 * MINUTE_MS);
    expect((await post(sandbox.tokenUrl, passwordForm(sandbox))).status).toBe(400);
    sandbox.clock.advance(30 * MINUTE_MS);
    expect((await post(sandbox.tokenUrl, passwordForm(sandbox))).status).toBe(200);
  });

  it.each([
    ['user-locked', /^17003 User account is locked/],
    ['max-attempts', /^17003:MaxAttemptsExceeded/],
    ['pre-authentication', /^17003 /],
    ['no-code', /^Authentication failed for /],
  ] as const)('the lock is worded as the switch says: %s (fact 11)', async (lockWording, wording) => {
    const { text } = await lock(await start({ lockWording }));
    const { error, error_description } = JSON.parse(text) as Record<string, string>;
    expect(error).toBe('invalid_grant');
    expect(error_description).toMatch(wording);
  });

  it('users are counted separately, and a lock leaves their tokens valid (fact 11)', async () => {
    const sandbox = await start();
    const token = await logIn(sandbox);
    const somebodyElse = { ...passwordForm(sandbox), username: 'else@vbc.prod' };
    for (let attempt = 0; attempt < 6; attempt += 1) await post(sandbox.tokenUrl, somebodyElse);
    expect((await post(sandbox.tokenUrl, passwordForm(sandbox))).status).toBe(200);
    await lock(sandbox);
    expect((await read(sandbox, token.access_token)).status).toBe(200);
    expect((await refresh(sandbox, token.refresh_token)).status).toBe(200);
  });
});
