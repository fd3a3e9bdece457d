import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cacheMetrics, type HealthServer, startHealthServer, WorkerMetrics } from '../../../src/tools/worker/index.ts';
import type { AccountStatus } from '../../../src/tools/worker/index.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const upToDate: AccountStatus = {
  ...{ account: '913874', phase: 'up to date', queued: 0, running: 0, lagSeconds: 12.4, problem: undefined },
  ...{ upToDateAt: new Date(0), settledUntil: undefined, pausedUntil: undefined, givenUpAt: undefined },
};

let isReady: boolean;
let isAway: boolean;
let server: HealthServer;
let metrics: WorkerMetrics;

beforeEach(async () => {
  [isReady, isAway, metrics] = [true, false, new WorkerMetrics()];
  server = await startHealthServer({
    ...{ port: 0, host: '127.0.0.1', isReady: () => isReady },
    metrics: () => (isAway ? Promise.reject(new Error('secret')) : Promise.resolve(metrics.render([upToDate]))),
  });
});

afterEach(() => server.close());

async function get(path: string, init?: RequestInit): Promise<{ status: number; text: string; type: string | null }> {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, init);
  return { status: response.status, text: await response.text(), type: response.headers.get('content-type') };
}

const sampleLine =
  /^([a-z_]+)(\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z]+="(?:[^"\\\n]|\\["\\n])*")*\})? (\d+(?:\.\d+)?)$/;

/**
 * The rules of OpenMetrics 1.0 that a text like this can break: it ends with `# EOF`; a family is in one piece, and its type
 * comes first; a unit ends its name; samples of counters end in `_total`; no sample comes twice.
 */
function expectOpenMetrics(text: string): void {
  expect(text.endsWith('\n# EOF\n')).toBe(true);
  const [families, samples] = [new Map<string, string>(), new Set<string>()];
  let current = '';
  for (const line of text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1)) {
    const [, keyword, name = '', rest = ''] = /^# (TYPE|UNIT|HELP) ([a-z_]+) (.+)$/.exec(line) ?? [];
    if (keyword === 'TYPE') {
      expect(families.has(name)).toBe(false);
      families.set((current = name), rest);
      expect(rest).toMatch(/^(counter|gauge)$/);
    } else if (keyword === undefined) {
      const [, sample = '', labels = ''] = sampleLine.exec(line) ?? [line];
      expect(sample).toBe(families.get(current) === 'counter' ? `${current}_total` : current);
      expect(samples.has(sample + labels)).toBe(false);
      samples.add(sample + labels);
    } else {
      expect(name).toBe(current);
      if (keyword === 'UNIT') expect(name.endsWith(`_${rest}`)).toBe(true);
    }
  }
}

describe('the health of a worker', () => {
  it('is told to orchestrators: alive always, ready while it takes jobs', async () => {
    expect((await get('/livez')).status).toBe(200);
    expect(await get('/readyz')).toMatchObject({ status: 200, text: 'ready\n' });
    isReady = false;
    expect(await get('/readyz')).toMatchObject({ status: 503, text: 'not ready\n' });
    expect((await get('/livez')).status).toBe(200);
    expect((await get('/')).status).toBe(404);
    expect((await get('/livez', { method: 'POST' })).status).toBe(405);
  });

  it('has metrics in the format of OpenMetrics', async () => {
    metrics.handlers.request?.({ request: 'GET /accounts/913874/call-logs', attempt: 1, durationMs: 1, status: 200 });
    metrics.handlers.request?.({
      request: 'GET /accounts/913874/call-logs',
      attempt: 1,
      durationMs: 1,
      failure: 'timeout',
    });
    metrics.job('read', { end: 'done', account: '913874', problem: undefined, calls: 7, durationMs: 1500 });
    metrics.job('read', { end: 'done', account: '913874', problem: undefined, calls: 3, durationMs: 500 });
    const { type, text } = await get('/metrics');
    expect(type).toContain('application/openmetrics-text');
    const lines = text.split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        '# TYPE vbc_requests counter',
        'vbc_requests_total{outcome="200"} 1',
        'vbc_requests_total{outcome="timeout"} 1',
        'vbc_jobs_total{queue="read",end="done"} 2',
        'vbc_job_seconds_total{queue="read"} 2',
        'vbc_calls_written_total 10',
        'vbc_account_lag_seconds{account="913874"} 12',
        'vbc_accounts{phase="up to date"} 1',
        'vbc_accounts{phase="paused"} 0',
      ]),
    );
    expectOpenMetrics(text);
  });

  it('has a valid text before the first request, and with any account and any fault', () => {
    expectOpenMetrics(metrics.render([]));
    const odd = ['913874', 'sandbox', 'a"b\\c\nd', '{x="1"} 2', 'é\u2028'];
    metrics.handlers.request?.({ request: 'GET /', attempt: 1, durationMs: 1, status: 418 });
    metrics.handlers.request?.({ request: 'GET /', attempt: 1, durationMs: 1 });
    expectOpenMetrics(metrics.render(odd.map((account) => ({ ...upToDate, account }))));
    expect(metrics.render([])).toContain('vbc_logins_total 0\n');
  });

  it('reads the accounts once for all scrapers of ten seconds, and again after a failure', async () => {
    const clock = createFakeClock();
    let reads = 0;
    let fails = false;
    const scrape = cacheMetrics(
      metrics,
      () => {
        reads += 1;
        return fails ? Promise.reject(new Error('away')) : Promise.resolve([upToDate]);
      },
      clock,
    );
    await Promise.all([scrape(), scrape(), scrape()]);
    metrics.outage();
    // What is counted in this process is always new.
    expect(await scrape()).toContain('vbc_database_outages_total 1\n');
    expect(reads).toBe(1);
    await clock.advance(10_001);
    fails = true;
    await expect(scrape()).rejects.toThrow('away');
    fails = false;
    expect(await scrape()).toContain('vbc_account_lag_seconds{account="913874"} 12');
    expect(reads).toBe(3);
  });

  it('answers that it is unavailable, and not why, where the database is away', async () => {
    isAway = true;
    expect(await get('/metrics')).toMatchObject({ status: 503, text: 'the database cannot be reached\n' });
  });
});
