import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { FetchLike } from '../../../../src/core/http/attempt.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../../src/sandbox.ts';
import { createFastClock } from '../../../support/fast-clock.ts';
import { environmentOf, type Outcome, run, withFolder } from '../run.ts';

type Environment = Record<string, string>;

interface Report {
  readonly status: string;
  readonly exitCode: number;
  readonly error?: { readonly code: string; readonly message: string };
  readonly steps: readonly { readonly name: string; readonly status: string; readonly detail: string }[];
  readonly survey: {
    readonly calls: number;
    readonly differences: readonly Record<string, unknown>[];
    readonly pageCountKey: string;
    readonly pageSize: { readonly asked: number; readonly used: number };
    readonly order: string;
    readonly goesBack: { readonly days: number; readonly orMore: boolean };
    readonly failures: readonly string[];
  } | null;
  readonly logins: number;
}

interface Given {
  readonly sandbox?: SandboxOptions;
  /** Settings that differ from the sandbox's. */
  readonly env?: (sandbox: Sandbox) => Environment;
  readonly fetch?: FetchLike;
  readonly args?: readonly string[];
  /** The waits between attempts pass fast. */
  readonly isFast?: boolean;
  /** Done before the doctor comes. */
  readonly before?: (sandbox: Sandbox, env: Environment) => Promise<unknown>;
}

interface Diagnosed extends Outcome {
  readonly report: Report;
  readonly sandbox: Sandbox;
  /** Requests to the token endpoint that the doctor made. */
  readonly logins: number;
}

/** The sandbox's calls: those of the last two months, which are made faster than those of years. */
function fewCalls(): SandboxOptions {
  return { from: new Date(Date.now() - 60 * 86_400_000), to: new Date(), calls: 1_000 };
}

/** Runs `doctor --json` with the sandbox as the account; standard error then holds the report for people. */
async function diagnose({
  sandbox: options,
  env,
  fetch,
  args = [],
  isFast = false,
  before,
}: Given = {}): Promise<Diagnosed> {
  await using sandbox = await startSandbox({ ...fewCalls(), ...options });
  return await withFolder(async (folder) => {
    const settings = { ...environmentOf(sandbox, join(folder, 'state')), ...env?.(sandbox) };
    await before?.(sandbox, settings);
    const earlier = loginsOf(sandbox);
    const outcome = await run(['doctor', '--json', ...args], {
      env: settings,
      ...(fetch && { fetch }),
      ...(isFast && { clock: createFastClock() }),
    });
    const report = JSON.parse(outcome.stdout) as Report;
    return { ...outcome, report, sandbox, logins: loginsOf(sandbox) - earlier };
  });
}

function loginsOf({ requests }: Sandbox): number {
  return requests.filter(({ endpoint }) => endpoint === 'token').length;
}

/** A password login as another program would make it. */
async function logInWith({ tokenUrl, credentials }: Sandbox, password: string): Promise<void> {
  const { clientId: client_id, clientSecret: client_secret, username } = credentials;
  const body = new URLSearchParams({ grant_type: 'password', client_id, client_secret, username, password });
  await fetch(tokenUrl, { method: 'POST', body });
}

/** Asks for no scope, as a login would that the server grants none. */
const withoutScope: FetchLike = (url, init) => {
  const body = typeof init.body === 'string' ? init.body.replace('scope=openid', 'scope=profile') : null;
  return fetch(url, { ...init, body });
};

/** Refresh tokens do not work, so the password is needed. */
const refusingRefreshes: FetchLike = (url, init) => {
  const isRefresh = typeof init.body === 'string' && init.body.includes('refresh_token');
  return isRefresh ? Promise.resolve(Response.json({ error: 'invalid_grant' }, { status: 400 })) : fetch(url, init);
};

const nobodyThere = 'http://nobody.example';

/** A `fetch` for which that host fails as a system does, with the given code at the end of the causes. */
function failingWith(code: string): FetchLike {
  return (url, init) => {
    if (!url.startsWith(nobodyThere)) return fetch(url, init);
    const cause = Object.assign(new Error(`connect ${code}`), { code });
    return Promise.reject(new TypeError('fetch failed', { cause }));
  };
}

