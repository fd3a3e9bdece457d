import { describe, expect, it } from '@jest/globals';

import { settle } from '../support/fake-clock.ts';
import { countedSignal } from '../core/http/listener-count.ts';
import { exampleCalls, json } from './fake-api.ts';
import { createTestClient } from './test-client.ts';

const operation = '/accounts/{account_id}/call-logs';
const params = {
  path: { account_id: '913874' },
  query: { 'start:gte': '2026-01-01 00:00:00', 'start:lte': '2026-01-31 23:59:59', page: 1, page_size: 2 },
} as const;

describe('raw.GET', () => {
  it('returns the typed data of the page, and the response it came in', async () => {
    const { client, api } = createTestClient({ calls: exampleCalls(3) });
    const { data, error, response } = await client.raw.GET(operation, { params });
    expect(error).toBeUndefined();
    expect(data?.total_items).toBe(3);
    expect(data?._embedded?.call_logs).toHaveLength(2);
    expect(response.status).toBe(200);
    expect(api.requests[0]).toMatchObject({
      path: '/reports/accounts/913874/call-logs',
      query: { 'start:gte': '2026-01-01 00:00:00', page: '1', page_size: '2' },
    });
    expect(api.requests[0]?.headers.get('authorization')).toBe('Bearer token-of-the-test-client');
  });

  it('returns a whole response: status, headers, URL, and the body in every way', async () => {
    const body = { total_items: 1, name: 'Zoë 📞' };
    const reply = (): Response => {
      const sent = json(body, { headers: { 'x-request-id': '7' } });
      return Object.defineProperty(sent, 'url', { value: 'https://api.example.com/x' });
    };
    const { client } = createTestClient({ instead: reply });
    const { data, response } = await client.raw.GET(operation, { params });
    expect(data).toEqual(body);
    expect(response).toBeInstanceOf(Response);
    expect([response.status, response.ok, response.url]).toEqual([200, true, 'https://api.example.com/x']);
    expect(response.headers.get('x-request-id')).toBe('7');
    expect(await response.json()).toBe(data);
    expect(await response.clone().json()).toEqual(body);
    expect(await response.clone().text()).toBe(JSON.stringify(body));
    expect(await new Response(response.body).json()).toEqual(body);
  });

  it.each([
    [400, { title: 'Bad request', invalid_parameters: [{ name: 'page', reason: 'too low' }] }],
    [404, { msg: 'Not found' }],
    [403, { fault: { code: 900908, message: 'No' } }],
    [500, { msg: 'Internal' }],
  ])('returns the body of a %i as `error`, as openapi-fetch does', async (status, body) => {
    const { client } = createTestClient({ instead: () => json(body, { status }) });
    const { data, error, response } = await client.raw.GET(operation, { params });
    expect(data).toBeUndefined();
    expect(error).toEqual(body);
    expect(response.status).toBe(status);
  });

  it('returns HTML of the edge as a text in `error`, after the same retries as `list`', async () => {
    const html = '<html><title>503</title></html>';
    const { client, api } = createTestClient({ instead: () => new Response(html, { status: 503 }) });
    expect((await client.raw.GET(operation, { params })).error).toBe(html);
    expect(api.requests).toHaveLength(6);
  });

  it('throws for a fault under 200, which would pass for data', async () => {
    const { client } = createTestClient({ instead: () => json({ fault: { code: 900908, message: 'No' } }) });
    await expect(client.raw.GET(operation, { params })).rejects.toMatchObject({ code: 'not-subscribed', status: 200 });
  });

  it.each<[string, string, () => Response]>([
    ['a redirect', 'unexpected-response', () => new Response(null, { status: 302 })],
    ['half a body under 200', 'malformed-response', () => new Response('{"total_items":')],
    [
      'no connection',
      'network',
      () => {
        throw new TypeError('fetch failed');
      },
    ],
  ])('throws for %s: %s', async (_what, code, instead) => {
    const { client } = createTestClient({ instead });
    await expect(client.raw.GET(operation, { params })).rejects.toMatchObject({ code });
  });

  it('tries again after a 429, and reports it', async () => {
    const { client, events } = createTestClient({
      calls: exampleCalls(1),
      instead: ({ number }) => (number === 1 ? json({ code: '900804' }, { status: 429 }) : undefined),
    });
    expect((await client.raw.GET(operation, { params })).data?.total_items).toBe(1);
    expect(events.map(([name]) => name)).toEqual(['request', 'retry', 'request']);
  });

  it("keeps the caller's own headers, but never their Accept or Authorization", async () => {
    const { client, api } = createTestClient({});
    const headers = { 'x-trace': '7', accept: 'text/html', authorization: 'Bearer other' };
    await client.raw.GET(operation, { params, headers });
    const sent = api.requests[0]?.headers;
    expect(sent?.get('x-trace')).toBe('7');
    expect(sent?.get('accept')).toBe('application/json');
    expect(sent?.get('authorization')).toBe('Bearer token-of-the-test-client');
  });

  it('stops on its own signal and leaves no listener on it', async () => {
    const { signal, abort, listeners } = countedSignal();
    const { client, clock } = createTestClient({
      instead: () => new Response('', { status: 429, headers: { 'retry-after': '100' } }),
    });
    const asked = client.raw.GET(operation, { params, signal });
    await settle();
    abort(new Error('enough'));
    await expect(asked).rejects.toMatchObject({ code: 'aborted' });
    expect([clock.pending, listeners()]).toEqual([0, 0]);
  });

  it.each([401, 404, 503])('throws for a %i without a body, which would be neither data nor error', async (status) => {
    const { client } = createTestClient({ instead: () => new Response(null, { status }) });
    await expect(client.raw.GET(operation, { params })).rejects.toMatchObject({ status });
  });

  it('does not begin a wait that would end after deadlineMs', async () => {
    const { client, clock, api } = createTestClient(
      { instead: () => new Response('', { status: 429, headers: { 'retry-after': '100' } }) },
      { deadlineMs: 150_000 },
    );
    const outcome = expect(client.raw.GET(operation, { params })).rejects.toMatchObject({
      code: 'rate-limited',
      retryRefusal: 'deadline',
      attempts: 2,
    });
    await clock.advance(101_000);
    await outcome;
    expect(api.requests).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });
});

describe('a raw request that would leave the path of the client', () => {
  it.each(['', '.', '..', 'self', '913874/..', '../913874', 'a/b'])(
    'with the account id %p is not sent',
    async (id) => {
      const { client, api } = createTestClient({ calls: exampleCalls(1) });
      const request = client.raw.GET(operation, { params: { ...params, path: { account_id: id } } });
      await expect(request).rejects.toMatchObject({
        code: 'configuration',
        message: expect.stringContaining('account_id'),
      });
      expect(api.requests).toEqual([]);
    },
  );

  it.each([{ baseUrl: 'https://elsewhere.example' }, { fetch: () => Promise.resolve(json({})) }])(
    'with %p of its own is not sent',
    async (own) => {
      const { client, api } = createTestClient({ calls: exampleCalls(1) });
      await expect(client.raw.GET(operation, { params, ...own })).rejects.toMatchObject({ code: 'configuration' });
      expect(api.requests).toEqual([]);
    },
  );
});
