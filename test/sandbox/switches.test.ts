import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { startSandbox, type Sandbox, type SandboxSwitches } from '../../src/sandbox.ts';

import {
  apiTimeOf,
  createReader,
  idsOf,
  march,
  marchDates,
  marchOnly,
  readAll,
  rowsOf,
  secondsOf,
  sharedSandboxes,
  type Page,
} from './set-up.ts';

const start = (switches: Partial<SandboxSwitches>, calls = 300): Promise<Sandbox> => {
  return startSandbox({ ...marchOnly, calls, switches });
};

/** For tests that change nothing: neither the clock nor the calls that are listed. */
const shared = sharedSandboxes({ ...marchOnly, calls: 300 });
afterAll(shared.stop);

async function pageWith(switches: Partial<SandboxSwitches>, query: Record<string, string> = {}): Promise<Page> {
  return (await shared.reader(switches)).page(query);
}

async function totalWith(switches: Partial<SandboxSwitches>, query: Record<string, string> = {}): Promise<number> {
  return (await pageWith(switches, query)).total_items;
}

describe('the switches for a page', () => {
  it.each([
    ['total_pages', { total_pages: 30 }],
    ['total_page', { total_page: 30 }],
    ['both', { total_pages: 30, total_page: 30 }],
    ['neither', {}],
  ] as const)('a page names the page count as the switch says: %s (fact 14)', async (pageCountKey, counts) => {
    const { total_pages, total_page } = await pageWith({ pageCountKey });
    expect({ ...(total_pages && { total_pages }), ...(total_page && { total_page }) }).toEqual(counts);
  });

  it('a large page size is lowered silently, and only its echo shows it (fact 13)', async () => {
    const page = await pageWith({ largestPageSize: 50 }, { page_size: '100' });
    expect([page.page_size, rowsOf(page).length, page.total_pages]).toEqual([50, 50, 6]);
  });

  it.each([
    ['empty-list', { call_logs: [] }],
    ['absent', undefined],
  ] as const)(
    'a page without rows has the shape that the switch says: %s (fact 15)',
    async (embeddedWhenEmpty, embedded) => {
      expect((await pageWith({ embeddedWhenEmpty }, { page: '31' }))._embedded).toEqual(embedded);
      const nothing = { 'start:gte': '2026-05-01 00:00:00', 'start:lte': '2026-05-02 00:00:00' };
      expect((await pageWith({ embeddedWhenEmpty }, nothing))._embedded).toEqual(embedded);
    },
  );

  it('the default order desc lists the latest call first (fact 16)', async () => {
    const starts = rowsOf(await pageWith({ defaultOrder: 'desc' })).map((row) => row.start);
    expect(starts).toEqual([...starts].sort().reverse());
  });

  it('the parameter order can be ignored or refused (fact 16)', async () => {
    const starts = rowsOf(await pageWith({ order: 'ignored' }, { order: 'desc' })).map((row) => row.start);
    expect(starts).toEqual([...starts].sort());
    const { status, text } = await (await shared.reader({ order: 'refused' })).fetch({ ...march, order: 'asc' });
    expect([status, JSON.parse(text)]).toMatchObject([400, { invalid_parameters: [{ name: 'order' }] }]);
  });

  it('calls of one second keep their order, or change it from request to request (fact 16)', async () => {
    const orders = async (tieOrder: 'stable' | 'unstable'): Promise<Set<string>> => {
      const reader = await shared.reader({ tieOrder, tieRun: 20 });
      const seen = new Set<string>();
      for (let turn = 0; turn < 6; turn += 1) seen.add(idsOf(rowsOf(await reader.page({ page_size: '50' }))).join());
      return seen;
    };
    expect((await orders('stable')).size).toBe(1);
    expect((await orders('unstable')).size).toBeGreaterThan(1);
  });

  it('a page that holds a range whole has the same calls in any order of ties (fact 16)', async () => {
    await using sandbox = await start({ tieOrder: 'unstable', tieRun: 20, defaultOrder: 'desc' });
    const rows = rowsOf(await (await createReader(sandbox)).page({ page_size: '300' }));
    expect(idsOf(rows).sort()).toEqual(idsOf(sandbox.calls()).sort());
    expect(rows.map((row) => row.start)).toEqual(
      rows
        .map((row) => row.start)
        .sort()
        .reverse(),
    );
  });

  it.each(['refused', 'empty'] as const)('a page beyond the largest offset is %s (fact 20)', async (beyond) => {
    const reader = await shared.reader({ largestOffset: 100, beyondLargestOffset: beyond });
    expect(rowsOf(await reader.page({ page: '11' })).length).toBe(10);
    const { status, text } = await reader.fetch({ ...march, page: '12' });
    expect(status).toBe(beyond === 'refused' ? 400 : 200);
    if (beyond === 'empty') expect(rowsOf(JSON.parse(text) as Page)).toEqual([]);
  });

  it('a page costs the rows before it, in the log and in time (section 2)', async () => {
    await using sandbox = await start({ pageCostMs: 1 });
    const reader = await createReader(sandbox);
    await reader.page({ page: '1' });
    await reader.page({ page: '21' });
    expect(sandbox.requests.slice(-2).map(({ rowsScanned }) => rowsScanned)).toEqual([10, 210]);
  });

  it('times can be those of another zone than UTC (section 2)', async () => {
    const utc = await pageWith({}, { page_size: '300' });
    const local = await pageWith(
      { apiTimeZone: 'Asia/Kolkata' },
      { page_size: '300', 'start:gte': '2026-03-01 05:30:00', 'start:lte': '2026-04-01 05:29:59' },
    );
    const shifted = rowsOf(utc).map((row) => apiTimeOf(secondsOf(row.start) + 19_800));
    expect(rowsOf(local).map((row) => row.start)).toEqual(shifted);
  });
});