describe('a set-up in which all is well', () => {
  it('passes every step: exit code 0, one login, a report for people and nothing on standard error', async () => {
    await using sandbox = await startSandbox(fewCalls());
    await withFolder(async (folder) => {
      const { exitCode, stdout, stderr } = await run(['doctor'], { env: environmentOf(sandbox, folder) });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(stdout.match(/^✓ /gm)).toHaveLength(9);
      expect(stdout).not.toMatch(/^[✗?-] /m);
      expect(stdout).toContain('Everything is set up.');
      expect(loginsOf(sandbox)).toBe(1);
    });
  });

  it('needs no login while a stored token is good', async () => {
    const { report, logins, stderr } = await diagnose({ before: (_sandbox, env) => run(['doctor'], { env }) });
    expect(report).toMatchObject({ status: 'done', logins: 0 });
    expect(logins).toBe(0);
    // And it says what it could not check so.
    expect(report.steps.find(({ name }) => name === 'login')).toMatchObject({ status: 'unknown' });
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain('user name and password were not checked (--login checks them');
    expect(stderr).toContain('Everything that was checked works. The login was not checked: add --login.');
    expect(stderr).not.toContain('Everything is set up.');
  });

  it('logs in once with --login, although a stored token is good', async () => {
    const before: Given['before'] = (_sandbox, env) => run(['doctor'], { env });
    const { report, logins, stderr } = await diagnose({ before, args: ['--login'] });
    expect({ logins, reported: report.logins, exitCode: report.exitCode }).toEqual({
      logins: 1,
      reported: 1,
      exitCode: 0,
    });
    expect(stderr).toContain('✓ login          one login was made');
    expect(stderr).toContain('Everything is set up.');
  });

  it('finds a wrong secret with --login, although a stored token is good', async () => {
    const { report, logins } = await diagnose({
      before: (_sandbox, env) => run(['doctor'], { env: { ...env, VBC_PASSWORD: 'sandbox-password' } }),
      env: () => ({ VBC_PASSWORD: 'another-password' }),
      args: ['--login'],
    });
    expect({ code: report.error?.code, logins, reported: report.logins }).toEqual({
      code: 'wrong-password',
      logins: 1,
      reported: 1,
    });
  });

  it('is shown in ASCII where the locale is not UTF-8', async () => {
    const { stdout } = await run(['doctor', '--sandbox'], { env: { LANG: 'C' } });
    expect(stdout).toMatch(/^\+ settings/);
    expect(stdout).toMatch(/^[ -~\n]*$/);
  });

  it('reports the page-count key, page size and order of the server, and how far back calls go', async () => {
    const from = new Date(Date.now() - 300 * 86_400_000);
    const { report } = await diagnose({ sandbox: { from, to: new Date() } });
    const { pageCountKey, pageSize, order, goesBack, failures } = report.survey ?? {};
    expect({ pageCountKey, pageSize, order, failures }).toEqual({
      pageCountKey: 'total_pages',
      pageSize: { asked: 1000, used: 1000 },
      order: 'honoured',
      failures: [],
    });
    expect(goesBack?.orMore).toBe(false);
    // The first call comes when somebody works, which may be days after the start.
    expect(goesBack?.days).toBeLessThanOrEqual(300);
    expect(goesBack?.days).toBeGreaterThan(295);
  });

  it('can be tried without an account', async () => {
    const { exitCode, stdout } = await run(['doctor', '--sandbox']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('✓ calls');
  });

  it('is coloured on a terminal, with no escape code in a text', async () => {
    const { stdout } = await run(['doctor', '--sandbox'], { isTTY: true });
    expect(stdout).toContain('\u001b[32m✓\u001b[39m calls');
    expect(stdout).toContain('\u001b[33m!\u001b[39m result');
    expect(stdout).not.toContain('\\u001b');
  });

  it('prints nothing with --quiet', async () => {
    expect(await run(['doctor', '--sandbox', '--quiet'])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });
});

interface Case extends Given {
  readonly code: string;
  readonly step: string;
  readonly exitCode: number;
  /** A word that the remedy must contain. */
  readonly remedy: string;
  readonly logins: number;
}

const faults: Record<string, Case> = {
  'a wrong client': {
    env: () => ({ VBC_CLIENT_SECRET: 'another-secret' }),
    ...{ code: 'wrong-client', step: 'login', exitCode: 3, remedy: 'VBC_CLIENT_SECRET', logins: 1 },
  },
  'a wrong password': {
    env: () => ({ VBC_PASSWORD: 'another-password' }),
    ...{ code: 'wrong-password', step: 'login', exitCode: 3, remedy: 'VBC_PASSWORD', logins: 1 },
  },
  'a wrong password, a second time': {
    env: () => ({ VBC_PASSWORD: 'another-password' }),
    before: (_sandbox, env) => run(['doctor'], { env }),
    ...{ code: 'wrong-password', step: 'login', exitCode: 3, remedy: '--reset-login', logins: 0 },
  },
  'a locked user': {
    sandbox: { switches: { failedLoginsUntilLock: 1 } },
    before: (sandbox) => logInWith(sandbox, 'another-password'),
    ...{ code: 'user-locked', step: 'login', exitCode: 3, remedy: '30 minutes', logins: 1 },
  },
  'a locked user, by a server that does not say so': {
    sandbox: { switches: { failedLoginsUntilLock: 1, lockWording: 'no-code' } },
    before: (sandbox) => logInWith(sandbox, 'another-password'),
    ...{ code: 'wrong-password', step: 'login', exitCode: 3, remedy: 'wait 30 minutes', logins: 1 },
  },
  'no scope': {
    fetch: withoutScope,
    ...{ code: 'missing-scope', step: 'scope', exitCode: 3, remedy: 'openid', logins: 1 },
  },
  'an application that is not subscribed': {
    sandbox: { switches: { subscribed: false } },
    ...{ code: 'not-subscribed', step: 'subscription', exitCode: 3, remedy: 'Reports API suite', logins: 1 },
  },
  'a user without the role': {
    sandbox: { switches: { administrator: false } },
    ...{ code: 'no-role-or-wrong-account', step: 'access', exitCode: 3, remedy: 'administrator', logins: 1 },
  },
  'the account self': {
    env: () => ({ VBC_ACCOUNT_ID: 'self' }),
    ...{ code: 'settings', step: 'settings', exitCode: 2, remedy: '"self"', logins: 0 },
  },
  'a wrong account': {
    env: () => ({ VBC_ACCOUNT_ID: '111111' }),
    ...{ code: 'no-role-or-wrong-account', step: 'access', exitCode: 3, remedy: 'VBC_ACCOUNT_ID', logins: 1 },
  },
  'a wrong account, with a token that is stored': {
    before: (sandbox, env) => run(['doctor'], { env: { ...env, VBC_ACCOUNT_ID: sandbox.accountId } }),
    env: () => ({ VBC_ACCOUNT_ID: '111111' }),
    ...{ code: 'no-role-or-wrong-account', step: 'access', exitCode: 3, remedy: 'VBC_ACCOUNT_ID', logins: 1 },
  },
  'a password that was changed, with a stored token that is refused': {
    before: async (sandbox, env) => {
      await run(['doctor'], { env: { ...env, VBC_PASSWORD: sandbox.credentials.password } });
      sandbox.clock.advance(2 * 86_400_000);
    },
    env: () => ({ VBC_PASSWORD: 'another-password' }),
    sandbox: { switches: { reportsTokenAgeMs: 60_000 } },
    fetch: refusingRefreshes,
    ...{ code: 'wrong-password', step: 'token', exitCode: 3, remedy: 'VBC_PASSWORD', logins: 1 },
  },
  'an unreachable token host': {
    env: () => ({ VBC_TOKEN_URL: `${nobodyThere}/token` }),
    fetch: failingWith('ECONNREFUSED'),
    ...{ code: 'connection-refused', step: 'token-host', exitCode: 1, remedy: 'the firewall and the proxy', logins: 0 },
  },
  'an unreachable API host': {
    env: () => ({ VBC_BASE_URL: `${nobodyThere}/reports` }),
    fetch: failingWith('ECONNREFUSED'),
    ...{ code: 'connection-refused', step: 'api-host', exitCode: 1, remedy: 'the firewall and the proxy', logins: 1 },
  },
  'a host whose name does not resolve': {
    env: () => ({ VBC_BASE_URL: `${nobodyThere}/reports` }),
    fetch: failingWith('ENOTFOUND'),
    ...{ code: 'host-not-found', step: 'api-host', exitCode: 1, remedy: 'does not resolve', logins: 1 },
  },
  'a certificate of an authority that is not known': {
    env: () => ({ VBC_TOKEN_URL: `${nobodyThere}/token` }),
    fetch: failingWith('SELF_SIGNED_CERT_IN_CHAIN'),
    ...{ code: 'untrusted-certificate', step: 'token-host', exitCode: 1, remedy: 'NODE_EXTRA_CA_CERTS', logins: 0 },
  },
  'a certificate that has expired': {
    env: () => ({ VBC_BASE_URL: `${nobodyThere}/reports` }),
    fetch: failingWith('CERT_HAS_EXPIRED'),
    ...{ code: 'wrong-certificate', step: 'api-host', exitCode: 1, remedy: 'has expired', logins: 1 },
  },
  'a proxy that asks for a login': {
    fetch: () => Promise.resolve(new Response('', { status: 407 })),
    ...{ code: 'wrong-proxy', step: 'token-host', exitCode: 1, remedy: 'HTTPS_PROXY', logins: 0 },
  },
  'a wrong base URL': {
    env: ({ baseUrl }) => ({ VBC_BASE_URL: `${baseUrl}/accounts` }),
    ...{ code: 'wrong-base-url', step: 'api-host', exitCode: 1, remedy: 'VBC_BASE_URL', logins: 1 },
  },
  'a wrong token URL': {
    env: ({ tokenUrl }) => ({ VBC_TOKEN_URL: `${tokenUrl}s` }),
    ...{ code: 'wrong-token-url', step: 'login', exitCode: 1, remedy: 'VBC_TOKEN_URL', logins: 0 },
  },
  'an access token that is unknown': {
    env: () => ({ VBC_ACCESS_TOKEN: 'an-old-token' }),
    ...{ code: 'token-invalid', step: 'token', exitCode: 3, remedy: 'Make a new token', logins: 0 },
  },
  'missing settings': {
    env: () => ({ VBC_CLIENT_ID: '', VBC_PASSWORD: '' }),
    ...{ code: 'settings', step: 'settings', exitCode: 2, remedy: 'Not set: VBC_CLIENT_ID, VBC_PASSWORD', logins: 0 },
  },
  'a server that is down': {
    sandbox: { faults: [{ fault: 'server-error', times: Infinity }] },
    ...{ args: ['--quiet'], isFast: true },
    ...{ code: 'api-failed', step: 'calls', exitCode: 1, remedy: 'Try again later', logins: 1 },
  },
};

describe('a fault of the set-up', () => {
  it.each(Object.entries(faults))('is named with its remedy, at one login at most: %s', async (_name, given) => {
    const { exitCode, report, stdout, stderr, logins, sandbox } = await diagnose(given);
    const failed = report.steps.find(({ status }) => status === 'failed');
    expect({ exitCode, code: report.error?.code, step: failed?.name, logins }).toEqual({
      exitCode: given.exitCode,
      code: given.code,
      step: given.step,
      logins: given.logins,
    });
    expect(report.error?.message).toContain(given.remedy);
    const { password, clientSecret } = sandbox.credentials;
    for (const secret of [password, clientSecret, 'another-password', 'another-secret', 'an-old-token']) {
      expect(stdout + stderr).not.toContain(secret);
    }
  });

  it('is shown to people with the remedy below it and the checks that were not made', async () => {
    await using sandbox = await startSandbox({ ...fewCalls(), switches: { subscribed: false } });
    await withFolder(async (folder) => {
      const { stdout, stderr } = await run(['doctor'], { env: environmentOf(sandbox, folder) });
      expect(stderr).toBe('');
      expect(stdout).toContain('✗ subscription');
      expect(stdout).toContain('What to do: Subscribe the application to the Reports API suite');
      expect(stdout).toMatch(/^- not checked +role, account; calls$/m);
    });
  });

  it('is reported in the words of the command line', async () => {
    const { report } = await diagnose({ args: ['--account-id', 'self'] });
    expect(report.error?.message).toContain('An account id is a string of digits');
    expect(report.steps[0]?.detail).toContain('--account-id');
  });

  it('is one line on standard error with --quiet', async () => {
    const { exitCode, stdout, stderr } = await run(['doctor', '--quiet']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^error: Not set: [^\n]+\n$/);
  });

  it('leaves the other host to be checked, and the login to be made, where only one host is wrong', async () => {
    const env = (): Environment => ({ VBC_TOKEN_URL: `${nobodyThere}/token`, VBC_BASE_URL: nobodyThere });
    const both = await diagnose({ env, fetch: failingWith('ECONNREFUSED') });
    const statuses = both.report.steps.map(({ name, status }) => `${name} ${status}`);
    expect(statuses.slice(0, 4)).toEqual([
      'settings passed',
      'token-host failed',
      'api-host failed',
      'login not-checked',
    ]);
  });
});

describe('a server that is not the Reports API', () => {
  async function diagnoseServer(listener: RequestListener): Promise<Diagnosed> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      const env = (): Environment => ({ VBC_BASE_URL: `http://127.0.0.1:${port}/reports`, VBC_ACCESS_TOKEN: 'token' });
      return await diagnose({ env });
    } finally {
      server.close();
    }
  }

  it.each<[string, string, RequestListener]>([
    ['a web page', 'not-the-api', (_request, response) => response.end('<!doctype html><title>Welcome</title>')],
    ['nothing', 'not-the-api', (_request, response) => response.end()],
    [
      'another address',
      'redirected',
      (_request, response) => response.writeHead(302, { location: 'https://example.com/' }).end(),
    ],
  ])('responds with %s: %s', async (_what, code, listener) => {
    const { exitCode, report } = await diagnoseServer(listener);
    expect({ exitCode, code: report.error?.code }).toEqual({ exitCode: 1, code });
  });

  it('is one that returns something other than a page: the response is still compared', async () => {
    const { exitCode, report } = await diagnoseServer((_request, response) => response.end('{"call_logs":[]}'));
    expect({ exitCode, code: report.error?.code }).toEqual({ exitCode: 1, code: 'unexpected-page' });
    const statusOf = (step: string): string | undefined => report.steps.find(({ name }) => name === step)?.status;
    expect(['token', 'subscription', 'access'].map(statusOf)).toEqual(['unknown', 'unknown', 'unknown']);
    expect(report.survey?.differences).toEqual(
      expect.arrayContaining([
        { kind: 'undeclared', field: 'call_logs', found: 'array', count: 1 },
        { kind: 'missing', field: 'total_items', count: 1 },
      ]),
    );
  });
});

