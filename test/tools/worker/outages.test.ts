import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { StoreError } from '../../../src/tools/sync/index.ts';
import { openStatusReader, requestSync } from '../../../src/tools/worker/index.ts';
import { createFakeClock, settle } from '../../support/fake-clock.ts';
import { changeUrl, type PostgresServer, queryPostgres, startPostgres } from '../../support/postgres.ts';
import { createDatabaseProxy, type DatabaseProxy } from './database-proxy.ts';
import { contentsOf, historyOf, idsOf } from './set-up.ts';
import { type StartedWorker, startWorkerOf } from './started-worker.ts';

let server: PostgresServer;
let url: string;
let proxy: DatabaseProxy;
let workers: StartedWorker[];

beforeAll(async () => {
  server = await startPostgres();
});

beforeEach(async () => {
  url = await server.createDatabase();
  proxy = await createDatabaseProxy(url);
  workers = [];
});

afterEach(async () => {
  for (const { stop, ended } of workers) {
    stop.abort();
    await ended.catch(() => undefined);
  }
  await proxy.stop();
});

afterAll(() => server.stop());

const minute = 60_000;
/** Waits pass by themselves, at once. Longer timers are limits, such as that of a request. */
const waitsPass = { autoAdvanceUpToMs: 20_000 };

function start(...[given, ...more]: Parameters<typeof startWorkerOf>): StartedWorker {
  const worker = startWorkerOf(given, ...more);
  workers.push(worker);
  return worker;
}

/** Lets everything go on until something is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await settle(1);
}

/** The entries of a log that tell of outages. */
function outagesIn({ log }: StartedWorker): string[] {
  return log.entries.filter((entry) => /^(outage|recovery)/.test(entry));
}

describe('a database that is away for ten minutes', () => {
  test('is waited for at the start, with one line when it is away and one when it is there', async () => {
    const history = historyOf(60);
    const clock = createFakeClock(waitsPass);
    const startedAt = clock.now();
    const worker = start(proxy.url, { '1': history }, { clock });
    await until(() => clock.now() > startedAt + 10 * minute);
    expect(worker.log.entries).toEqual(['outage unavailable']);
    const delays = [...clock.delays];
    await proxy.restore();
    await worker.log.has('ready');
    expect(outagesIn(worker)).toEqual(['outage unavailable', 'recovery']);
    // The waits double from half a second to fifteen; each is shortened by up to a half.
    for (const [place, delay] of delays.entries()) {
      const longest = Math.min(15_000, 500 * 2 ** place);
      expect(delay).toBeLessThanOrEqual(longest);
      expect(delay).toBeGreaterThanOrEqual(longest / 2);
    }
    expect(delays.length).toBeLessThan(100);
    await requestSync({ url, accounts: ['1'], signal: new AbortController().signal, pollMs: 20 });
    expect((await contentsOf(url, '1')).ids).toEqual(idsOf(history));
  });

  test('is waited for by all jobs of a worker, which say so once together', async () => {
    const history = historyOf(60);
    const clock = createFakeClock(waitsPass);
    await proxy.restore();
    const worker = start(proxy.url, { '1': history }, { clock, parallel: 3 });
    await worker.log.has('ready');
    await proxy.cut();
    await worker.log.has('outage');
    const [awayAt, waitsBefore] = [clock.now(), clock.delays.length];
    await until(() => clock.now() > awayAt + 10 * minute);
    expect(outagesIn(worker)).toHaveLength(1);
    // Three jobs, each of which tries at least every fifteen seconds in the long run.
    expect(clock.delays.length - waitsBefore).toBeLessThan(3 * 100);
    await proxy.restore();
    await worker.log.has('recovery');
    await requestSync({ url, accounts: ['1'], signal: new AbortController().signal, pollMs: 20 });
    expect((await contentsOf(url, '1')).ids).toEqual(idsOf(history));
    expect(outagesIn(worker)).toEqual([expect.stringMatching(/^outage (failed|unavailable)$/), 'recovery']);
  });

  test('is waited for by those who wait for workers, and the workers go on', async () => {
    const history = historyOf(60);
    const clock = createFakeClock(waitsPass);
    await proxy.restore();
    const told: string[] = [];
    let isFirst = true;
    const asked = requestSync({
      ...{ url: proxy.url, accounts: ['1'], signal: new AbortController().signal, clock },
      onOutage: ({ code }) => told.push(code),
      onProgress: () => {
        if (isFirst) void proxy.cut();
        isFirst = false;
      },
    });
    await until(() => told.length > 0);
    const awayAt = clock.now();
    await until(() => clock.now() > awayAt + 10 * minute);
    start(url, { '1': history });
    await proxy.restore();
    expect((await asked).map(({ phase }) => phase)).toEqual(['up to date']);
    expect(told).toHaveLength(1);
    expect(clock.delays.every((delay) => delay <= 15_000)).toBe(true);
  });

  test('is an error at once for a status, and for a request that has not been made yet', async () => {
    const reader = openStatusReader(proxy.url);
    await expect(reader.read()).rejects.toMatchObject({ name: 'StoreError', code: 'unavailable' });
    const request = { url: proxy.url, accounts: ['1'], signal: new AbortController().signal };
    await expect(requestSync(request)).rejects.toMatchObject({ name: 'StoreError', code: 'unavailable' });
    await proxy.restore();
    expect(await reader.read()).toEqual([]);
    await reader.close();
  });
});

