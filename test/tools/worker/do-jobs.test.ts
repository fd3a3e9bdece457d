import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createPostgresStore } from '../../../src/tools/sync/postgres/store.ts';
import { sync } from '../../../src/tools/sync/index.ts';
import { readClock, readState, requestAccounts } from '../../../src/tools/worker/account-state.ts';
import { doJob } from '../../../src/tools/worker/do-jobs.ts';
import type { Lease } from '../../../src/tools/worker/queue.ts';
import { readStatus } from '../../../src/tools/worker/status.ts';
import { type PostgresServer, queryPostgres, startPostgres } from '../../support/postgres.ts';
import type { History } from '../sync/history.ts';
import { contentsOf, createGate, createHand, emptyDatabase, type Hand, historyOf, hour, idsOf } from './set-up.ts';

/** The statement with which pg-boss takes a job. */
const { fetchNextJob } = createRequire(import.meta.url)('pg-boss/src/plans.js') as {
  readonly fetchNextJob: (schema: string) => (options: { includeMetadata: boolean }) => string;
};

let server: PostgresServer;
let url: string;
let hands: Hand[];

beforeAll(async () => {
  server = await startPostgres();
  url = await server.createDatabase();
});

beforeEach(() => {
  hands = [];
});

afterEach(async () => {
  for (const hand of hands) await hand.close();
  await emptyDatabase(url);
});

afterAll(() => server.stop());

async function handWith(histories: Readonly<Record<string, History>>): Promise<Hand> {
  const hand = await createHand(url, histories);
  hands.push(hand);
  return hand;
}

/** As if the lease of a job had ended: another worker may take it. */
async function endLease({ id }: Lease): Promise<void> {
  await queryPostgres(url, `update vbc_queue.job set state = 'retry', start_after = now() where id = '${id}'`);
}

async function queued(name: string): Promise<number> {
  const [row] = await queryPostgres<{ jobs: string }>(
    url,
    `select count(*) as jobs from vbc_queue.job where name = '${name}' and state < 'completed'`,
  );
  return Number(row?.jobs);
}

describe('the jobs of an account', () => {
  test('compare it, and read what differs, until the store has what the server lists', async () => {
    const history = historyOf(300);
    const hand = await handWith({ '1': history });
    await hand.queue.addCompares(['1']);
    expect(await hand.work('compare')).toMatchObject({ end: 'done', account: '1' });
    expect(await hand.work('read')).toMatchObject({ end: 'done', calls: 300 });
    expect((await contentsOf(url, '1')).ids).toEqual(idsOf(history));
    expect([await queued('compare'), await queued('read')]).toEqual([0, 0]);
    const [status] = await readStatus(hand.session.connection);
    expect(status).toMatchObject({ account: '1', phase: 'up to date', queued: 0, running: 0 });
    expect(status?.settledUntil).toEqual(new Date(history.now - 25 * hour));
  });

  test('take one request where nothing is new', async () => {
    const history = historyOf(300);
    const hand = await handWith({ '1': history });
    for (const round of [1, 2]) {
      await hand.queue.addCompares(['1']);
      await hand.work('compare');
      if (round === 1) await hand.work('read');
      history.now += 60_000;
      history.requests = round === 1 ? 0 : history.requests;
    }
    expect(history.requests).toBe(1);
    expect(await queued('read')).toBe(0);
  });

  test('count settled history once a day where the schedule asks, and at once where somebody does', async () => {
    const history = historyOf(300);
    const hand = await handWith({ '1': history });
    const plan = async (): Promise<void> => {
      await hand.queue.addCompares(['1'], { isRoutine: true });
      await hand.work('compare');
      while ((await queued('compare')) + (await queued('read')) > 0) {
        await doJob((await hand.queue.take('compare')) ?? (await hand.take('read')), hand.context);
      }
    };
    await plan();
    history.now += 24 * hour;
    // The loss of an old call in the store, and a new call.
    await queryPostgres(url, 'delete from calls where id = (select min(id) from calls)');
    history.add({ start: history.now - hour });
    await plan();
    expect((await contentsOf(url, '1')).ids).toEqual(idsOf(history).slice(1));
    await queryPostgres(url, `update vbc_worker_accounts set compared_in_full_at = now() - interval '25 hours'`);
    await plan();
    expect((await contentsOf(url, '1')).ids).toEqual(idsOf(history));
    await queryPostgres(url, 'delete from calls where id = (select min(id) from calls)');
    await hand.queue.addCompares(['1']);
    await hand.work('compare');
    await hand.work('read');
    expect((await contentsOf(url, '1')).ids).toEqual(idsOf(history));
  });

  test('read a large account in a few jobs at a time, and compare it again after the last of them', async () => {
    const history = historyOf(180);
    const hand = await handWith({ '1': history });
    // Pages of one call, and so jobs of 40.
    const context = {
      ...hand.context,
      accountOf: () => Promise.resolve({ id: '1', timeZone: 'UTC', client: history.client(), pageSize: 1 }),
    };
    await hand.queue.addCompares(['1']);
    const jobs: string[] = [];
    for (;;) {
      const lease = (await hand.queue.take('compare')) ?? (await hand.queue.take('read'));
      if (lease === undefined) break;
      jobs.push(lease.queue);
      if (lease.queue === 'compare') expect(await queued('read')).toBe(0);
      expect((await doJob(lease, context)).end).toBe('done');
      expect(await queued('read')).toBeLessThanOrEqual(4);
    }
    expect(jobs.filter((name) => name === 'read').length).toBeGreaterThan(4);
    expect((await contentsOf(url, '1')).ids).toEqual(idsOf(history));
  });

  test('leave the rest of a window to the next comparison when the time of a job is up', async () => {
    const history = historyOf(300);
    const hand = await handWith({ '1': history });
    await hand.queue.addCompares(['1']);
    await hand.work('compare');
    const lease = await hand.take('read');
    history.onRequest = () => {
      history.now += 1_000;
    };
    expect((await doJob({ ...lease, seconds: 6 }, hand.context)).calls).toBeLessThan(300);
    while ((await queued('compare')) + (await queued('read')) > 0) {
      const next = (await hand.queue.take('compare')) ?? (await hand.take('read'));
      await doJob(next, hand.context);
    }
    expect((await contentsOf(url, '1')).ids).toEqual(idsOf(history));
  });
});

