import { afterAll, describe, expect, it } from '@jest/globals';

import {
  faultNames,
  formatRequest,
  startSandbox,
  type FaultName,
  type FaultRule,
  type Sandbox,
  type SandboxSwitches,
} from '../../src/sandbox.ts';

import {
  callLogsUrl,
  createReader,
  fetchText,
  march,
  marchOnly,
  passwordForm,
  post,
  sharedSandboxes,
  type Received,
} from './set-up.ts';

const start = (switches: Partial<SandboxSwitches> = {}, faults: readonly FaultRule[] = []): Promise<Sandbox> => {
  return startSandbox({ ...marchOnly, calls: 100, switches, faults });
};

const shared = sharedSandboxes({ ...marchOnly, calls: 100 });
afterAll(shared.stop);

async function meet(fault: FaultName, switches: Partial<SandboxSwitches> = {}): Promise<Received> {
  (await shared.start(switches)).faults.add({ fault });
  return (await shared.reader(switches)).fetch();
}

describe('a throttle', () => {
  it('a throttle can name the time of the next attempt in Retry-After, as an HTTP date (fact 30)', async () => {
    const { status, headers, text } = await meet('throttled');
    expect([status, JSON.parse(text)]).toMatchObject([429, { fault: { code: 900_802 } }]);
    const wait = Date.parse(headers['retry-after'] ?? '') - Date.parse(headers.date ?? '');
    expect(wait).toBeGreaterThanOrEqual(1_000);
    expect(wait).toBeLessThanOrEqual(3_000);
  });

  it('a throttle can name it in a flat nextAccessTime alone (facts 28 and 30)', async () => {
    const { status, headers, text } = await meet('throttled-flat');
    expect([status, headers['retry-after'], JSON.parse(text)]).toMatchObject([429, undefined, { code: '900804' }]);
    expect((JSON.parse(text) as Record<string, string>).nextAccessTime).toMatch(/^2026-Apr-02 00:00:0\d\+0000 UTC$/);
  });

  it('a throttle can leave it out (fact 30)', async () => {
    const { status, headers, text } = await meet('throttled-bare');
    expect([status, headers['retry-after'], text.includes('nextAccessTime')]).toEqual([429, undefined, false]);
  });

  it('a throttle can come under 200, without _embedded and totals (fact 29)', async () => {
    const { status, text } = await meet('throttled-under-200');
    expect([status, Object.keys(JSON.parse(text) as object)]).toEqual([200, ['fault']]);
  });

  it('a throttle as XML has its own prefix (fact 28)', async () => {
    const { headers, text } = await meet('throttled', { xmlFaults: 'always' });
    expect([headers['content-type'], text]).toEqual([
      'application/xml',
      expect.stringMatching(/^<amt:fault xmlns:amt="[^"]+\/throttling"><amt:code>900802<\/amt:code>/),
    ]);
  });

  it.each(faultNames.filter((name) => name.startsWith('throttled')))(
    'requests above the limit per second get the fault %s',
    async (throttleFault) => {
      await using sandbox = await start({ requestsPerSecond: 3, throttleFault });
      const reader = await createReader(sandbox);
      await Promise.all(Array.from({ length: 8 }, () => reader.fetch()));
      const faults = sandbox.requests.flatMap(({ fault }) => fault ?? []);
      expect(faults).toEqual(new Array(5).fill(throttleFault));
    },
  );

  it('requests above the limit at once are throttled', async () => {
    await using sandbox = await start({ parallelRequests: 2, pageCostMs: 2_000 });
    const reader = await createReader(sandbox);
    const answers = await Promise.all(Array.from({ length: 5 }, () => reader.fetch({ ...march, page: '10' })));
    expect(answers.filter(({ status }) => status === 429).length).toBe(3);
    expect((await reader.fetch()).status).toBe(200);
  });
});

describe('a fault of the backend or the edge', () => {
  it.each([
    ['fault-under-200', 200, 'application/json'],
    ['server-error', 500, 'application/json'],
    ['backend-down', 503, 'application/json'],
    ['unavailable-html', 503, 'text/html'],
    ['bad-gateway-html', 502, 'text/html'],
    ['gateway-timeout-html', 504, 'text/html'],
    ['invalid-token', 401, 'application/json'],
    ['token-problem', 401, 'application/json'],
    ['bare-unauthorized', 401, undefined],
  ] as const)('the fault %s has the status %i and the type %s (facts 9, 29 and 31)', async (fault, status, type) => {
    const received = await meet(fault);
    expect([received.status, received.headers['content-type']]).toEqual([status, type]);
  });
});