describe('a database that works in part', () => {
  test('is told once, while the other jobs go on: the server accepts no more connections', async () => {
    const role = `limited_${crypto.randomUUID().replaceAll('-', '')}`;
    await queryPostgres(url, `create role ${role} login password 'secret-of-the-tests' connection limit 3`);
    await queryPostgres(url, `alter database ${new URL(url).pathname.slice(1)} owner to ${role}`);
    await queryPostgres(url, `alter schema public owner to ${role}`);
    const history = historyOf(60);
    const clock = createFakeClock(waitsPass);
    // One connection is the queue's: two are left for three jobs.
    const worker = start(changeUrl(url, { user: role }), { '1': history }, { clock, parallel: 3 });
    await worker.log.has('outage');
    const awayAt = clock.now();
    await requestSync({ url, accounts: ['1'], signal: new AbortController().signal, pollMs: 20 });
    await until(() => clock.now() > awayAt + 10 * minute);
    expect(outagesIn(worker)).toEqual(['outage unavailable']);
    expect((await contentsOf(url, '1')).ids).toEqual(idsOf(history));
    await queryPostgres(url, `alter role ${role} connection limit 10`);
    await worker.log.has('recovery');
    workers = [];
    worker.stop.abort();
    await worker.ended;
    await queryPostgres(url, `reassign owned by ${role} to current_user`);
    await queryPostgres(url, `drop owned by ${role}; drop role ${role}`);
  });

  test('is waited for while the tables of the queue are missing, which the next request makes', async () => {
    const history = historyOf(60);
    const clock = createFakeClock(waitsPass);
    const worker = start(url, { '1': history }, { clock });
    await worker.log.has('ready');
    await queryPostgres(url, 'drop schema vbc_queue cascade');
    await worker.log.has('outage');
    const awayAt = clock.now();
    await until(() => clock.now() > awayAt + 2 * minute);
    expect(outagesIn(worker)).toEqual(['outage failed']);
    await requestSync({ url, accounts: ['1'], signal: new AbortController().signal, pollMs: 20 });
    expect((await contentsOf(url, '1')).ids).toEqual(idsOf(history));
    expect(outagesIn(worker)).toEqual(['outage failed', 'recovery']);
  });
});

describe('a queue that a newer version has made', () => {
  test('ends a worker and a request that are under way, with one error, and a status says so', async () => {
    const worker = start(url, { '1': historyOf(1) });
    await worker.log.has('ready');
    const request = { url, accounts: ['unknown'], signal: new AbortController().signal, pollMs: 20 };
    let isFirst = true;
    const onProgress = (): void => {
      if (isFirst) void queryPostgres(url, 'update vbc_queue.version set version = 999');
      isFirst = false;
    };
    await expect(requestSync({ ...request, onProgress })).rejects.toMatchObject({ code: 'version' });
    const error: unknown = await worker.ended.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({ code: 'version', hint: expect.stringContaining('has layout 999') });
    expect(outagesIn(worker)).toEqual([]);
    const reader = openStatusReader(url);
    await expect(reader.read()).rejects.toMatchObject({ code: 'version' });
    await reader.close();
  });
});
