import { describe, expect, it } from '@jest/globals';

import { IncompleteError, type CallLog, type FetchLike, type ListOptions, type ReportsError } from '../../src/index.ts';
import {
  createFakeApi,
  exampleCalls,
  january,
  json,
  type FakeApiOptions,
  type Page,
  type SeenRequest,
} from '../client/fake-api.ts';
import { createTestClient, type TestClient } from '../client/test-client.ts';

const calls = exampleCalls(250);
const ids = (rows: readonly CallLog[]): string[] => rows.map(({ id }) => id);

const listOf = ({ client }: TestClient, options: Partial<ListOptions> = {}) =>
  client.callLogs.list({ ...january, pageSize: 20, ...options });

interface Outcome {
  readonly found: readonly CallLog[];
  readonly error: ReportsError | undefined;
}

async function outcomeOf(list: AsyncIterable<CallLog>): Promise<Outcome> {
  const found: CallLog[] = [];
  try {
    for await (const call of list) found.push(call);
    return { found, error: undefined };
  } catch (error) {
    return { found, error: error as ReportsError };
  }
}

type Rows = readonly CallLog[];
const rowsOf = (page: Page): Rows => (page._embedded as { call_logs: Rows }).call_logs;
const withRows = (page: Page, rows: Rows): Page => ({ ...page, _embedded: { call_logs: rows } });

/** Leaves a call out of every page, but counts it. */
const hiding =
  (...hidden: readonly string[]) =>
  (page: Page): Page =>
    withRows(
      page,
      rowsOf(page).filter(({ id }) => !hidden.includes(id)),
    );

/** So many calls in one second, among those of every two minutes. */
function crowded(many: number): CallLog[] {
  const [one, ...others] = exampleCalls(60);
  const second = '2026-01-01 01:00:00';
  const ties = Array.from({ length: many }, (_, index) => ({
    ...one,
    id: `tie-${String(index).padStart(3, '0')}`,
    start: second,
  }));
  return [...(one ? [one] : []), ...others, ...(ties as CallLog[])].sort((a, b) =>
    a.start === b.start ? a.id.localeCompare(b.id) : a.start.localeCompare(b.start),
  );
}

/** A server that answers in descending order, whatever is asked. */
const descending = (rows: Rows): FakeApiOptions => ({
  instead: ({ query }) => {
    const { 'start:gte': from = '', 'start:lte': to = '~', page = '1', page_size: size = '10' } = query;
    const listed = rows.filter(({ start }) => from <= start && start <= to).reverse();
    const offset = (Number(page) - 1) * Number(size);
    return json({
      page_size: Number(size),
      total_items: listed.length,
      _embedded: { call_logs: listed.slice(offset, offset + Number(size)) },
    });
  },
});

describe('the order of a list', () => {
  it.each(['asc', 'desc'] as const)('is %s by start, then id, with ties and crowded seconds', async (order) => {
    const rows = crowded(75);
    const expected = order === 'asc' ? ids(rows) : ids(rows).reverse();
    const test = createTestClient({ calls: rows });
    expect(ids(await listOf(test, { order }).toArray())).toEqual(expected);
  });

  it.each(['asc', 'desc'] as const)('is %s also where the server ignores it', async (order) => {
    const rows = crowded(75);
    const expected = order === 'asc' ? ids(rows) : ids(rows).reverse();
    const ascending: FakeApiOptions = {
      calls: rows,
      changed: (page) => page,
    };
    const down = createTestClient(descending(rows));
    expect(ids(await listOf(down, { order }).toArray())).toEqual(expected);
    const up = createTestClient(ascending);
    expect(ids(await listOf(up, { order }).toArray())).toEqual(expected);
  });

  it.each<[string, unknown]>([
    ['by its name', { invalid_parameters: [{ name: 'order', reason: 'unknown' }] }],
    ['without a name', { title: 'Unknown query parameter' }],
  ])('is asked of the server, and left out once it is refused %s, with one warning', async (_how, refusal) => {
    const test = createTestClient({
      calls,
      instead: ({ query }) => ('order' in query ? json(refusal, { status: 400 }) : undefined),
    });
    expect(ids(await listOf(test).toArray())).toEqual(ids(calls));
    expect(test.api.requests.filter(({ query }) => query.order === 'asc')).toHaveLength(1);
    expect(test.events.filter(([name]) => name === 'warning')).toEqual([
      ['warning', expect.objectContaining({ code: 'order-refused' })],
    ]);
  });
});

