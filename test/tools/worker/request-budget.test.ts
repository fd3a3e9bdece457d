import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { join } from 'node:path';
import pg from 'pg';
import { createReportsClient, ReportsError } from '../../../src/index.ts';
import { startSandbox } from '../../../src/sandbox.ts';
import { systemClock } from '../../../src/core/http/clock.ts';
import { readPostgresUrl } from '../../../src/tools/postgres/connection.ts';
import {
  createRequestBudget,
  openBudgets,
  type RequestBudget,
  type RequestBudgetOptions,
  reserveTurn,
} from '../../../src/tools/worker/request-budget.ts';
import { errorOf } from '../../core/auth/set-up.ts';
import { draws } from '../../support/draws.ts';
import { createFakeClock, type FakeClock, settle } from '../../support/fake-clock.ts';
import { freePort } from '../../support/free-port.ts';
import { changeUrl, type PostgresServer, queryPostgres, startPostgres } from '../../support/postgres.ts';
import { runAtOnce } from '../../support/run-at-once.ts';
import { type Bucket, excess, type Rate, reserve } from './bucket.ts';

let server: PostgresServer;
let url: string;
let opened: RequestBudget[];

beforeAll(async () => {
  server = await startPostgres();
});

beforeEach(async () => {
  url = await server.createSchema();
  opened = [];
});

afterEach(async () => {
  for (const budget of opened) await budget.close();
});

afterAll(() => server.stop());

const account = '913874';

/** A budget as another process has it. Its first turn comes at once, the next ones an hour apart. */
function openBudget(options: Partial<RequestBudgetOptions> = {}): RequestBudget {
  const budget = createRequestBudget(url, { requestsPerSecond: 1 / 3_600, ...options });
  opened.push(budget);
  return budget;
}

const patient = new AbortController().signal;

async function tokens(): Promise<number> {
  const rows = await queryPostgres<{ tokens: number }>(url, 'select tokens from vbc_request_budget');
  return rows[0]?.tokens ?? NaN;
}

/** Waits until the given number of timers were set: until then the database is queried. */
async function untilWaiting(clock: FakeClock, count: number): Promise<void> {
  // Each reservation sets a timer of its own, for the case that the server does not respond.
  while (clock.delays.filter((delay) => delay > 60_000).length < count) await settle(1);
}

const rates: fc.Arbitrary<Rate> = fc.record({
  requestsPerSecond: fc.constantFrom(0.5, 1, 4, 20),
  burst: fc.integer({ min: 1, max: 20 }),
});

const gapsMs = fc.array(fc.oneof(fc.constant(0), fc.nat(500), fc.nat(60_000)), { minLength: 1, maxLength: 40 });

const start = Date.UTC(2026, 0, 1);

describe('the turns of a bucket', () => {
  /** The turns of requests with these gaps between them. */
  function turnsOf(gaps: readonly number[], rate: Rate): { asked: number; turnAt: number }[] {
    let bucket: Bucket | undefined;
    let now = start;
    return gaps.map((gap) => {
      now += gap;
      const reserved = reserve(bucket, rate, now);
      bucket = reserved.bucket;
      return { asked: now, turnAt: reserved.turnAt };
    });
  }

  it('never exceed the rate and the burst over any stretch, and come in the order of the reservations', () => {
    fc.assert(
      fc.property(gapsMs, rates, (gaps, rate) => {
        const turns = turnsOf(gaps, rate).map(({ turnAt }) => turnAt);
        expect(excess(turns, rate)).toEqual([]);
        expect(turns).toEqual([...turns].sort((one, other) => one - other));
      }),
      { numRuns: draws(500, 20_000) },
    );
  });

  it('come no later than they have to', () => {
    fc.assert(
      fc.property(gapsMs, rates, (gaps, rate) => {
        const turns = turnsOf(gaps, rate);
        for (const [index, { asked, turnAt }] of turns.entries()) {
          const before = turns.slice(0, index).map((each) => each.turnAt);
          if (turnAt > asked) expect(excess([...before, turnAt - 1], rate)).toContain(turnAt - 1);
        }
      }),
      { numRuns: draws(500, 20_000) },
    );
  });

  it('are those that the database computes', async () => {
    const session = await openBudgets(readPostgresUrl(url), systemClock);
    let accountId = 0;
    await fc.assert(
      fc.asyncProperty(gapsMs, rates, async (gaps, rate) => {
        accountId += 1;
        for (const { asked, turnAt } of turnsOf(gaps, rate)) {
          const delayMs = await reserveTurn(session, { accountId: String(accountId), ...rate, at: new Date(asked) });
          // It is rounded up to whole milliseconds.
          expect(Math.abs(asked + delayMs - turnAt)).toBeLessThan(1.001);
        }
      }),
      { numRuns: draws(25, 500) },
    );
    await session.connection.close();
  });

  it('continue from the new time after the clock was set back', async () => {
    const session = await openBudgets(readPostgresUrl(url), systemClock);
    const turnAt = async (at: number): Promise<number> =>
      at + (await reserveTurn(session, { accountId: account, requestsPerSecond: 1, burst: 1, at: new Date(at) }));
    expect(await turnAt(start)).toBe(start);
    expect(await turnAt(start - 3_600_000)).toBe(start - 3_600_000 + 1_000);
    expect(await turnAt(start - 3_600_000 + 5_000)).toBe(start - 3_600_000 + 5_000);
    await session.connection.close();
  });
});

