import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createReportsClient } from '../../../src/index.ts';
import { StoreError } from '../../../src/tools/sync/index.ts';
import { readPostgresUrl } from '../../../src/tools/postgres/connection.ts';
import { WorkSession } from '../../../src/tools/sync/postgres/work-session.ts';
import { JobQueue } from '../../../src/tools/worker/queue.ts';
import { requestSync, scheduleSync, type WorkerOptions } from '../../../src/tools/worker/index.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { type LocalPostgresServer, queryPostgres, startLocalPostgres } from '../../support/postgres.ts';
import type { History } from '../sync/history.ts';
import { contentsOf, createGate, historyOf, idsOf } from './set-up.ts';
import { type StartedWorker, startWorkerOf } from './started-worker.ts';

let server: LocalPostgresServer;
let url: string;

beforeAll(async () => {
  server = await startLocalPostgres();
});

beforeEach(async () => {
  url = await server.createDatabase();
});

afterAll(() => server.stop());

function startWorker(histories: Readonly<Record<string, History>>, given: Partial<WorkerOptions> = {}): StartedWorker {
  return startWorkerOf(url, histories, given);
}

const patient = new AbortController().signal;

describe('workers', () => {
  test('bring the accounts up to date that somebody asks for, who waits for it', async () => {
    const histories = { '1': historyOf(300), '2': historyOf(40), '3': historyOf(0) };
    const workers = [startWorker(histories), startWorker(histories)];
    const accounts = ['1', '2', '3'];
    for (const round of [1, 2]) {
      if (round === 2) histories['2'].add({ start: Date.UTC(2026, 2, 1, 0, 10) });
      const statuses = await requestSync({ url, accounts, signal: patient, pollMs: 20 });
      expect(statuses.map(({ phase }) => phase)).toEqual(['up to date', 'up to date', 'up to date']);
      for (const id of ['1', '2', '3'] as const) expect((await contentsOf(url, id)).ids).toEqual(idsOf(histories[id]));
    }
    for (const { stop } of workers) stop.abort();
    await Promise.all(workers.map(({ ended }) => ended));
  });

  test('begin the jobs that a comparison adds at once, in all their slots', async () => {
    const history = historyOf(300);
    const session = await WorkSession.open(readPostgresUrl(url));
    const queue = await JobQueue.open(readPostgresUrl(url));
    await queue.addCompares(['1']);
    await queue.close();
    await session.close();
    let asked = 0;
    const both = createGate();
    // No time passes: a slot that looks again after a while never does.
    const clock = createFakeClock();
    const worker = startWorker(
      { '1': history },
      {
        clock,
        accountOf: async (id) => {
          asked += 1;
          // The comparison is the first; two reads wait for each other.
          if (asked === 3) both.open();
          if (asked > 1) await both.opened;
          return { id, timeZone: 'UTC', client: history.client(), pageSize: 2 };
        },
      },
    );
    await worker.log.has('read done', 2);
    worker.stop.abort();
    await worker.ended;
  });

  test('plan all accounts of their file at the times of a schedule', async () => {
    await scheduleSync({ url, accounts: ['1', '2'], cron: '* * * * *', timeZone: 'Europe/Berlin' });
    const { log, stop, ended } = startWorker({ '1': historyOf(10), '2': historyOf(10) });
    await log.has('plan done');
    await log.has('compare done', 2);
    stop.abort();
    await ended;
    await expect(scheduleSync({ url, accounts: ['1'], cron: '61 * * * *', timeZone: 'UTC' })).rejects.toThrow();
  });

  test('give back what they cannot finish within the grace, for others', async () => {
    let abortedRequests = 0;
    const client = createReportsClient({
      ...{ accountId: '1', auth: 'a-token', retry: { maxAttempts: 1 } },
      fetch: async (_url, { signal }) => {
        await once(signal, 'abort');
        abortedRequests += 1;
        throw signal.reason;
      },
    });
    const history = historyOf(1);
    const accountOf = (): Promise<{ id: string; timeZone: string; client: typeof client }> => {
      stopSoon();
      return Promise.resolve({ id: '1', timeZone: 'UTC', client });
    };
    const worker = startWorker({ '1': history }, { accountOf, graceMs: 50 });
    const stopSoon = (): void => {
      worker.stop.abort();
    };
    await worker.log.has('ready');
    const queue = await JobQueue.open(readPostgresUrl(url));
    await queue.addCompares(['1']);
    await worker.ended;
    await queue.close();
    expect(worker.log.entries).toEqual(['ready', 'compare failed']);
    expect(abortedRequests).toBe(1);
    expect(await queryPostgres(url, `select state from vbc_queue.job where name = 'compare'`)).toEqual([
      { state: 'retry' },
    ]);
  });

  test('are refused where a newer version made the queue, and where pg-boss has no tables it makes them', async () => {
    const { log, stop, ended } = startWorker({ '1': historyOf(1) });
    await log.has('ready');
    stop.abort();
    await ended;
    await queryPostgres(url, 'update vbc_queue.version set version = 999');
    const error: unknown = await startWorker({ '1': historyOf(1) }).ended.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({ code: 'version', message: expect.stringContaining('newer version') });
  });

  test('wait for a database that has crashed, and say so once', async () => {
    const history = historyOf(120);
    const { log, stop, ended } = startWorker({ '1': history });
    await log.has('ready');
    await requestSync({ url, accounts: ['1'], signal: patient, pollMs: 20 });
    await server.halt('immediate');
    await log.has('outage');
    await server.start();
    await log.has('recovery');
    history.add({ start: Date.UTC(2026, 2, 1, 0, 10) });
    await requestSync({ url, accounts: ['1'], signal: patient, pollMs: 20 });
    expect((await contentsOf(url, '1')).ids).toEqual(idsOf(history));
    expect(log.entries.filter((entry) => /outage|recovery/.test(entry)).map((entry) => entry.slice(0, 6))).toEqual([
      ...['outage', 'recove'],
    ]);
    stop.abort();
    await ended;
  });

  test('end at once when they are stopped while the database is away', async () => {
    const nobody = createServer().listen(0, '127.0.0.1');
    await once(nobody, 'listening');
    const { port } = nobody.address() as { port: number };
    nobody.close();
    const { log, stop, ended } = startWorker(
      { '1': historyOf(1) },
      { url: `postgres://nobody:hunter2@127.0.0.1:${port}/x` },
    );
    await log.has('outage unavailable');
    stop.abort();
    await ended;
    expect(log.entries).toEqual(['outage unavailable']);
  });
});
