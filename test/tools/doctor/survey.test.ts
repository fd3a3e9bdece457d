import { describe, expect, it } from '@jest/globals';
import { createApiProbe } from '../../../src/tools/doctor/api-probe.ts';
import { askFirst, classifyOrder, directionOf, survey, type Survey } from '../../../src/tools/doctor/survey.ts';
import { createFakeApi, exampleCalls, type FakeApiOptions, json, type SeenRequest } from '../../client/fake-api.ts';

const now = new Date('2026-01-03T00:00:00Z');
const signal = new AbortController().signal;

/** The doctor's survey of an API in memory, and the queries that it made. */
async function surveyOf(api: FakeApiOptions): Promise<{ found: Survey | undefined; requests: readonly SeenRequest[] }> {
  const { fetch, requests } = createFakeApi(api);
  const probe = createApiProbe({
    accountId: '913874',
    auth: 'a-token',
    baseUrl: 'https://api.example.com',
    fetch,
    signal,
  });
  const found = await survey(probe, await askFirst(probe, now), now);
  return { found, requests };
}

describe('a survey', () => {
  it('takes two requests where the order is honoured, and finds the oldest call among more than a page', async () => {
    const { found, requests } = await surveyOf({ calls: exampleCalls(1440), largestPageSize: 500 });
    expect(requests.map(({ query }) => `${query.order ?? ''} ${query.page_size ?? ''}`)).toEqual([
      'desc 100',
      'asc 1000',
    ]);
    expect(found).toMatchObject({
      calls: 600,
      goesBack: { days: 2, orMore: false },
      order: 'honoured',
      pageSize: { asked: 1000, used: 500 },
    });
  });

  it('reports no age and no order if there are no calls', async () => {
    const { found } = await surveyOf({ calls: [] });
    expect(found).toMatchObject({ calls: 0, differences: [], goesBack: undefined, order: 'unknown', failures: [] });
  });

  it('reads the last page where the server keeps an order of its own', async () => {
    const calls = exampleCalls(1440).reverse();
    const { found, requests } = await surveyOf({
      calls,
      changed: (page) => page,
      instead: ({ query }) => {
        // Newest first, whatever is asked.
        const size = Number(query.page_size);
        const from = (Number(query.page) - 1) * size;
        const rows = calls.slice(from, from + size);
        return json({ total_items: calls.length, page_size: size, _embedded: { call_logs: rows } });
      },
    });
    expect(requests.map(({ query }) => query.page)).toEqual(['1', '1', '2']);
    expect(found).toMatchObject({ order: 'ignored', goesBack: { days: 2, orMore: false } });
  });

  it('continues without the result of a request that fails', async () => {
    const { found } = await surveyOf({
      calls: exampleCalls(10),
      instead: ({ number }) =>
        number === 1 ? undefined : json({ title: 'Invalid parameters given' }, { status: 400 }),
    });
    expect(found).toMatchObject({
      calls: 10,
      failures: ['invalid-parameters'],
      pageSize: { asked: 100, used: 100 },
      goesBack: { days: 2, orMore: true },
    });
  });

  it('survives an answer of any shape', async () => {
    const { found } = await surveyOf({
      instead: () => json({ total_items: 'many', _embedded: { call_logs: [null, 1, { start: 2 }] } }),
    });
    expect(found).toMatchObject({ calls: 3, goesBack: undefined, pageCountKey: 'neither' });
  });
});

const at = (...seconds: number[]): Date[] => seconds.map((second) => new Date(second * 1000));

describe('the direction of a page', () => {
  it.each([
    ['asc', at(1, 2, 2, 3)],
    ['desc', at(3, 2, 2, 1)],
    ['mixed', at(1, 3, 2)],
    [undefined, at(1, 1)],
    [undefined, at(1)],
    [undefined, at()],
  ])('is %s for %j', (direction, times) => {
    expect(directionOf(times)).toBe(direction);
  });
});

describe('an order', () => {
  it.each([
    ['honoured', 'desc', 'asc'],
    ['ignored', 'desc', 'desc'],
    ['ignored', 'asc', 'asc'],
    ['ignored', 'mixed', 'asc'],
    ['unknown', 'desc', undefined],
    ['unknown', undefined, undefined],
  ] as const)(
    'is %s where the page in descending order runs %s and that in ascending order %s',
    (verdict, one, other) => {
      expect(classifyOrder(one, other)).toBe(verdict);
    },
  );
});