/** A `fetch` whose pages of calls are changed on the way. */
function changingCalls(change: (call: Record<string, unknown>, page: Record<string, unknown>) => void): FetchLike {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (!response.ok || !url.includes('call-logs')) return response;
    const page = (await response.json()) as { _embedded: { call_logs: Record<string, unknown>[] } };
    for (const call of page._embedded.call_logs) change(call, page);
    return Response.json(page);
  };
}

describe('what differs from the document', () => {
  it('is listed by name against the sandbox with everything at once, and is not a failure', async () => {
    const { exitCode, stdout } = await run(['doctor', '--sandbox', '--profile', 'hostile', '--json']);
    const { survey: answers } = JSON.parse(stdout) as Report;
    expect(exitCode).toBe(0);
    const names = new Set(answers?.differences.map(({ kind, field }) => `${String(kind)} ${String(field)}`));
    expect([...names].sort()).toEqual([
      'order order',
      'page-count total_pages',
      'page-size page_size',
      'value _embedded.call_logs[].result',
    ]);
    expect(answers).toMatchObject({ pageCountKey: 'neither', order: 'ignored', pageSize: { asked: 1000, used: 500 } });
  });

  it('is every field that is new, gone, of another type, null or in another format, with how often', async () => {
    const { report, exitCode } = await diagnose({
      fetch: changingCalls((call, page) => {
        call.queue_wait = 12;
        delete call.result;
        call.length = String(call.length);
        call.from = null;
        call.end = String(call.end).replace(' ', 'T');
        call.direction = 'Sideways';
        page.cursor = 'next';
      }),
    });
    const { calls, differences = [] } = report.survey ?? {};
    const inCall = (field: string): string => `_embedded.call_logs[].${field}`;
    expect(differences).toEqual(
      expect.arrayContaining([
        { kind: 'undeclared', field: inCall('queue_wait'), found: 'integer', count: calls },
        { kind: 'missing', field: inCall('result'), count: calls },
        { kind: 'type', field: inCall('length'), expected: 'integer', found: 'string', count: calls },
        { kind: 'null', field: inCall('from'), expected: 'string', found: 'null', count: calls },
        { kind: 'format', field: inCall('end'), expected: 'string', found: 'string', count: calls },
        { kind: 'value', field: inCall('direction'), expected: 'string', found: 'Sideways', count: calls },
        { kind: 'undeclared', field: 'cursor', found: 'string', count: 2 },
      ]),
    );
    expect(differences).toHaveLength(7);
    expect(exitCode).toBe(0);
  });

  it('is reported without call data: no value of a row is printed', async () => {
    const seen = new Set<string>();
    const fetch = changingCalls((call) => {
      // Whatever else goes wrong: values where names or vocabulary should be.
      call.direction = call.source_user_full_name ?? '+1 732 555 0100';
      call[String(call.from)] = 'value';
      for (const value of Object.values(call)) if (typeof value === 'string' && value.length > 4) seen.add(value);
    });
    const { stdout, stderr } = await diagnose({ fetch });
    const vocabulary =
      /^(Inbound|Outbound|Extension|Answered|Missed|Voicemail|Attempted|Blocked|Abandoned|Transferred)$/;
    const values = [...seen].filter((value) => !vocabulary.test(value) && value !== 'value' && value !== 'null');
    expect(values.length).toBeGreaterThan(1000);
    expect(values.filter((value) => (stdout + stderr).includes(value))).toEqual([]);
    expect(stderr).toContain('a value that the document does not list');
  });

  it.each([
    ['refused', 'refused'],
    ['ignored', 'ignored'],
    ['honoured', 'honoured'],
  ] as const)('names what becomes of an order that is %s', async (order, verdict) => {
    const { report, exitCode } = await diagnose({ sandbox: { switches: { order } } });
    expect({ order: report.survey?.order, exitCode }).toEqual({ order: verdict, exitCode: 0 });
  });

  it('takes at most four requests for calls', async () => {
    const { sandbox } = await diagnose({
      sandbox: { switches: { order: 'ignored', defaultOrder: 'desc', largestOffset: 100 } },
    });
    const withToken = sandbox.requests.filter(({ endpoint, status }) => endpoint === 'call-logs' && status !== 401);
    expect(withToken.length).toBeLessThanOrEqual(4);
  });
});

describe('usage', () => {
  it.each([
    ['--profile without --sandbox', ['--profile', 'hostile'], '--profile needs --sandbox'],
    ['a page size that is none', ['--sandbox', '--page-size', '0'], '--page-size is "0", but must be'],
    ['a secret as a flag', ['--password', 'hunter2'], 'Secrets are never flags'],
  ])('%s: exit code 2', async (_what, args, text) => {
    const { exitCode, stdout, stderr } = await run(['doctor', ...args]);
    expect(exitCode).toBe(2);
    expect((stdout + stderr).replaceAll(/\s+/g, ' ')).toContain(text);
  });

  it('an interruption ends it: exit code 130, one line', async () => {
    const controller = new AbortController();
    const fetch: FetchLike = (_url, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
        controller.abort();
      });
    const env = { VBC_ACCOUNT_ID: '1', VBC_ACCESS_TOKEN: 'token' };
    const { exitCode, stderr } = await run(['doctor'], { env, fetch, signal: controller.signal });
    expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: 'error: Interrupted.\n' });
  });
});