describe('a job whose lease has ended', () => {
  test('writes nothing if another worker has done it', async () => {
    const history = historyOf(100);
    const [slow, quick] = [await handWith({ '1': history }), await handWith({ '1': history })];
    await slow.queue.addCompares(['1']);
    await slow.work('compare');
    const lease = await slow.take('read');
    await endLease(lease);
    expect(await quick.work('read')).toMatchObject({ end: 'done', calls: 100 });
    const before = await contentsOf(url, '1');
    history.change(3, 'remove');
    expect(await doJob(lease, slow.context)).toMatchObject({ end: 'lost', calls: 0 });
    expect(await contentsOf(url, '1')).toEqual(before);
    expect((await readState(slow.session.connection, '1')).reads).toBe(0);
  });

  test('writes nothing while another worker does it, which can complete it', async () => {
    const history = historyOf(100);
    const [slow, quick] = [await handWith({ '1': history }), await handWith({ '1': history })];
    await slow.queue.addCompares(['1']);
    await slow.work('compare');
    const late = await slow.take('read');
    await endLease(late);
    const lease = await quick.take('read');
    expect(lease.id).toBe(late.id);
    expect((await doJob(late, slow.context)).end).toBe('lost');
    expect((await contentsOf(url, '1')).ids).toEqual([]);
    expect((await doJob(lease, quick.context)).end).toBe('done');
    expect((await contentsOf(url, '1')).ids).toEqual(idsOf(history));
  });

  test('is not failed for the worker that does it now', async () => {
    const history = historyOf(100);
    const [slow, quick] = [await handWith({ '1': history }), await handWith({ '1': history })];
    await slow.queue.addCompares(['1']);
    const late = await slow.take('compare');
    await endLease(late);
    const lease = await quick.take('compare');
    const accountOf = () => Promise.reject(new Error('It has failed'));
    expect((await doJob(late, { ...slow.context, accountOf })).end).toBe('failed');
    expect(await queryPostgres(url, `select state from vbc_queue.job where id = '${lease.id}'`)).toEqual([
      { state: 'active' },
    ]);
    expect((await doJob(lease, quick.context)).end).toBe('done');
  });

  test('adds no jobs of its own after a comparison', async () => {
    const history = historyOf(100);
    const [slow, quick] = [await handWith({ '1': history }), await handWith({ '1': history })];
    await slow.queue.addCompares(['1']);
    const late = await slow.take('compare');
    await endLease(late);
    await quick.work('compare');
    expect(await queued('read')).toBe(1);
    expect((await doJob(late, slow.context)).end).toBe('lost');
    expect(await queued('read')).toBe(1);
  });

  test('is done without effect where another comparison of the account came in between', async () => {
    const history = historyOf(100);
    const [slow, quick] = [await handWith({ '1': history }), await handWith({ '1': history })];
    await slow.queue.addCompares(['1']);
    const early = await slow.take('compare');
    await slow.queue.addCompares(['1']);
    const accountOf = async (id: string) => {
      await quick.work('compare');
      await quick.work('read');
      return await slow.context.accountOf(id);
    };
    expect((await doJob(early, { ...slow.context, accountOf })).end).toBe('skipped');
    expect([await queued('compare'), await queued('read')]).toEqual([0, 0]);
    expect((await contentsOf(url, '1')).ids).toEqual(idsOf(history));
  });
});