describe('a call that the server counts but does not list', () => {
  it('is named with a window, what is expected there and what was found; every other call is handed out', async () => {
    const test = createTestClient({ calls, changed: hiding('call-00100') });
    const { found, error } = await outcomeOf(listOf(test));
    if (!(error instanceof IncompleteError)) throw new Error('no IncompleteError');
    const [window] = error.windows;
    expect(error.windows).toHaveLength(1);
    if (window === undefined) throw new Error('no window');
    const within = calls.filter(({ start }) => {
      const at = new Date(`${start.replace(' ', 'T')}Z`);
      return window.from <= at && at < window.to;
    });
    expect(ids(within)).toContain('call-00100');
    expect(window).toMatchObject({ expected: within.length, found: within.length - 1 });
    expect(window.to.getTime() - window.from.getTime()).toBeLessThanOrEqual(40 * 60_000);
    expect(ids(found)).toEqual(ids(calls).filter((id) => id !== 'call-00100'));
    expect(error.resume?.windows).toMatchObject([{ from: window.from.toISOString(), to: window.to.toISOString() }]);
  });

  it('is read by `resume` once it is listed: both readings together have each call once', async () => {
    let hidden = ['call-00000', 'call-00100', 'call-00249'];
    const test = createTestClient({ calls, changed: (page) => hiding(...hidden)(page) });
    const first = await outcomeOf(listOf(test));
    expect(first.error?.code).toBe('incomplete');
    hidden = [];
    const resume = JSON.parse(JSON.stringify(first.error?.resume)) as NonNullable<ReportsError['resume']>;
    const second = await outcomeOf(listOf(test, { resume }));
    expect(second.error).toBeUndefined();
    expect(ids([...first.found, ...second.found]).sort()).toEqual(ids(calls));
  });

  it('ends a reading with a limit in the same error, if it is among the first', async () => {
    const test = createTestClient({ calls, changed: hiding('call-00000') });
    await expect(listOf(test).toArray({ limit: 50 })).rejects.toMatchObject({ code: 'incomplete' });
    await expect(listOf(test, { limit: 50 }).toArray()).rejects.toMatchObject({ code: 'incomplete' });
  });

  it('does not affect a reading whose limit is reached before it', async () => {
    const test = createTestClient({ calls, changed: hiding('call-00200') });
    expect(ids(await listOf(test).toArray({ limit: 50 }))).toEqual(ids(calls).slice(0, 50));
  });

  it('makes awaiting the list fail if it comes before the first page', async () => {
    const test = createTestClient({ calls, changed: hiding('call-00000') });
    await expect(listOf(test)).rejects.toMatchObject({ code: 'incomplete' });
  });
});

describe('a server that states no totals', () => {
  const withoutTotals = ({ total_items: _, ...page }: Page): Page => page;

  it("is read with verify: 'off'", async () => {
    const test = createTestClient({ calls, changed: withoutTotals });
    expect(ids(await listOf(test, { verify: 'off' }).toArray())).toEqual(ids(calls));
  });

  it("is read with verify: 'off' where seconds are crowded", async () => {
    const rows = crowded(75);
    const test = createTestClient({ calls: rows, changed: withoutTotals });
    expect(ids(await listOf(test, { verify: 'off' }).toArray())).toEqual(ids(rows));
  });

  it("is refused by default, and with verify: 'off' where an answer has no calls either (fact 29)", async () => {
    const silent = createTestClient({ calls, changed: withoutTotals });
    await expect(listOf(silent).toArray()).rejects.toMatchObject({ code: 'malformed-response' });
    const empty = createTestClient({ changed: () => ({ page: 1 }) });
    await expect(listOf(empty, { verify: 'off' }).toArray()).rejects.toMatchObject({ code: 'malformed-response' });
  });
});