describe('the switches for differences between real servers', () => {
  it.each([
    ['exact', 200],
    ['page', 10],
    ['account', 300],
    ['capped', 150],
  ] as const)('total_items can count something else: %s', async (totalItems, total) => {
    const [first, last] = await marchOf(200);
    const query = { 'start:gte': first, 'start:lte': last };
    const page = await pageWith({ totalItems, totalCap: 150 }, query);
    expect([page.total_items, page.total_pages, rowsOf(page).length]).toEqual([total, 20, 10]);
  });

  it('total_items can be absent, and the cap is 10,000 by default', async () => {
    expect(await pageWith({ totalItems: 'absent' })).not.toHaveProperty('total_items');
    expect((await shared.start({ totalItems: 'capped' })).switches.totalCap).toBe(10_000);
  });

  it('a bound that is exclusive leaves out the calls of its second', async () => {
    const [first, last] = await marchOf(100);
    const query = { 'start:gte': first, 'start:lte': last };
    const rows = rowsOf(await pageWith({}, { ...query, page_size: '300' }));
    const at = (second: string): number => rows.filter(({ start: time }) => time === second).length;
    expect(await totalWith({ lowerBound: 'exclusive' }, query)).toBe(rows.length - at(first));
    expect(await totalWith({ upperBound: 'exclusive' }, query)).toBe(rows.length - at(last));
  });

  it('an exclusive bound concerns the end as well', async () => {
    const { end = '' } = rowsOf(await pageWith({}, { page: '5' }))[0] ?? {};
    const query = { 'end:gte': end, 'end:lte': end };
    expect(await totalWith({}, query)).toBeGreaterThan(0);
    expect(await totalWith({ upperBound: 'exclusive' }, query)).toBe(0);
  });

  it('bounds can be rounded down to the minute', async () => {
    const query = { 'start:gte': '2026-03-03 10:00:59', 'start:lte': '2026-03-20 15:30:59' };
    const rounded = { 'start:gte': '2026-03-03 10:00:00', 'start:lte': '2026-03-20 15:30:00' };
    expect(idsOf(rowsOf(await pageWith({ boundRounding: 'minute' }, { ...query, page_size: '300' })))).toEqual(
      idsOf(rowsOf(await pageWith({}, { ...rounded, page_size: '300' }))),
    );
  });

  it('starts kept in milliseconds are compared with their fractions and shown as whole seconds', async () => {
    const milliseconds = { startPrecision: 'millisecond', tieRun: 30 } as const;
    const seconds = { tieRun: 30 };
    const all = { page_size: '300' };
    const rows = rowsOf(await pageWith(milliseconds, all));
    expect(rows).toEqual(rowsOf(await pageWith(seconds, all)));
    const [first = '', last = ''] = [rows[0]?.start, rows.at(-1)?.start];
    // Fractions put every call of the second behind a bound that names it.
    expect(await totalWith(milliseconds, { 'start:gte': first, 'start:lte': first })).toBe(0);
    expect(await totalWith(seconds, { 'start:gte': first, 'start:lte': first })).toBe(30);
    expect(await totalWith(milliseconds, { 'start:gte': last })).toBe(await totalWith(seconds, { 'start:gte': last }));
    expect((await shared.start(milliseconds)).calls(marchDates)).toEqual(
      (await shared.start(seconds)).calls(marchDates),
    );
  });

  it('a lagging replica serves its share of the pages without the newest calls', async () => {
    await using sandbox = await start({ laggingReplica: { calls: 3, share: 0.5 } });
    const reader = await createReader(sandbox);
    const totals: number[] = [];
    for (let page = 1; page <= 4; page += 1) totals.push((await reader.page()).total_items);
    expect(totals).toEqual([300, 297, 300, 297]);
    const newest = idsOf(sandbox.calls()).slice(-3);
    await reader.page();
    const lagging = idsOf(rowsOf(await reader.page({ page_size: '300' })));
    expect(newest.filter((id) => lagging.includes(id))).toEqual([]);
  });

  it.each([
    ['direction', { direction: 'Inbound' }, { total_items: 300, page: 1, page_size: 10 }],
    ['page', { page: '4' }, { total_items: 300, page: 1, page_size: 10 }],
    ['page_size', { page_size: '50' }, { total_items: 300, page: 1, page_size: 10 }],
    ['start:lte', { 'start:lte': 'nonsense' }, { total_items: 300, page: 1, page_size: 10 }],
  ])('the parameter %s can be ignored', async (name, query, page) => {
    expect(await pageWith({ ignoredParameters: [name] }, query)).toMatchObject(page);
  });

  it('a share of the pages can repeat a row', async () => {
    await using sandbox = await start({ repeatedRows: 0.5 });
    const reader = await createReader(sandbox);
    const ids: string[][] = [];
    for (let page = 1; page <= 4; page += 1) ids.push(idsOf(rowsOf(await reader.page({ page: String(page) }))));
    expect(ids.map((found) => [found.length, new Set(found).size])).toEqual([
      [10, 10],
      [11, 10],
      [10, 10],
      [11, 10],
    ]);
  });

  it.each([
    ['empty-start', { start: '' }],
    ['invalid-start', { start: 'yesterday' }],
    ['outside-start', { start: '1970-01-01 00:00:00' }],
    ['null-id', { id: null }],
    ['numeric-id', { id: expect.any(Number) }],
  ])('a share of the calls can have an unusable start or id: %s', async (kind, damage) => {
    const switches = { unplaceableRows: { [kind]: 0.2 } };
    const rows = rowsOf(await pageWith(switches, { page_size: '300' }));
    const regular = rowsOf(await pageWith({}, { page_size: '300' }));
    const damaged = rows.filter((row, place) => JSON.stringify(row) !== JSON.stringify(regular[place]));
    for (const row of damaged) expect(row).toMatchObject(damage);
    expect(damaged.length).toBeGreaterThan(30);
    expect(damaged.length).toBeLessThan(90);
    expect(rowsOf(await pageWith(switches, { page_size: '300' }))).toEqual(rows);
    expect((await shared.start(switches)).calls()).toEqual((await shared.start()).calls());
  });
});