describe('a long queue', () => {
  test('is not sorted each time that a job is taken', async () => {
    const hand = await handWith({});
    await hand.queue.addCompares(Array.from({ length: 3_000 }, (_account, place) => String(place)));
    await queryPostgres(url, 'analyze vbc_queue.job');
    const take = fetchNextJob('vbc_queue')({ includeMetadata: true });
    const plan = await queryPostgres(url, `explain ${take.replaceAll('$1', `'compare'`).replaceAll('$2', '1')}`);
    expect(JSON.stringify(plan)).toContain('LockRows');
    expect(JSON.stringify(plan)).not.toContain('Sort Key: job.priority');
  });
});

describe('jobs that somebody has removed from the queue', () => {
  test('are found out by the next comparison, which adds them again', async () => {
    const history = historyOf(100);
    const hand = await handWith({ '1': history });
    await hand.queue.addCompares(['1']);
    await hand.work('compare');
    await hand.queue.addCompares(['1']);
    expect((await hand.work('compare')).end).toBe('skipped');
    await queryPostgres(url, `delete from vbc_queue.job where name = 'read'`);
    await hand.queue.addCompares(['1']);
    expect((await hand.work('compare')).end).toBe('done');
    expect((await hand.work('read')).calls).toBe(100);
    expect((await contentsOf(url, '1')).ids).toEqual(idsOf(history));
  });
});

describe('two comparisons of an account at once', () => {
  test('lead to a third where the one that came to nothing was asked for after the other had begun', async () => {
    const history = historyOf(100);
    const [slow, quick] = [await handWith({ '1': history }), await handWith({ '1': history })];
    await slow.queue.addCompares(['1']);
    await slow.work('compare');
    await slow.work('read');
    await slow.queue.addCompares(['1']);
    const early = await slow.take('compare');
    const [begun, mayEnd] = [createGate(), createGate()];
    const earlyEnd = doJob(early, {
      ...slow.context,
      accountOf: async (id) => {
        begun.open();
        await mayEnd.opened;
        return await slow.context.accountOf(id);
      },
    });
    await begun.opened;
    const requestedAt = await requestAccounts(quick.session.connection, ['1'], undefined);
    await quick.queue.addCompares(['1']);
    const late = await quick.take('compare');
    const accountOf = async (id: string) => {
      mayEnd.open();
      await earlyEnd;
      return await quick.context.accountOf(id);
    };
    expect((await doJob(late, { ...quick.context, accountOf })).end).toBe('skipped');
    expect((await earlyEnd).end).toBe('done');
    expect(await queued('compare')).toBe(1);
    expect((await quick.work('compare')).end).toBe('done');
    const [status] = await readStatus(quick.session.connection);
    expect(status?.upToDateAt?.getTime()).toBeGreaterThanOrEqual(requestedAt.getTime());
    expect(await queued('compare')).toBe(0);
  });
});

describe('several workers', () => {
  test('take the time from their database, so that their clocks may differ', async () => {
    const { connection } = (await handWith({})).session;
    const timeOfDatabase = async (): Promise<number> => {
      const [row] = await connection.rows('select clock_timestamp() as now');
      return (row?.now as Date).getTime();
    };
    for (const wrongBy of [-3 * hour, 3 * hour]) {
      const before = await timeOfDatabase();
      const now = await readClock(connection, () => Date.now() + wrongBy);
      // The two clocks are compared over a round trip.
      const [between, after] = [now(), await timeOfDatabase()];
      expect(between).toBeGreaterThanOrEqual(before - (after - before));
      expect(between).toBeLessThanOrEqual(after + (after - before));
    }
  });

  test('write to different windows of an account at once, and all of it is proven', async () => {
    const history = historyOf(240);
    const workers = [await handWith({ '1': history }), await handWith({ '1': history })];
    const accountOf = () => Promise.resolve({ id: '1', timeZone: 'UTC', client: history.client(), pageSize: 3 });
    await workers[0]?.queue.addCompares(['1']);
    const work = async (hand: Hand): Promise<void> => {
      for (;;) {
        const lease = (await hand.queue.take('compare')) ?? (await hand.queue.take('read'));
        if (lease !== undefined) await doJob(lease, { ...hand.context, accountOf });
        else if ((await queued('compare')) + (await queued('read')) === 0) return;
      }
    };
    await Promise.all(workers.map(work));
    const { ids, coverage } = await contentsOf(url, '1');
    expect(ids).toEqual(idsOf(history));
    expect(coverage.at(-1)?.to).toEqual(new Date(history.now));
    expect(coverage.slice(1).every(({ from }, place) => from.getTime() === coverage[place]?.to.getTime())).toBe(true);
  });

  test('exclude a sync of the same account, and it excludes them', async () => {
    const history = historyOf(50);
    const hand = await handWith({ '1': history });
    const store = createPostgresStore(url);
    const alone = await store.open({ id: '1', timeZone: 'UTC' });
    await hand.queue.addCompares(['1']);
    const lease = await hand.take('compare');
    const outcome = await doJob(lease, hand.context);
    expect(outcome).toMatchObject({ end: 'failed', problem: { code: 'locked' } });
    await alone.release();
    const shared = await hand.session.open({ id: '1', timeZone: 'UTC' });
    const options = { client: history.client(), account: { id: '1', timeZone: 'UTC' }, store, now: () => history.now };
    await expect(sync(options)).rejects.toMatchObject({ code: 'locked' });
    await shared.release();
    expect((await sync(options)).complete).toBe(true);
    await store.close();
  });
});

