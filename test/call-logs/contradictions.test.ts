import { describe, expect, it } from '@jest/globals';

import {
  createReportsClient,
  type FetchLike,
  type IncompleteError,
  type ListOptions,
  type TimeWindow,
} from '../../src/index.ts';

interface Row {
  readonly id: string | null;
  readonly start: string;
}

/** One request, with the bounds as they were sent. */
interface Query {
  readonly number: number;
  readonly from: string;
  readonly to: string;
  readonly page: number;
  readonly size: number;
  readonly order: string;
}

/** The rows that match a request: those that are listed, and how many are counted. */
interface Matches {
  readonly listed: readonly Row[];
  readonly counted: number;
  readonly size?: number;
}

/** Rows of the first of January at these times, named a, b, c … */
function rowsAt(...times: readonly string[]): Row[] {
  return times.map((time, index) => ({ id: String.fromCharCode(97 + index), start: `2026-01-01 ${time}` }));
}

const without = (rows: readonly Row[], id: string): Row[] => rows.filter((row) => row.id !== id);

function select(rows: readonly Row[], { from, to, order }: Query): Row[] {
  const found = rows.filter(({ start }) => start >= from && start <= to);
  return order === 'desc' ? found.toReversed() : found;
}

/** A server that lists what `match` returns for a request. */
function serve(match: (query: Query) => Matches, mostRequests = 300): FetchLike {
  let number = 0;
  return (url) => {
    const sent = new URL(url).searchParams;
    const value = (name: string): string => sent.get(name) ?? '';
    number += 1;
    if (number > mostRequests) throw new Error(`more than ${mostRequests} requests`);
    const query = { number, from: value('start:gte'), to: value('start:lte'), order: value('order') };
    const page = Number(value('page'));
    const {
      listed,
      counted,
      size = Number(value('page_size')),
    } = match({ ...query, page, size: Number(value('page_size')) });
    const call_logs = listed.slice((page - 1) * size, page * size);
    const body = { page, page_size: size, total_items: counted, _embedded: { call_logs } };
    return Promise.resolve(new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } }));
  };
}

interface Outcome {
  readonly ids: readonly string[];
  readonly error: IncompleteError | undefined;
}

const day = { from: '2026-01-01', to: '2026-01-02' };

async function read(fetch: FetchLike, options: Partial<ListOptions> = {}): Promise<Outcome> {
  const client = createReportsClient({
    accountId: '1',
    auth: 'a-token',
    fetch,
    concurrency: 1,
    retry: { maxAttempts: 1 },
  });
  const ids: string[] = [];
  try {
    for await (const { id } of client.callLogs.list({ ...day, pageSize: 3, ...options })) ids.push(id);
    return { ids, error: undefined };
  } catch (error) {
    return { ids, error: error as IncompleteError };
  }
}

const covers = (windows: readonly TimeWindow[] | undefined, time: string): boolean =>
  windows?.some(({ from, to }) => from <= new Date(`${time}Z`) && new Date(`${time}Z`) < to) === true;

describe('a call that is counted and not listed', () => {
  const rows = rowsAt('01:00:00', '02:00:00', '03:00:00');
  const beyond = { id: 'beyond', start: '2026-01-02 00:00:00' };

  it('is missed where the server lists a second too much', async () => {
    const fetch = serve((query) => {
      const to = query.to.replace('23:59:59', '24:00:00').replace('2026-01-01 24:00:00', '2026-01-02 00:00:00');
      const counted = select([...rows, beyond], { ...query, to });
      return { listed: without(counted, 'b'), counted: counted.length };
    });
    const { ids, error } = await read(fetch, { pageSize: 10 });
    expect(ids).toEqual(['a', 'c']);
    expect(covers(error?.windows, '2026-01-01T02:00:00')).toBe(true);
  });

  it.each([1, 2, 3, 4, 5, 6])('is not paid for by a row of the next day, which response %i lists', async (odd) => {
    const calls = rowsAt('00:01:00', '00:02:00', '00:03:00', '00:04:00');
    const fetch = serve((query) => {
      const counted = select([...calls, { id: 'other', start: '2026-01-02 00:05:00' }], {
        ...query,
        to: query.number === odd ? '9' : query.to,
      });
      return { listed: without(counted, 'b'), counted: counted.length };
    });
    const { error } = await read(fetch, { acceptRejected: true, pageSize: 10 });
    expect(covers(error?.windows, '2026-01-01T00:02:00')).toBe(true);
  });

  it('is not paid for by a row without an id that two responses list', async () => {
    const calls = rowsAt('01:00:00', '01:00:00', '01:01:00', '01:01:00');
    const fetch = serve((query) => {
      const counted = select(calls, query);
      const listed = without(counted, 'a').map((row) => (row.id === 'c' ? { ...row, id: null } : row));
      return { listed, counted: counted.length };
    });
    const { error } = await read(fetch, { acceptRejected: true, pageSize: 4 });
    expect(covers(error?.windows, '2026-01-01T01:00:00')).toBe(true);
  });

  it('is in the windows of the error, even if responses to other requests make another window short', async () => {
    const calls = rowsAt('01:54:00', '02:30:00', '03:10:00', '04:40:00', '05:20:00');
    const fetch = serve((query) => {
      const isOdd = query.number === 3 || query.number === 4;
      const counted = select(calls, { ...query, from: isOdd ? '0' : query.from });
      return { listed: without(counted, 'a'), counted: counted.length };
    });
    const { error } = await read(fetch);
    expect(covers(error?.windows, '2026-01-01T01:54:00')).toBe(true);
  });

  it('is missed if only a later page of a second counts it, and only once', async () => {
    const crowd = rowsAt(...Array.from({ length: 6 }, () => '00:01:00'));
    let pages = 0;
    const fetch = serve((query) => {
      const listed = select(crowd, query);
      pages += query.page === 2 ? 1 : 0;
      return { listed, counted: listed.length + (query.page === 2 && pages === 2 ? 1 : 0) };
    });
    const { error } = await read(fetch);
    expect(error?.windows).toMatchObject([{ expected: 7, found: 6 }]);
  });
});

