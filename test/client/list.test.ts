import { describe, expect, it } from '@jest/globals';

import { ConfigurationError, parseRange, ReportsError, type CallLog, type ListOptions } from '../../src/index.ts';
import { countedSignal } from '../core/http/listener-count.ts';
import { settle } from '../support/fake-clock.ts';
import {
  createFakeApi,
  exampleCalls,
  january,
  json,
  type FakeApiOptions,
  type Page,
  type SeenRequest,
} from './fake-api.ts';
import { createTestClient, type TestClient } from './test-client.ts';

const calls = exampleCalls(250);
const ids = (rows: readonly CallLog[]): string[] => rows.map(({ id }) => id);
const allIds = ids(calls);

async function collect(list: AsyncIterable<CallLog>): Promise<string[]> {
  const found: string[] = [];
  for await (const { id } of list) found.push(id);
  return found;
}

function listOf({ client }: TestClient, options: Partial<ListOptions> = {}) {
  return client.callLogs.list({ ...january, pageSize: 20, ...options });
}

describe('callLogs.list', () => {
  it('iterated, gives every call in order of start', async () => {
    expect(await collect(listOf(createTestClient({ calls })))).toEqual(allIds);
  });

  it('takes a range as parseRange returns it, alone or with other options', async () => {
    const test = createTestClient({ calls });
    const range = parseRange('2026-01');
    expect(await collect(test.client.callLogs.list(range))).toEqual(allIds);
    expect(await collect(test.client.callLogs.list({ ...range, limit: 5 }))).toEqual(allIds.slice(0, 5));
  });

  it('awaited, gives the first page with the total of the range', async () => {
    const first = await listOf(createTestClient({ calls }));
    expect(first.totalItems).toBe(250);
    expect(first.calls.length).toBeGreaterThan(0);
    expect(first.calls.length).toBeLessThanOrEqual(20);
    expect(ids(first.calls)).toEqual(allIds.slice(0, first.calls.length));
  });

  it('awaited, loses nothing: what it gives is itself iterable over every call', async () => {
    const first = await listOf(createTestClient({ calls }));
    expect(await collect(first)).toEqual(allIds);
    expect(await collect(first)).toEqual(allIds);
  });

  it('by pages() gives at most pageSize calls at a time, and the total with each', async () => {
    const found: string[] = [];
    for await (const page of listOf(createTestClient({ calls })).pages()) {
      expect(page.calls.length).toBeLessThanOrEqual(20);
      expect(page.totalItems).toBe(250);
      found.push(...ids(page.calls));
    }
    expect(found).toEqual(allIds);
  });

  it('by toArray() gives every call, or the first `limit`', async () => {
    const list = listOf(createTestClient({ calls }));
    expect(ids(await list.toArray())).toEqual(allIds);
    expect(ids(await list.toArray({ limit: 33 }))).toEqual(allIds.slice(0, 33));
  });

  it.each([0, -1, 2.5, NaN, '3'])('by toArray() is refused with the limit %p', async (limit) => {
    const test = createTestClient({ calls });
    const read = listOf(test).toArray({ limit: limit as number });
    await expect(read).rejects.toMatchObject({ code: 'configuration', message: expect.stringContaining('`limit`') });
    expect(test.api.requests).toEqual([]);
  });

  it('makes no request before it is read', async () => {
    const test = createTestClient({ calls });
    listOf(test);
    listOf(test).pages();
    await settle();
    expect(test.api.requests).toHaveLength(0);
  });

  it('of an empty range gives an empty first page with the total 0, and no call', async () => {
    const test = createTestClient({});
    expect(await listOf(test)).toMatchObject({ calls: [], totalItems: 0 });
    expect(await listOf(test).toArray()).toEqual([]);
  });

  it.each([1, 19, 20, 21, 100, 250, 1000])('with limit %i gives that many, however it is read', async (limit) => {
    const test = createTestClient({ calls });
    const expected = allIds.slice(0, limit);
    expect(await collect(listOf(test, { limit }))).toEqual(expected);
    expect(ids(await listOf(test, { limit }).toArray())).toEqual(expected);
    const pages: string[] = [];
    for await (const page of listOf(test, { limit }).pages()) pages.push(...ids(page.calls));
    expect(pages).toEqual(expected);
  });

  it('asks for from inclusively and to exclusively: the last second is the one before (fact 18)', async () => {
    const test = createTestClient({});
    await listOf(test, { from: '2026-01-05T10:00:00Z', to: '2026-01-05T11:00:00Z' });
    expect(test.api.requests[0]?.query).toMatchObject({
      'start:gte': '2026-01-05 10:00:00',
      'start:lte': '2026-01-05 10:59:59',
    });
  });

  it('sends each filter under its name on the wire', async () => {
    const test = createTestClient({});
    await listOf(test, {
      direction: 'Inbound',
      fromNumber: '+17325550100',
      toNumber: '1001',
      sourceUser: 'jane',
      destinationUser: 'joe',
      endFrom: '2026-01-02',
      endTo: '2026-01-03',
    });
    expect(test.api.requests[0]?.query).toMatchObject({
      direction: 'Inbound',
      from: '+17325550100',
      to: '1001',
      source_user: 'jane',
      destination_user: 'joe',
      'end:gte': '2026-01-02 00:00:00',
      'end:lte': '2026-01-02 23:59:59',
    });
  });

  it('reports each page', async () => {
    const test = createTestClient({ calls });
    await listOf(test).toArray();
    const pages = test.events.filter(([name]) => name === 'page').map(([, event]) => event as { calls: number });
    expect(pages.length).toBeGreaterThanOrEqual(13);
    expect(pages.reduce((sum, page) => sum + page.calls, 0)).toBeGreaterThanOrEqual(250);
  });

  it('warns of a range that ends in the future, once read', async () => {
    const test = createTestClient({});
    await listOf(test, { to: '2026-03-01' });
    expect(test.events).toContainEqual(['warning', expect.objectContaining({ code: 'range-ends-in-future' })]);
  });
});