/** Returns the start of the first and of the n-th call of March. */
async function marchOf(count: number): Promise<[string, string]> {
  const rows = rowsOf(await pageWith({}, { page_size: '300' }));
  return [rows[0]?.start ?? '', rows[count - 1]?.start ?? ''];
}

describe('calls logged while a client pages through their range', () => {
  it('late calls shift the pages, so that a plain loop repeats rows (fact 17)', async () => {
    await using sandbox = await start({ lateCalls: 0.1, defaultOrder: 'desc' });
    const before = idsOf(sandbox.calls());
    const read = idsOf(await readAll(await createReader(sandbox)));
    const after = idsOf(sandbox.calls());
    expect(read.length).toBeGreaterThan(new Set(read).size);
    expect(after.length).toBeGreaterThan(before.length);
    expect(before.every((id) => after.includes(id))).toBe(true);
    expect(read.every((id) => after.includes(id))).toBe(true);
  });

  it('late calls come one by one, as often as the switch says (fact 17)', async () => {
    await using sandbox = await start({ lateCalls: 0.02, lateCallEveryPages: 2 });
    const reader = await createReader(sandbox);
    const counts: number[] = [];
    for (let page = 1; page <= 5; page += 1) counts.push((await reader.page()).total_items);
    const [first = 0] = counts;
    expect(counts).toEqual([first, first, first + 1, first + 1, first + 2]);
    expect(sandbox.calls(marchDates, { all: true }).length).toBe(300);
  });
});

