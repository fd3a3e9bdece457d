import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import {
  SandboxConfigurationError,
  faultNames,
  profiles,
  startSandbox,
  type RequestRecord,
  type SandboxOptions,
} from '../../src/sandbox.ts';

import { createReader, fetchText, idsOf, march, marchDates, marchOnly, passwordForm, post, readAll } from './set-up.ts';

describe('startSandbox', () => {
  it.each([
    [{ profile: 'wild' }, 'Unknown profile "wild": choose gentle or hostile.'],
    [{ profile: 'toString' }, 'Unknown profile "toString": choose gentle or hostile.'],
    [{ switches: { pageSizeCap: 5 } }, 'Unknown switch "pageSizeCap": docs/sandbox.md lists them all.'],
    [{ switches: { tieOrder: 'wobbly' } }, 'tieOrder must be one of stable, unstable, not "wobbly".'],
    [{ switches: { largestPageSize: 0 } }, 'largestPageSize must be a whole number from 1, not 0.'],
    [{ switches: { lateCalls: 2 } }, 'lateCalls must be a number from 0 to 1, not 2.'],
    [{ switches: { apiTimeZone: 'Mars/Olympus' } }, /^apiTimeZone must be an IANA time zone/],
    [{ switches: { faultChances: { flood: 1 } } }, /^faultChances must not name the unknown fault "flood"/],
    [{ switches: { appearanceLatency: { medianMs: 5 } } }, /^appearanceLatency must be null or ascending/],
    [{ faults: [{ fault: 'flood' }] }, /^fault must be one of throttled, /],
    [{ faults: [{ fault: 'reset', probability: 2 }] }, 'probability of reset must be a number from 0 to 1, not 2.'],
    [{ switches: { ignoredParameters: ['colour'] } }, /^ignoredParameters must be an array of start:gte, /],
    [{ switches: { laggingReplica: { calls: 3 } } }, /^laggingReplica must be null or a whole number of calls/],
    [{ switches: { unplaceableRows: { lost: 1 } } }, /^unplaceableRows must not name the unknown kind "lost"/],
    [{ from: '2026-02-01', to: '2026-01-01' }, /^The covered range must end after it starts/],
    [{ from: 'yesterday' }, 'from must be a date, such as 2026-01-01, not "yesterday".'],
    [{ calls: -1 }, 'calls must be a whole number from 0 to 20000000, not -1.'],
    [{ seed: 1.5 }, /^seed must be a whole number/],
    [{ port: 70_000 }, /^port must be a whole number from 0 to 65535/],
    [{ accountId: 'self' }, 'accountId must be a string of digits, not "self".'],
    [{ credentials: { username: 'jane@example.com' } }, /must end in @vbc\.prod/],
  ])('the options %j are refused in one line', async (options, message) => {
    const failure = await startSandbox(options as SandboxOptions).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SandboxConfigurationError);
    const text = (failure as Error).message;
    expect(text).not.toContain('\n');
    if (typeof message === 'string') expect(text).toBe(message);
    else expect(text).toMatch(message);
  });

  it('a call that is removed is listed no longer, and a corrected one with its new values', async () => {
    await using sandbox = await startSandbox({ ...marchOnly, calls: 20 });
    const [first, second] = sandbox.calls();
    if (!first || !second) throw new RangeError('there are calls');
    sandbox.remove(first.id);
    sandbox.correct(second.id, { result: 'Voicemail', length: 7 });
    const rows = await readAll(await createReader(sandbox), march);
    expect(rows).toHaveLength(19);
    expect(new Set(rows)).toEqual(new Set(sandbox.calls()));
    expect(rows).toContainEqual({ ...second, result: 'Voicemail', length: 7 });
    expect(sandbox.calls(marchDates, { all: true })).toHaveLength(19);
    expect(() => {
      sandbox.remove(first.id);
    }).toThrow(new RangeError(`There is no call with the id "${first.id}".`));
  });

  it('a port in use is named', async () => {
    await using first = await startSandbox({ calls: 0 });
    const port = Number(new URL(first.baseUrl).port);
    await expect(startSandbox({ calls: 0, port })).rejects.toThrow(
      new SandboxConfigurationError(`Port ${port} on 127.0.0.1 is in use: choose another, or 0 for a free one.`),
    );
  });

  it('both paths of the Reports API work (fact 1)', async () => {
    await using sandbox = await startSandbox({ calls: 10 });
    const versioned = await createReader(sandbox, `${sandbox.baseUrl}/v1`);
    expect((await versioned.fetch()).status).toBe(200);
  });

  it('other paths get 404', async () => {
    await using sandbox = await startSandbox({ calls: 10 });
    expect((await fetchText(sandbox.tokenUrl)).status).toBe(404);
    expect((await fetchText(`${sandbox.baseUrl}/accounts`)).status).toBe(404);
  });

  it('a sandbox can be stopped twice and frees its port', async () => {
    const sandbox = await startSandbox({ calls: 10 });
    await sandbox.stop();
    await sandbox.stop();
    await expect(fetchText(sandbox.baseUrl)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('a token of one sandbox is unknown to another', async () => {
    await using one = await startSandbox({ calls: 10 });
    await using other = await startSandbox({ calls: 10 });
    expect((await (await createReader(one, other.baseUrl)).fetch()).status).toBe(401);
    expect([one.requests.length, other.requests.length]).toEqual([1, 1]);
  });

  it('a sandbox accepts the account and the credentials it was given', async () => {
    const credentials = { clientId: 'c', clientSecret: 's', username: 'u@vbc.prod', password: 'p' };
    await using sandbox = await startSandbox({ calls: 10, accountId: '7', credentials });
    expect(sandbox.credentials).toEqual(credentials);
    expect((await (await createReader(sandbox)).fetch()).status).toBe(200);
  });

  it('each record is handed to the listener', async () => {
    const heard: RequestRecord[] = [];
    await using sandbox = await startSandbox({ calls: 10, onRequest: (record) => heard.push(record) });
    await (await createReader(sandbox)).fetch();
    expect(heard).toEqual(sandbox.requests);
    expect(heard.map(({ number }) => number)).toEqual([1, 2]);
  });
});

describe('the clock', () => {
  it('the clock starts at the given time and ticks on, or stands still when it is frozen', async () => {
    await using sandbox = await startSandbox({ calls: 0, now: '2026-03-01T12:00:00Z' });
    const { clock } = sandbox;
    clock.freeze();
    const first = clock.now();
    expect(first.getTime()).toBeGreaterThanOrEqual(Date.parse('2026-03-01T12:00:00Z'));
    clock.advance(3_600_000);
    expect(clock.now().getTime() - first.getTime()).toBe(3_600_000);
    clock.set(new Date('2026-03-05'));
    expect(clock.now()).toEqual(new Date('2026-03-05'));
    clock.resume();
    while (clock.now().getTime() === Date.parse('2026-03-05')) await new Promise((resolve) => setImmediate(resolve));
    expect(clock.now().getTime()).toBeLessThan(Date.parse('2026-03-05T00:01:00Z'));
  });

  it('responses carry the time of the clock', async () => {
    await using sandbox = await startSandbox({ calls: 0, now: '2026-03-01T12:00:00Z' });
    const { headers } = await post(sandbox.tokenUrl, passwordForm(sandbox));
    expect(headers.date).toMatch(/^Sun, 01 Mar 2026 12:00:0\d GMT$/);
  });

  it('a month of polling passes in seconds and finds every call', async () => {
    await using sandbox = await startSandbox({ ...marchOnly, now: '2026-03-01' });
    sandbox.clock.freeze();
    const reader = await createReader(sandbox);
    const found = new Set<string>();
    for (let day = 0; day < 31; day += 1) {
      sandbox.clock.advance(86_400_000);
      const { access_token } = JSON.parse((await post(sandbox.tokenUrl, passwordForm(sandbox))).text) as Record<
        string,
        string
      >;
      const from = new Date(Date.UTC(2026, 2, day)).toISOString().slice(0, 10);
      const query = { ...march, 'start:gte': `${from} 00:00:00`, page_size: '1000' };
      const { text } = await reader.fetch(query, { Authorization: `Bearer ${access_token ?? ''}` });
      const { _embedded: embedded } = JSON.parse(text) as { _embedded: { call_logs: { id: string }[] } };
      for (const { id } of embedded.call_logs) found.add(id);
    }
    expect(found.size).toBe(2_000);
  });
});

describe('the hostile profile', () => {
  it('the hostile profile differs in every switch that a correct client can cope with', () => {
    const same = Object.entries(profiles.gentle).filter(([name, value]) => {
      return JSON.stringify(value) === JSON.stringify(profiles.hostile[name as keyof typeof profiles.hostile]);
    });
    expect(same.map(([name]) => name)).toEqual([
      'totalItems',
      'totalCap',
      'ignoredParameters',
      'lowerBound',
      'upperBound',
      'boundRounding',
      'startPrecision',
      'laggingReplica',
      'repeatedRows',
      'unplaceableRows',
      'beyondLargestOffset',
      'xmlFaults',
      'officeTimeZone',
      'apiTimeZone',
      'repeatedLogin',
      'failedLoginsUntilLock',
      'subscribed',
      'administrator',
    ]);
  });

  it('docs/sandbox.md lists every switch with its gentle value, and every fault', () => {
    const docs = readFileSync(join(import.meta.dirname, '../../docs/sandbox.md'), 'utf8');
    for (const [name, value] of Object.entries(profiles.gentle)) {
      expect(docs).toMatch(
        new RegExp(`^\\| \`${name}\` .*${typeof value === 'object' ? '' : `\`${String(value)}\``}`, 'm'),
      );
    }
    for (const name of faultNames) expect(docs).toContain(`\`${name}\``);
  });

  it('single switches change a profile', async () => {
    await using sandbox = await startSandbox({ profile: 'hostile', calls: 0, switches: { largestPageSize: 7 } });
    expect([sandbox.switches.largestPageSize, sandbox.switches.order]).toEqual([7, 'ignored']);
  });
});

describe('a gentle sandbox', () => {
  it('the simplest of loops reads a gentle sandbox whole', async () => {
    await using sandbox = await startSandbox({ now: '2026-04-02' });
    const read = await readAll(await createReader(sandbox), { page_size: '250' });
    expect(idsOf(read).sort()).toEqual(idsOf(sandbox.calls(marchDates)).sort());
  });
});