describe('callLogs.list checks its options at the call, before any request', () => {
  it.each<[string, object]>([
    ['from', { from: undefined }],
    ['from', { from: 'yesterday' }],
    ['from', { from: new Date(NaN) }],
    ['to', { to: '2026-13-01' }],
    ['to', { from: '2026-02-01', to: '2026-01-01' }],
    ['future', { from: '2027-01-01', to: '2027-02-01' }],
    ['Mars/Olympus', { timeZone: 'Mars/Olympus' }],
    ['pageSize', { pageSize: 0 }],
    ['pageSize', { pageSize: 10_001 }],
    ['pageSize', { pageSize: '100' }],
    ['limit', { limit: 0 }],
    ['limit', { limit: 1.5 }],
    ['deadlineMs', { deadlineMs: -1 }],
    ['direction', { direction: 'Extension' }],
    ['fromNumber', { fromNumber: '' }],
    ['toNumber', { toNumber: 17325550100 }],
    ['sourceUser', { sourceUser: null }],
    ['endFrom', { endFrom: 'noon' }],
    ['pagesize', { pagesize: 10 }],
    ['start:gte', { 'start:gte': '2026-01-01 00:00:00' }],
    ['page', { page: 2 }],
  ])('and names %s of %j, in one line', (name, options) => {
    const test = createTestClient({});
    let thrown: unknown;
    try {
      test.client.callLogs.list({ ...january, ...options });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ConfigurationError);
    expect((thrown as Error).message).toContain(name);
    expect((thrown as Error).message).not.toMatch(/\n|7325550100/);
    expect(test.api.requests).toHaveLength(0);
  });
});