describe('processes with one request budget', () => {
  it('together never exceed it, by the clock of the database', async () => {
    await queryPostgres(url, 'create table turns (at timestamptz)');
    const [processes, perProcess, rate] = [4, 10, { requestsPerSecond: 20, burst: 5 }];
    const args = [url, rate.requestsPerSecond, rate.burst, perProcess].map(String);
    const program = join(import.meta.dirname, 'take-turns.ts');
    await expect(runAtOnce(program, args, processes)).resolves.toEqual(Array(processes).fill('done'));
    const rows = await queryPostgres<{ ms: string }>(
      url,
      'select extract(epoch from at) * 1000 as ms from turns order by at',
    );
    const turns = rows.map(({ ms }) => Number(ms));
    expect(turns).toHaveLength(processes * perProcess);
    // A process may be late for the one turn that it has reserved, and so add it to the next stretch.
    expect(excess(turns, { ...rate, burst: rate.burst + processes })).toEqual([]);
    expect((await queryPostgres(url, 'select * from vbc_request_budget')).length).toBe(1);
  });

  it('take turns alternately, however many requests wait in one of them', async () => {
    const [busyClock, otherClock] = [createFakeClock(), createFakeClock()];
    const [busy, other] = [openBudget({ clock: busyClock }), openBudget({ clock: otherClock })];
    await busy.take(account, patient);
    const order: string[] = [];
    const waits = [1, 2, 3].map(async (number) => {
      await busy.take(account, patient);
      order.push(`busy ${number}`);
    });
    await untilWaiting(busyClock, 1);
    waits.push(other.take(account, patient).then(() => void order.push('other')));
    await untilWaiting(otherClock, 1);
    const hours = (clock: FakeClock): number[] =>
      clock.delays.filter((delay) => delay > 60_000).map((delay) => Math.round(delay / 3_600_000));
    expect([hours(busyClock), hours(otherClock)]).toEqual([[1], [2]]);
    await busyClock.advance(3_600_000);
    await untilWaiting(busyClock, 2);
    expect(hours(busyClock)).toEqual([1, 3]);
    await busyClock.advance(3 * 3_600_000);
    await untilWaiting(busyClock, 3);
    await busyClock.advance(4 * 3_600_000);
    await otherClock.advance(2 * 3_600_000);
    await Promise.all(waits);
    expect(order.filter((name) => name !== 'other')).toEqual(['busy 1', 'busy 2', 'busy 3']);
  });

  it('have a budget for each account', async () => {
    const budget = openBudget();
    await budget.take('1', patient);
    await budget.take('2', patient);
    await openBudget({ burst: 3 }).take('3', patient);
    await openBudget({ burst: 3 }).take('3', patient);
  });
});