describe("verify: 'off'", () => {
  it('hands out calls as they come, whatever the totals say', async () => {
    const drifting = (page: Page, { number }: SeenRequest): Page => ({
      ...page,
      total_items: Number(page.total_items) + (rowsOf(page).length === 20 ? number % 3 : 0),
    });
    const test = createTestClient({ calls, changed: drifting });
    expect(ids(await listOf(test, { verify: 'off' }).toArray())).toEqual(ids(calls));
  });

  it('reads several requests at a time', async () => {
    const many = exampleCalls(2000);
    let mostInFlight = 0;
    let inFlight = 0;
    const api = createFakeApi({ calls: many });
    const fetch: FetchLike = async (url, init) => {
      inFlight += 1;
      mostInFlight = Math.max(mostInFlight, inFlight);
      const response = await api.fetch(url, init);
      await new Promise((resolve) => setImmediate(resolve));
      inFlight -= 1;
      return response;
    };
    const test = createTestClient(api, { fetch });
    expect(ids(await listOf(test, { verify: 'off' }).toArray())).toEqual(ids(many));
    expect(mostInFlight).toBe(4);
  });

  it.each<[string, (page: Page) => number]>([
    ['0', () => 0],
    ['that of the page alone', (page) => rowsOf(page).length],
  ])('is not ended early by a total of %s', async (_what, total) => {
    const test = createTestClient({ calls, changed: (page) => ({ ...page, total_items: total(page) }) });
    expect(ids(await listOf(test, { verify: 'off' }).toArray())).toEqual(ids(calls));
  });
});

describe('a crowded second', () => {
  it('is read page by page, and proven by its own total', async () => {
    const rows = crowded(150);
    const test = createTestClient({ calls: rows });
    expect(ids(await listOf(test).toArray())).toEqual(ids(rows));
    expect(test.api.requests.some(({ query }) => query.page === '8')).toBe(true);
  });

  it('comes in pages of at most pageSize', async () => {
    const test = createTestClient({ calls: crowded(150) });
    for await (const page of listOf(test).pages()) expect(page.calls.length).toBeLessThanOrEqual(20);
  });

  const tooFar = ({ query }: SeenRequest): boolean => Number(query.page) > 3;
  it.each<[string, FakeApiOptions]>([
    [
      'refuses',
      {
        instead: (request) =>
          tooFar(request)
            ? json({ invalid_parameters: [{ name: 'page', reason: 'too far' }] }, { status: 400 })
            : undefined,
      },
    ],
    ['leaves empty', { changed: (page, request) => (tooFar(request) ? withRows(page, []) : page) }],
  ])('of which the server %s the pages from some offset on is named, with what is missing', async (_what, api) => {
    const rows = crowded(150);
    const test = createTestClient({ calls: rows, ...api });
    const { found, error } = await outcomeOf(listOf(test));
    expect(error).toMatchObject({
      code: 'incomplete',
      windows: [
        { from: new Date('2026-01-01T01:00:00Z'), to: new Date('2026-01-01T01:00:01Z'), expected: 151, found: 60 },
      ],
      resume: { windows: [{ from: '2026-01-01T01:00:00.000Z', to: '2026-01-01T01:00:01.000Z' }] },
    });
    expect(found).toHaveLength(rows.length - 91);
  });
});