describe('callLogs.list is not misled', () => {
  const without =
    (...keys: string[]) =>
    (page: Page): Page =>
      Object.fromEntries(Object.entries(page).filter(([key]) => !keys.includes(key)));

  it.each<[string, FakeApiOptions]>([
    ['total_pages alone', { changed: without('total_page') }],
    ['total_page alone', { changed: without('total_pages') }],
    ['neither page count', { changed: without('total_page', 'total_pages') }],
    ['page counts that say 1', { changed: (page) => ({ ...page, total_page: 1, total_pages: 1 }) }],
    ['a page size lowered without a word', { largestPageSize: 7 }],
    ['no echoed page size', { largestPageSize: 7, changed: without('page_size', 'page') }],
    ['links to another host', { changed: (page) => ({ ...page, _links: { next: { href: 'https://evil.example' } } }) }],
    [
      'an absent _embedded on empty pages (fact 15)',
      {
        changed: (page) => {
          const rows = (page._embedded as { call_logs: unknown[] }).call_logs;
          return rows.length > 0
            ? page
            : Object.fromEntries(Object.entries(page).filter(([key]) => key !== '_embedded'));
        },
      },
    ],
    ['a null _embedded on empty pages', { changed: nullWhenEmpty }],
  ])('by %s', async (_what, options) => {
    const test = createTestClient({ calls, ...options });
    expect(await collect(listOf(test))).toEqual(allIds);
    expect(await listOf(createTestClient({ ...options, calls: [] })).toArray()).toEqual([]);
  });

  it('by a page that sometimes comes back instead of another: complete, or incomplete and reported as such', async () => {
    for (const every of [2, 3, 5, 7]) {
      let before: Page | undefined;
      const test = createTestClient({
        calls,
        changed: (page, { number }) => {
          const sent = number % every === 0 && before ? before : page;
          before = page;
          return sent;
        },
      });
      await expectCompleteOrSaid(test);
    }
  });

  it.each<[string, (request: SeenRequest) => Page]>([
    ['the same answer to everything', () => pageOf(7, ['2026-01-05 10:00:00'])],
    ['a total and no call', () => pageOf(5, [])],
    ['another total each time', ({ number }) => pageOf(10 + ((number * 7919) % 100), startsIn(january.from, number))],
    ['calls in no order, however short the span', (request) => pageOf(50, startsIn(request.query['start:gte'], 3))],
  ])('by %s: incomplete, after a bounded number of requests', async (_what, answer) => {
    const test = createTestClient({ instead: (request) => json(answer(request)) });
    await expect(collect(listOf(test))).rejects.toMatchObject({ code: 'incomplete' });
    expect(test.api.requests.length).toBeLessThan(12_000);
  });

  it('by calls that are logged meanwhile: all that were there before are found, none twice', async () => {
    const api = createFakeApi({
      calls,
      instead: ({ number }) => {
        const start = `2026-01-01 00:${String(number % 60).padStart(2, '0')}:30`;
        if (number > 1 && number < 6)
          api.calls.splice(number, 0, { ...calls[0], id: `late-${number}`, start } as CallLog);
        api.calls.sort((one, other) => (one.start < other.start ? -1 : 1));
        return undefined;
      },
    });
    const test = createTestClient(api);
    const found = await collect(listOf(test)).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'incomplete' });
      return undefined;
    });
    if (!found) return;
    expect(new Set(found).size).toBe(found.length);
    expect(found.filter((id) => !id.startsWith('late'))).toEqual(allIds);
  });

  it('by a total that is too high: incomplete, with the numbers expected and found', async () => {
    const test = createTestClient({
      calls,
      changed: (page) => ({ ...page, total_items: Number(page.total_items) + 3 }),
    });
    const error = await collect(listOf(test)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ReportsError);
    expect(error).toMatchObject({ code: 'incomplete' });
    const { windows } = error as { windows: { expected: number; found: number }[] };
    expect(windows.some(({ expected, found }) => expected > found)).toBe(true);
  });

  it.each<[string, (page: Page) => Page]>([
    ['no total', without('total_items')],
    ['a total that is not a number', (page) => ({ ...page, total_items: 'many' })],
    ['rows that are not a list', (page) => ({ ...page, _embedded: { call_logs: {} } })],
    ['a fault in place of the page', () => ({ fault: { code: 101503, message: 'No' } })],
  ])('by an answer with %s: tried again, and an error in the end', async (_what, change) => {
    const broken = createTestClient({ calls, changed: change });
    await expect(listOf(broken).toArray()).rejects.toMatchObject({ attempts: 6 });
    const passing = createTestClient({
      calls,
      changed: (page, { number }) => (number === 2 ? change(page) : page),
    });
    expect(await collect(listOf(passing))).toEqual(allIds);
  });
});

function nullWhenEmpty(page: Page): Page {
  const rows = (page._embedded as { call_logs: unknown[] }).call_logs;
  return rows.length > 0 ? page : { ...page, _embedded: null };
}

function pageOf(total: number, starts: readonly string[]): Page {
  const rows = starts.map((start, index) => ({ ...calls[0], id: `${start} ${index}`, start }));
  return { total_items: total, _embedded: { call_logs: rows } };
}