describe('the latency of a call', () => {
  const latency = { medianMs: 480_000, ninetiethPercentileMs: 600_000, worstMs: 780_000 };
  const ends = (time: string): number => secondsOf(time) * 1000;

  it('without latency a call is listed at its end and not before (fact 19)', async () => {
    await using sandbox = await start({});
    sandbox.clock.freeze();
    sandbox.clock.set(new Date('2026-03-17T15:00:00Z'));
    const now = sandbox.clock.now().getTime();
    const all = sandbox.calls(marchDates, { all: true });
    expect(sandbox.calls()).toEqual(all.filter((call) => ends(call.end) <= now));
  });

  it('half of the calls are listed within 8 minutes, nine in ten within 10, all within 13 (fact 19)', async () => {
    await using sandbox = await start({ appearanceLatency: latency }, 4_000);
    sandbox.clock.freeze();
    const noon = new Date('2026-03-17T17:00:00Z');
    const afternoon = { from: new Date('2026-03-17T15:00:00Z'), to: new Date('2026-03-17T21:00:00Z') };
    const appeared = new Map<string, number>();
    for (let minute = 0; minute < 240; minute += 1) {
      sandbox.clock.set(new Date(noon.getTime() + minute * 60_000));
      for (const { id } of sandbox.calls(afternoon)) if (!appeared.has(id)) appeared.set(id, minute);
    }
    const delays = sandbox.calls(afternoon).flatMap(({ id, end }) => {
      const minute = appeared.get(id) ?? 0;
      return minute === 0 ? [] : [noon.getTime() + minute * 60_000 - ends(end)];
    });
    const within = (milliseconds: number): number =>
      delays.filter((delay) => delay <= milliseconds).length / delays.length;
    expect(Math.max(...delays)).toBeLessThanOrEqual(latency.worstMs + 60_000);
    expect(within(latency.medianMs + 30_000)).toBeGreaterThan(0.35);
    expect(within(latency.ninetiethPercentileMs + 60_000)).toBeGreaterThan(0.85);
  });

  it('a poll of the last 20 minutes never sees a long call, although it is listed in the end (fact 19)', async () => {
    await using sandbox = await start({ appearanceLatency: latency }, 4_000);
    sandbox.clock.freeze();
    const long = sandbox.calls(marchDates, { all: true }).find((call) => call.length > 7_000);
    const seen = new Set<string>();
    for (let poll = 0; poll < 40; poll += 1) {
      const now = new Date(ends(long?.start ?? '') + poll * 300_000);
      sandbox.clock.set(now);
      for (const { id } of sandbox.calls({ from: new Date(now.getTime() - 1_200_000), to: now })) seen.add(id);
    }
    expect(seen.has(long?.id ?? '')).toBe(false);
    sandbox.clock.set(new Date('2026-04-02'));
    expect(idsOf(sandbox.calls())).toContain(long?.id);
  });
});

describe('the totals and pages of any range', () => {
  it('totals and pages agree with the truth for any switches, order and page size', async () => {
    const drawn = fc.record({
      seed: fc.nat(),
      now: fc.date({ min: new Date('2026-03-01'), max: new Date('2026-04-02'), noInvalidDate: true }),
      hours: fc.tuple(fc.integer({ min: 0, max: 743 }), fc.integer({ min: 0, max: 743 })),
      pageSize: fc.integer({ min: 1, max: 90 }),
      defaultOrder: fc.constantFrom('asc', 'desc'),
      tieRun: fc.constantFrom(0, 30),
      lateCalls: fc.constantFrom(0, 0.3),
      isLatent: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(drawn, async ({ seed, now, hours, pageSize, defaultOrder, tieRun, lateCalls, isLatent }) => {
        const appearanceLatency = isLatent
          ? { medianMs: 480_000, ninetiethPercentileMs: 600_000, worstMs: 780_000 }
          : null;
        const switches = { defaultOrder, tieRun, lateCalls, appearanceLatency, lateCallEveryPages: 1_000_000 } as const;
        await using sandbox = await startSandbox({ ...marchOnly, calls: 400, seed, now, switches });
        sandbox.clock.freeze();
        const [first, last] = hours.sort((one, other) => one - other).map((hour) => Date.UTC(2026, 2, 1, hour));
        const range = { from: new Date(first ?? 0), to: new Date((last ?? 0) + 1_000) };
        const query = {
          'start:gte': apiTimeOf((first ?? 0) / 1000),
          'start:lte': apiTimeOf((last ?? 0) / 1000),
          page_size: String(pageSize),
        };
        const reader = await createReader(sandbox);
        const truth = idsOf(sandbox.calls(range));
        const read = idsOf(await readAll(reader, query));
        expect([read.length, (await reader.page(query)).total_items]).toEqual([truth.length, truth.length]);
        expect(read.sort()).toEqual(truth.sort());
      }),
      { numRuns: 30 },
    );
  });
});