describe('a fault of the connection', () => {
  it('a connection can be reset before anything is sent (fact 31)', async () => {
    await expect(meet('reset')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('a body can be cut short of its content length (fact 31)', async () => {
    await expect(meet('cut-body')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('a body can end in the middle without a content length, so that it looks malformed (fact 31)', async () => {
    const { status, headers, text } = await meet('malformed-body');
    expect([status, headers['content-length']]).toEqual([200, undefined]);
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  });

  it.each(['stall', 'stalled-body'] as const)(
    'a connection can be silent for a while and then be reset: %s (fact 31)',
    async (fault) => {
      const began = performance.now();
      await expect(meet(fault, { stallMs: 80 })).rejects.toMatchObject({ code: 'ECONNRESET' });
      expect(performance.now() - began).toBeGreaterThanOrEqual(75);
    },
  );

  it('a stalled request ends when the sandbox stops', async () => {
    const sandbox = await start({}, [{ fault: 'stall' }]);
    const waiting = (await createReader(sandbox)).fetch().catch((error: unknown) => error);
    while (sandbox.requests.at(-1)?.fault !== 'stall') await new Promise((resolve) => setImmediate(resolve));
    await sandbox.stop();
    expect(await waiting).toMatchObject({ code: 'ECONNRESET' });
  });
});

/** Sends these requests one after another and returns the faults in the log. */
async function faultsMet(sandbox: Sandbox, pages: readonly number[]): Promise<(FaultName | undefined)[]> {
  const reader = await createReader(sandbox);
  for (const page of pages) await reader.fetch({ ...march, page: String(page) });
  return sandbox.requests.filter(({ endpoint }) => endpoint === 'call-logs').map(({ fault }) => fault);
}

describe('the fault script', () => {
  it('a rule for a page fails one request for it and no other', async () => {
    await using sandbox = await start({}, [{ fault: 'server-error', page: 2 }]);
    expect(await faultsMet(sandbox, [1, 2, 2, 3])).toEqual([undefined, 'server-error', undefined, undefined]);
  });

  it('a rule fails the given number of requests after the given number, until the script is cleared', async () => {
    await using sandbox = await start({}, [{ fault: 'server-error', after: 1, times: 2 }]);
    expect(await faultsMet(sandbox, [1, 1, 1, 1])).toEqual([undefined, 'server-error', 'server-error', undefined]);
    sandbox.faults.add({ fault: 'throttled', times: Infinity });
    expect((await faultsMet(sandbox, [1, 1])).slice(-2)).toEqual(['throttled', 'throttled']);
    sandbox.faults.clear();
    expect((await faultsMet(sandbox, [1])).slice(-1)).toEqual([undefined]);
  });

  it('a rule with a probability fails the same requests for the same seed', async () => {
    const rule = { fault: 'server-error', probability: 0.3, times: Infinity } as const;
    const pages = new Array<number>(100).fill(1);
    const runs = [];
    for (const seed of [1, 1, 2]) {
      await using sandbox = await startSandbox({ ...marchOnly, calls: 10, seed, faults: [rule] });
      runs.push(await faultsMet(sandbox, pages));
    }
    const [one, same, other] = runs;
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
    const spoiled = one?.filter((fault) => fault !== undefined).length ?? 0;
    expect(spoiled).toBeGreaterThan(15);
    expect(spoiled).toBeLessThan(45);
  });

  it('each fault has the chance that the switch gives it', async () => {
    await using sandbox = await start({ faultChances: { 'server-error': 0.25, 'token-problem': 0.25 } });
    const faults = await faultsMet(sandbox, new Array<number>(200).fill(1));
    for (const name of ['server-error', 'token-problem', undefined]) {
      const share = faults.filter((fault) => fault === name).length / faults.length;
      expect(Math.abs(share - (name === undefined ? 0.5 : 0.25))).toBeLessThan(0.12);
    }
  });

  it('a rule can concern the token endpoint', async () => {
    await using sandbox = await start({}, [{ fault: 'unavailable-html', endpoint: 'token' }]);
    expect((await post(sandbox.tokenUrl, passwordForm(sandbox))).status).toBe(503);
    expect((await post(sandbox.tokenUrl, passwordForm(sandbox))).status).toBe(200);
  });
});

describe('the request log', () => {
  it('the log holds each request and its outcome, and no secret', async () => {
    await using sandbox = await start({}, [{ fault: 'reset', page: 3 }]);
    const reader = await createReader(sandbox);
    await reader.fetch({ ...march, page: '2', access_token: 'no-parameter-of-this-api' });
    await reader.fetch({ ...march, page: '3' }).catch(() => undefined);
    await fetchText(callLogsUrl(sandbox.baseUrl, sandbox.accountId), { Authorization: 'Bearer nonsense' });
    await fetchText(`${sandbox.baseUrl}/nothing?password=secret`);
    const told = sandbox.requests.map(({ endpoint, page, status, outcome, rows, fault }) => {
      return [endpoint, page, status, outcome, rows, fault];
    });
    expect(told).toEqual([
      ['token', undefined, 200, 'token (password)', 0, undefined],
      ['call-logs', 2, 200, '10 rows', 10, undefined],
      ['call-logs', 3, undefined, 'fault: reset', 0, 'reset'],
      ['call-logs', 1, 401, 'refused: 900901', 0, undefined],
      ['other', undefined, 404, 'refused: not found', 0, undefined],
    ]);
    const { password, clientSecret, username } = sandbox.credentials;
    const log = JSON.stringify(sandbox.requests);
    for (const secret of [password, clientSecret, username, 'secret', 'nonsense', 'no-parameter']) {
      expect(log).not.toContain(secret);
    }
  });

  it('a record is described in one line, with the range of the request', async () => {
    await using sandbox = await start();
    const reader = await createReader(sandbox);
    await reader.fetch({ ...march, page: '2' });
    sandbox.faults.add({ fault: 'reset' });
    await reader.fetch({ 'start:gte': '2026-03-01 00:00:00' }).catch(() => undefined);
    expect(sandbox.requests.map(formatRequest)).toEqual([
      'POST /token: 200, token (password)',
      'GET /t/vbc.prod/reports/accounts/913874/call-logs, 2026-03-01 00:00:00 to 2026-03-31 23:59:59, page 2: 200, 10 rows',
      'GET /t/vbc.prod/reports/accounts/913874/call-logs, 2026-03-01 00:00:00 to (open), page 1: no response, fault: reset',
    ]);
  });
});