describe('a request that waits for its turn', () => {
  it('ends with the reason of an abort, and leaves the turn to the next', async () => {
    const clock = createFakeClock();
    const budget = openBudget({ clock });
    await budget.take(account, patient);
    const [first, third] = [new AbortController(), new AbortController()];
    const ends = [first.signal, patient, third.signal].map((signal) => budget.take(account, signal));
    await untilWaiting(clock, 1);
    third.abort(new Error('third gave up'));
    await expect(ends[2]).rejects.toThrow('third gave up');
    first.abort(new Error('first gave up'));
    await expect(ends[0]).rejects.toThrow('first gave up');
    await untilWaiting(clock, 2);
    expect(await tokens()).toBeCloseTo(-1, 1);
    await clock.advance(3_600_000);
    await ends[1];
    expect(clock.pending).toBe(0);
  });

  it('takes no turn if it was aborted before', async () => {
    const budget = openBudget();
    await budget.take(account, patient);
    const reason = new Error('too late');
    await expect(budget.take(account, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(await tokens()).toBeCloseTo(0, 1);
  });

  it('does not use a turn that passed while no request waited', async () => {
    const clock = createFakeClock();
    const budget = openBudget({ clock });
    await budget.take(account, patient);
    const abort = new AbortController();
    const given = errorOf(budget.take(account, abort.signal));
    await untilWaiting(clock, 1);
    abort.abort(new Error('gave up'));
    await given;
    await clock.advance(2 * 3_600_000);
    const later = budget.take(account, patient);
    await untilWaiting(clock, 2);
    expect(await tokens()).toBeCloseTo(-2, 1);
    await clock.advance(2 * 3_600_000);
    await later;
  });

  it('fails with one clear error if the database cannot be reached, without the password', async () => {
    url = `postgres://vonage:secret-of-the-url@127.0.0.1:${await freePort()}/calls`;
    const error = await errorOf(openBudget().take(account, patient));
    expect(error).toMatchObject({ name: 'StoreError', code: 'unavailable' });
    expect(error.message).not.toContain('secret-of-the-url');
  });

  it('does not fail because the connection was lost since the last one', async () => {
    const budget = openBudget({ burst: 2 });
    await budget.take(account, patient);
    await queryPostgres(
      url,
      `select pg_terminate_backend(pid, 10000) from pg_stat_activity
        where pid <> pg_backend_pid() and datname = current_database()`,
    );
    await budget.take(account, patient);
    expect(await tokens()).toBeCloseTo(0, 1);
  });

  it('fails if the server stops responding, and later ones continue', async () => {
    const clock = createFakeClock();
    // Statements that were given up may still take their turns.
    const budget = openBudget({ clock, burst: 9 });
    await budget.take(account, patient);
    const blocker = new pg.Client({ connectionString: url });
    await blocker.connect();
    await blocker.query('begin; lock table vbc_request_budget in access exclusive mode');
    const asked = clock.delays.length;
    const taken = errorOf(budget.take(account, patient));
    // Two attempts: the connection may have been lost since the last turn.
    for (const attempt of [1, 2]) {
      while (clock.delays.length < asked + attempt) await settle(1);
      await clock.advance(15_000);
    }
    expect((await taken).message).toContain('was lost');
    await blocker.end();
    await budget.take(account, patient);
  });
});

describe('a client with a request budget', () => {
  it('waits before requests to the API, and not before requests for tokens', async () => {
    await using sandbox = await startSandbox({ calls: 10 });
    const { accountId, baseUrl, tokenUrl, credentials: auth } = sandbox;
    const budget = openBudget({ burst: 20 });
    const client = createReportsClient({ accountId, auth, baseUrl, tokenUrl, fetch: budget.fetch(accountId) });
    await client.callLogs.list({ from: '2026-01-01', to: '2026-01-02' }).toArray();
    const methods = sandbox.requests.map(({ method }) => method);
    expect(methods[0]).toBe('POST');
    expect(await tokens()).toBeCloseTo(20 - (methods.length - 1), 1);
  });

  it('learns that the database cannot be reached, and tries again', async () => {
    url = `postgres://vonage:secret-of-the-url@127.0.0.1:${await freePort()}/calls`;
    const reasons: string[] = [];
    const client = createReportsClient({
      accountId: account,
      auth: 'a-token',
      retry: { maxAttempts: 2 },
      fetch: openBudget().fetch(account, () => Promise.reject(new Error('No request should have been made'))),
      on: { retry: ({ reason }) => reasons.push(reason) },
    });
    const error = await errorOf(Promise.resolve(client.callLogs.list({ from: '2026-01-01', to: '2026-01-02' })));
    expect(error).toBeInstanceOf(ReportsError);
    expect(error).toMatchObject({ code: 'network', attempts: 2 });
    expect(error.message).toContain('The request budget of the account is out of reach');
    expect(error.message).not.toContain('secret-of-the-url');
    expect(reasons).toEqual(['network']);
  });

  it('does not try again if the database refuses its user', async () => {
    url = changeUrl(url, { password: 'wrong' });
    const fetch = openBudget().fetch(account, () => Promise.reject(new Error('No request should have been made')));
    const client = createReportsClient({ accountId: account, auth: 'a-token', fetch });
    const error = await errorOf(Promise.resolve(client.callLogs.list({ from: '2026-01-01', to: '2026-01-02' })));
    expect(error).toMatchObject({ code: 'network', attempts: 1 });
    expect(error.message).toContain('refused the user or the password');
  });
});

describe('a request budget', () => {
  it.each([{ requestsPerSecond: 0 }, { requestsPerSecond: NaN }, { burst: 0.5 }])('is not made with %j', (options) => {
    expect(() => openBudget(options)).toThrow(RangeError);
  });
});