describe('a call that is listed after its part of the range was handed out', () => {
  it('is named if only the last count lists it', async () => {
    const calls = rowsAt('01:00:00', '02:00:00', '03:00:00', '04:00:00', '05:00:00', '06:00:00');
    // Two copies, each of which lacks another call. The last request goes to the second one.
    const fetch = serve((query) => {
      const listed = select(without(calls, query.number < 6 ? 'b' : 'e'), query);
      return { listed, counted: listed.length };
    });
    const { ids, error } = await read(fetch);
    expect(ids).not.toContain('b');
    expect(covers(error?.windows, '2026-01-01T02:00:00')).toBe(true);
  });

  it('is read by resuming, and not rejected as one outside the range', async () => {
    const calls = rowsAt('00:01:05', '00:01:10', '00:01:15', '00:01:20', '00:01:25');
    const late = { id: 'late', start: '2026-01-01 00:01:40' };
    const fetch = serve((query) => {
      const listed = select(query.number > 5 ? [...calls, late] : calls, query);
      return { listed, counted: listed.length };
    });
    const minute = { from: '2026-01-01 00:01:00', to: '2026-01-01 00:02:00', order: 'desc' } as const;
    const { ids, error } = await read(fetch, { ...minute, pageSize: 2 });
    expect(ids).toHaveLength(5);
    expect(error).toMatchObject({ code: 'incomplete', rejected: [] });
    const rest = await read(fetch, { ...minute, resume: error?.resume });
    expect(rest).toEqual({ ids: ['late'], error: undefined });
  });
});

describe('a second whose calls fill more than a page, with a field that differs in every response', () => {
  const crowd = rowsAt(...Array.from({ length: 4 }, () => '00:10:00'));
  const signed = (rows: readonly Row[], { number }: Query): Row[] =>
    rows.map((row) => ({ ...row, recording: `?signature=${number}` }));

  it('ends in an error if the server ignores the page', async () => {
    const fetch = serve((query) => {
      const listed = signed(select(crowd, query).slice(0, query.size), query);
      return { listed: Array.from({ length: query.page }, () => listed).flat(), counted: select(crowd, query).length };
    });
    const { ids, error } = await read(fetch, { pageSize: 2 });
    expect(ids).toHaveLength(2);
    expect(covers(error?.windows, '2026-01-01T00:10:00')).toBe(true);
  });

  it('is read where the server repeats the last page for ever', async () => {
    const fetch = serve((query) => {
      const found = signed(select(crowd, query), query);
      const lastPage = found.slice(-query.size);
      return {
        listed: [...found, ...Array.from({ length: query.page }, () => lastPage).flat()],
        counted: found.length,
      };
    });
    expect(await read(fetch, { pageSize: 2 })).toEqual({ ids: ['a', 'b', 'c', 'd'], error: undefined });
  });
});

it.each([4, 5, 8, 9])('hands out %i calls where the lower bound is exclusive and no more are wanted', async (limit) => {
  const calls = rowsAt(...Array.from({ length: 12 }, (_, index) => `00:${10 + index}:00`));
  const fetch = serve((query) => {
    const listed = select(calls, query).filter(({ start }) => start > query.from);
    return { listed, counted: listed.length };
  });
  const { ids, error } = await read(fetch, { pageSize: 4, limit });
  expect(error).toBeUndefined();
  expect(ids).toHaveLength(limit);
});