/** Ten starts in the ten seconds from `from` on, in an order that depends on `step`. */
function startsIn(from = '', step: number): string[] {
  const begin = Date.parse(`${from.slice(0, 10)}T${from.slice(11) || '00:00:00'}Z`);
  return Array.from({ length: 10 }, (_, index) => {
    const second = begin + ((index * step) % 10) * 1000;
    return new Date(second).toISOString().slice(0, 19).replace('T', ' ');
  });
}

async function expectCompleteOrSaid(test: TestClient): Promise<void> {
  try {
    expect(await collect(listOf(test))).toEqual(allIds);
  } catch (error) {
    if (!(error instanceof ReportsError)) throw error;
    expect(error).toMatchObject({ code: 'incomplete' });
  }
}

describe('callLogs.list stops', () => {
  it('asking when the loop is left, and leaves no timer and no listener', async () => {
    const { signal, listeners } = countedSignal();
    const test = createTestClient({ calls: exampleCalls(2000) });
    for await (const call of listOf(test, { signal, deadlineMs: 100_000 })) {
      if (call.id === 'call-00030') break;
    }
    const asked = test.api.requests.length;
    await settle();
    expect(test.api.requests).toHaveLength(asked);
    expect(asked).toBeLessThan(50);
    expect([test.clock.pending, listeners()]).toEqual([0, 0]);
  });

  it.each([1, 2, 5])('on abort at request %i, with nothing left behind', async (number) => {
    const controller = new AbortController();
    const test = createTestClient({
      calls,
      instead: (request) => {
        if (request.number === number) controller.abort(new Error('enough'));
        return undefined;
      },
    });
    const error = await collect(listOf(test, { signal: controller.signal })).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'aborted', cause: { message: 'enough' } });
    await settle();
    expect(test.clock.pending).toBe(0);
  });

  it("on the abort of the client's own signal", async () => {
    const test = createTestClient({ calls }, { signal: AbortSignal.abort('closing') });
    await expect(listOf(test).toArray()).rejects.toMatchObject({ code: 'aborted', cause: 'closing' });
    expect(test.api.requests).toHaveLength(0);
  });

  it('at deadlineMs, with a TimeoutError where it stood', async () => {
    const test = createTestClient(
      { calls, instead: () => new Promise<never>(() => undefined) },
      { timeoutMs: 600_000 },
    );
    const outcome = listOf(test, { deadlineMs: 90_000 }).toArray();
    const expectation = expect(outcome).rejects.toMatchObject({ code: 'timeout' });
    await test.clock.advance(90_000);
    await expectation;
    expect(test.clock.pending).toBe(0);
  });

  it('with the error of the last attempt, which says the page, the window and the attempts', async () => {
    const test = createTestClient({ calls, instead: () => json({ msg: 'Internal' }, { status: 500 }) });
    await expect(listOf(test)).rejects.toMatchObject({
      code: 'server',
      status: 500,
      page: 1,
      attempts: 6,
      retryRefusal: 'attempts-exhausted',
      request: 'GET /reports/accounts/913874/call-logs',
      window: { from: new Date('2026-01-01T00:00:00Z') },
    });
  });
});

describe('one client', () => {
  it('keeps to its concurrency over all that goes through it', async () => {
    let now = 0;
    let most = 0;
    const test = createTestClient(
      {
        calls,
        instead: async () => {
          most = Math.max(most, (now += 1));
          await settle(1);
          now -= 1;
          return undefined as never;
        },
      },
      { concurrency: 3 },
    );
    await Promise.all(Array.from({ length: 8 }, () => listOf(test, { pageSize: 100 }).toArray()));
    expect(most).toBe(3);
  });

  it('and another never influence each other: one with an empty retry budget leaves the other whole', async () => {
    const failing = createTestClient({ instead: () => new Response('', { status: 503 }) });
    const codes: unknown[] = [];
    for (let time = 0; time < 25; time += 1) {
      await listOf(failing).then(
        () => undefined,
        (error: unknown) => codes.push((error as ReportsError).code),
      );
    }
    expect(codes.at(-1)).toBe('retry-budget-exhausted');
    const other = createTestClient({
      calls,
      instead: ({ number }) => (number < 5 ? new Response('', { status: 503 }) : undefined),
    });
    expect(await collect(listOf(other))).toEqual(allIds);
  });
});
