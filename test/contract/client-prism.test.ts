import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { createReportsClient, ReportsError, type ClientOptions, type ListOptions } from '../../src/index.ts';
import { draws } from '../support/draws.ts';
import { startPrism, type Prism } from '../support/prism.ts';

const month = { from: '2026-01-01', to: '2026-02-01' };
const operation = '/accounts/{account_id}/call-logs';
const query = { 'start:gte': '2026-01-01 00:00:00', 'start:lte': '2026-01-31 23:59:59' };
const params = { path: { account_id: '913874' }, query };

let prism: Prism;
let dynamic: Prism;

beforeAll(async () => {
  [prism, dynamic] = await Promise.all([
    startPrism({ mode: 'mock', args: ['--errors'] }),
    startPrism({ mode: 'mock', args: ['--errors', '--dynamic'] }),
  ]);
});

afterAll(async () => {
  await Promise.all([prism.stop(), dynamic.stop()]);
});

/** A client of the mock, asking it by header for a certain answer; waits are left out. */
function clientOf({ url }: Prism, { prefer, ...options }: Partial<ClientOptions> & { prefer?: string } = {}) {
  const answers: Response[] = [];
  const client = createReportsClient({
    accountId: '913874',
    auth: 'a-token',
    baseUrl: url,
    retry: { maxAttempts: 1 },
    fetch: async (target, init) => {
      const headers = { ...init.headers, ...(prefer === undefined ? {} : { prefer }) };
      const answer = await fetch(target, { ...init, headers });
      answers.push(answer.clone());
      return answer;
    },
    ...options,
  });
  return { client, answers };
}

async function errorOf(asked: PromiseLike<unknown>): Promise<ReportsError> {
  try {
    await asked;
  } catch (error) {
    if (error instanceof ReportsError) return error;
    throw error;
  }
  throw new Error('nothing failed');
}

describe('requests of the client, as the document has them', () => {
  it.each<[string, Partial<ListOptions>]>([
    ['no filter', {}],
    ['a zone', { timeZone: 'America/New_York' }],
    ['direction', { direction: 'Outbound' }],
    ['fromNumber', { fromNumber: '+17325550100' }],
    ['toNumber', { toNumber: '1001' }],
    ['sourceUser', { sourceUser: 'jane smith & co' }],
    ['destinationUser', { destinationUser: 'Zoë' }],
    ['endFrom and endTo', { endFrom: '2026-01-02', endTo: new Date('2026-01-03T12:00:00Z') }],
    ['the smallest page', { pageSize: 1 }],
    ['the largest page', { pageSize: 10_000 }],
    [
      'everything',
      {
        direction: 'Inbound',
        fromNumber: '17325550100',
        toNumber: '1001',
        sourceUser: 'jane',
        destinationUser: 'joe',
        endFrom: '2026-01-02',
        endTo: '2026-01-03',
        pageSize: 500,
      },
    ],
  ])('pass its validation with %s', async (_what, options) => {
    const { client, answers } = clientOf(prism);
    // The example is one row of another time, so that reading on may fail; that the request was taken is the point.
    await client.callLogs.list({ ...month, limit: 1, ...options }).then(undefined, () => undefined);
    expect(answers.length).toBeGreaterThan(0);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  });

  it('are refused where they break it: the mock does validate (a canary)', async () => {
    const wrong = { ...query, page: 0, direction: 'Sideways' } as object as typeof query;
    const { client } = clientOf(prism);
    const { error, response } = await client.raw.GET(operation, {
      params: { path: { account_id: '913874' }, query: wrong },
    });
    expect(response.status).toBe(400);
    expect(error).toBeDefined();
  });

  it('are refused without a required parameter, or with a time in another shape', async () => {
    const { client } = clientOf(prism);
    for (const start of [undefined, '2026-01-01T00:00:00Z']) {
      const broken = { 'start:lte': query['start:lte'], ...(start === undefined ? {} : { 'start:gte': start }) };
      const { response } = await client.raw.GET(operation, {
        params: { path: { account_id: '913874' }, query: broken as typeof query },
      });
      expect(response.status).toBe(400);
    }
  });
});

describe('answers of the document', () => {
  it("its example of a page is one that `raw` and the client's own checks take", async () => {
    const { client } = clientOf(prism);
    const { data } = await client.raw.GET(operation, { params });
    expect(data?.total_items).toBe(100);
    expect(data?._embedded?.call_logs[0]).toMatchObject({ id: expect.any(String), length: 60, from: '17325550100' });
  });

  it('its 400 is invalid-parameters, with names and reasons', async () => {
    const { client } = clientOf(prism, { prefer: 'code=400' });
    const error = await errorOf(client.callLogs.list(month));
    expect(error).toMatchObject({ code: 'invalid-parameters', status: 400 });
    expect(error).toHaveProperty('invalidParameters', [{ name: expect.any(String), reason: expect.any(String) }]);
  });

  it('its 401 without a token is authentication-refused', async () => {
    const fetchWithoutToken: ClientOptions['fetch'] = (target, init) => {
      const { authorization: _authorization, ...headers } = init.headers;
      return fetch(target, { ...init, headers });
    };
    const { client } = clientOf(prism, { fetch: fetchWithoutToken });
    const error = await errorOf(client.callLogs.list(month));
    expect(error).toMatchObject({ code: 'authentication-refused', status: 401, retryRefusal: 'token-refused' });
    expect(error.hint).toBeDefined();
  });

  it.each([
    [400, 'invalid-parameters'],
    [401, 'authentication-refused'],
    [403, 'not-subscribed'],
    [429, 'rate-limited'],
    [500, 'server'],
    [502, 'server'],
    [503, 'server'],
    [504, 'server'],
  ])('its %i, asked for by Prefer, is %s', async (status, code) => {
    const { client } = clientOf(prism, { prefer: `code=${status}` });
    const error = await errorOf(client.callLogs.list(month));
    expect(error.status).toBe(status);
    expect(error.code).toBe(code);
    const raw = await client.raw.GET(operation, { params }).catch((error: unknown) => ({ error, data: undefined }));
    expect(raw.data).toBeUndefined();
    expect(raw.error).toBeDefined();
  });
});

describe('answers drawn from the schemas', () => {
  it('under 200 are pages, or malformed and said to be so', async () => {
    const { client } = clientOf(dynamic);
    for (let draw = 0; draw < draws(15, 100); draw += 1) {
      const { data } = await client.raw.GET(operation, { params });
      expect(typeof data?.total_items).toBe('number');
      await client.callLogs.list(month).then(undefined, expectSaid);
    }
  });

  it.each([400, 401, 403, 429, 500, 502, 503, 504])('under %i are errors of this package', async (status) => {
    const { client } = clientOf(dynamic, { prefer: `code=${status}` });
    for (let draw = 0; draw < draws(3, 20); draw += 1) {
      const error = await errorOf(client.callLogs.list(month));
      expect(error.status).toBe(status);
      expect(error.message.length).toBeLessThan(2000);
    }
  });
});

/** A row drawn at random lies in no range that was asked for: what counts is that this is said, and in which words. */
function expectSaid(error: unknown): void {
  expect(error).toBeInstanceOf(ReportsError);
  expect(['malformed-response', 'incomplete']).toContain((error as ReportsError).code);
}