describe('resume', () => {
  it('of a reading that ended in any error names what was not handed out, no more and no less', async () => {
    for (let failing = 1; failing <= 16; failing += 1) {
      let broken = true;
      const test = createTestClient(
        { calls, instead: ({ number }) => (broken && number >= failing ? json({}, { status: 404 }) : undefined) },
        { concurrency: 1 + (failing % 4) },
      );
      const order = failing % 2 === 0 ? 'asc' : 'desc';
      const first = await outcomeOf(listOf(test, { order }));
      if (first.error === undefined) continue;
      broken = false;
      const second = await outcomeOf(listOf(test, { order, resume: first.error.resume }));
      const all = order === 'asc' ? ids(calls) : ids(calls).reverse();
      expect([...ids(first.found), ...ids(second.found)]).toEqual(all);
    }
  });

  it('that begins with a window too small to show the order asks for the widest first', async () => {
    const hidden = calls[30];
    if (hidden === undefined) throw new Error('no such call');
    const { error } = await outcomeOf(listOf(createTestClient({ calls, changed: hiding(hidden.id) })));
    const second = error?.resume?.windows[0];
    if (error?.resume === undefined || second === undefined) throw new Error('no resume');
    const rest = { from: second.to, to: '2026-02-01T00:00:00.000Z' };
    const resume = { ...error.resume, windows: [second, rest] };
    const test = createTestClient(descending(calls));
    const found = await listOf(test, { resume }).toArray();
    // Calls of the window that the first reading has handed out are not repeated.
    const isAfter = ({ start }: CallLog): boolean => `${start.replace(' ', 'T')}.000Z` >= second.to;
    expect(ids(found)).toEqual([hidden.id, ...ids(calls.filter(isAfter))]);
    // Halving, as is done without an order, would take about four times the pages.
    expect(test.api.requests.length).toBeLessThan((2 * calls.length) / 20);
  });

  it('is refused with other filters, another order, another version, and windows outside of the range', async () => {
    const test = createTestClient({ calls, changed: hiding('call-00100') });
    const { error } = await outcomeOf(listOf(test, { fromNumber: '1001' }));
    const resume = error?.resume;
    if (resume === undefined) throw new Error('no resume');
    const refused: Partial<ListOptions>[] = [
      {},
      { fromNumber: '1002' },
      { fromNumber: '1001', toNumber: '7' },
      { fromNumber: '1001', order: 'desc' },
      { fromNumber: '1001', resume: { ...resume, version: 1 as unknown as 2 } },
      { fromNumber: '1001', to: '2026-01-01T01:00:00Z' },
      { fromNumber: '1001', from: '2026-01-31' },
      { fromNumber: '1001', resume: { ...resume, windows: [{ from: 'never', to: 'ever' }] } },
      { fromNumber: '1001', resume: { ...resume, windows: [null as unknown as (typeof resume.windows)[0]] } },
      { fromNumber: '1001', resume: { ...resume, windows: [] } },
      { fromNumber: '1001', resume: null as unknown as typeof resume },
    ];
    for (const options of refused) {
      // The values of filters are compared when the reading begins.
      const read = async (): Promise<unknown> => await listOf(test, { resume, ...options }).toArray();
      await expect(read()).rejects.toMatchObject({ code: 'configuration' });
    }
    await expect(listOf(test, { fromNumber: '1001', resume }).toArray()).rejects.toMatchObject({ code: 'incomplete' });
  });

  it('holds no value of a filter', async () => {
    const test = createTestClient({ calls, changed: hiding('call-00100') });
    const { error } = await outcomeOf(listOf(test, { fromNumber: '+17325550100' }));
    expect(JSON.stringify(error?.resume)).not.toContain('7325550100');
  });
});

describe('the summary of a list', () => {
  it('counts the requests made, the rows received and the calls handed out', async () => {
    const test = createTestClient({
      calls,
      instead: ({ number }) => (number === 3 ? json({}, { status: 503 }) : undefined),
    });
    const list = listOf(test);
    expect(list.summary()).toBeUndefined();
    await list.toArray();
    expect(list.summary()).toMatchObject({
      requests: test.api.requests.length,
      retries: 1,
      calls: 250,
      totalItems: 250,
      settledUntil: new Date(Date.UTC(2026, 1, 1) - 25 * 3_600_000),
    });
    const received = 250 + (list.summary()?.repeatedCalls ?? 0);
    expect(received).toBeGreaterThan(250);
    expect(received).toBeLessThan(300);
  });

  it.each([1, 20, 33])('of a reading with limit %i counts no call that was not handed out', async (limit) => {
    const list = listOf(createTestClient({ calls }));
    await list.toArray({ limit });
    expect(list.summary()).toMatchObject({ calls: limit, totalItems: 250 });
  });

  it('is there after a reading that failed, and after one that was left', async () => {
    const failed = listOf(createTestClient({ calls, instead: () => json({}, { status: 404 }) }));
    await outcomeOf(failed);
    expect(failed.summary()).toMatchObject({ requests: 1, calls: 0, totalItems: 0 });
    const left = listOf(createTestClient({ calls }));
    for await (const call of left) if (call.id === 'call-00003') break;
    expect(left.summary()?.requests).toBeGreaterThan(0);
  });
});
