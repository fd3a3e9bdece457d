import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type HealthServer, startHealthServer, WorkerMetrics } from '../../../src/tools/worker/index.ts';
import type { AccountStatus } from '../../../src/tools/worker/index.ts';

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
    expect(lines.slice(-2)).toEqual(['# EOF', '']);
    for (const line of lines.slice(0, -2))
      expect(line).toMatch(/^(# (TYPE|HELP|UNIT) \S+ .+|[a-z_]+(\{[^{}]*\})? [\d.]+)$/);
  });

  it('answers that it is unavailable, and not why, where the database is away', async () => {
    isAway = true;
    expect(await get('/metrics')).toMatchObject({ status: 503, text: 'the database cannot be reached\n' });
  });
});