describe('an account that cannot be read', () => {
  test('is paused alone, with the reason and the remedy, until somebody asks for it', async () => {
    const [good, refused] = [historyOf(50), historyOf(50)];
    const hand = await handWith({ '1': good, '2': refused });
    const accountOf = async (id: string) => {
      const account = await hand.context.accountOf(id);
      return account && { ...account, client: id === '2' ? refused.refusing() : account.client };
    };
    const context = { ...hand.context, accountOf };
    await hand.queue.addCompares(['1', '2']);
    const ends = [await doJob(await hand.take('compare'), context), await doJob(await hand.take('compare'), context)];
    expect(ends.map(({ end }) => end).sort()).toEqual(['done', 'paused']);
    await doJob(await hand.take('read'), context);
    const [first, second] = await readStatus(hand.session.connection);
    expect(first?.phase).toBe('up to date');
    expect(second).toMatchObject({ phase: 'paused', queued: 0, running: 0, problem: { code: 'not-subscribed' } });
    expect(second?.problem?.hint).toContain('Subscribe the application');
    await hand.queue.addCompares(['2']);
    const asked = refused.requests;
    expect((await doJob(await hand.take('compare'), context)).end).toBe('skipped');
    expect(refused.requests).toBe(asked);
  });

  test('is tried again later, and given up with its last error after some attempts', async () => {
    const history = historyOf(50);
    const hand = await handWith({ '1': history });
    history.isDown = true;
    await hand.queue.addCompares(['1']);
    for (let attempt = 0; attempt <= 5; attempt += 1) {
      expect(await hand.work('compare')).toMatchObject({ end: 'failed', problem: { code: 'server' } });
      await queryPostgres(url, `update vbc_queue.job set start_after = now() where state = 'retry'`);
    }
    expect(await hand.queue.take('compare')).toBeUndefined();
    expect((await hand.work('dead')).account).toBe('1');
    const [status] = await readStatus(hand.session.connection);
    expect(status).toMatchObject({ phase: 'failed', problem: { code: 'server' } });
    history.isDown = false;
    await hand.queue.addCompares(['1']);
    await hand.work('compare');
    await hand.work('read');
    expect((await readStatus(hand.session.connection))[0]).toMatchObject({ phase: 'up to date', problem: undefined });
  });

  test('is compared three times, and then named, where the server counts calls that it does not list', async () => {
    const history = historyOf(50);
    const hand = await handWith({ '1': history });
    const last = history.listed().at(-1)?.id;
    history.isHidden = ({ id }) => id === last;
    await hand.queue.addCompares(['1']);
    let compares = 0;
    for (;;) {
      const lease = (await hand.queue.take('compare')) ?? (await hand.queue.take('read'));
      if (lease === undefined) break;
      if (lease.queue === 'compare') compares += 1;
      await doJob(lease, hand.context);
    }
    expect(compares).toBe(3);
    expect((await readStatus(hand.session.connection))[0]).toMatchObject({
      phase: 'failed',
      problem: { code: 'incomplete' },
    });
    expect((await contentsOf(url, '1')).ids).toHaveLength(49);
  });

  test('keeps calls of settled history that the server no longer lists', async () => {
    const history = historyOf(300);
    const hand = await handWith({ '1': history });
    await hand.queue.addCompares(['1']);
    await hand.work('compare');
    await hand.work('read');
    history.now += 24 * hour;
    history.change(5, 'remove');
    await hand.queue.addCompares(['1']);
    while ((await queued('compare')) + (await queued('read')) > 0) {
      await doJob((await hand.queue.take('compare')) ?? (await hand.take('read')), hand.context);
    }
    expect((await contentsOf(url, '1')).ids).toEqual(idsOf(history));
    const [row] = await queryPostgres<{ kept: string }>(url, 'select count(*) as kept from calls');
    expect(Number(row?.kept)).toBe(300);
  });
});
