import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { startSandbox } from '../../src/sandbox.ts';
import type { Sandbox, SandboxSwitches } from '../../src/sandbox.ts';

import { createReader, idsOf, march, marchDates, marchOnly, readAll, rowsOf } from './set-up.ts';
import type { Page } from './set-up.ts';

const start = (switches: Partial<SandboxSwitches>, calls = 300): Promise<Sandbox> => {
  return startSandbox({ ...marchOnly, calls, switches });
};

async function pageWith(switches: Partial<SandboxSwitches>, query: Record<string, string> = {}): Promise<Page> {
  await using sandbox = await start(switches);
  const reader = await createReader(sandbox);
  return await reader.page(query);
}

describe('the switches for a page', () => {
  it.each([
    ['total_pages', { total_pages: 30 }],
    ['total_page', { total_page: 30 }],
    ['both', { total_pages: 30, total_page: 30 }],
    ['neither', {}],
  ] as const)('name the page count: %s (fact 14)', async (pageCountKey, counts) => {
    const { total_pages, total_page } = await pageWith({ pageCountKey });
    expect({ ...(total_pages && { total_pages }), ...(total_page && { total_page }) }).toEqual(counts);
  });

  it('lower a page size without a word, but for its echo (fact 13)', async () => {
    const page = await pageWith({ largestPageSize: 50 }, { page_size: '100' });
    expect([page.page_size, rowsOf(page).length, page.total_pages]).toEqual([50, 50, 6]);
  });

  it.each([
    ['empty-list', { call_logs: [] }],
    ['absent', undefined],
  ] as const)('show a page without rows: %s (fact 15)', async (embeddedWhenEmpty, embedded) => {
    expect((await pageWith({ embeddedWhenEmpty }, { page: '31' }))._embedded).toEqual(embedded);
    const nothing = { 'start:gte': '2026-05-01 00:00:00', 'start:lte': '2026-05-02 00:00:00' };
    expect((await pageWith({ embeddedWhenEmpty }, nothing))._embedded).toEqual(embedded);
  });

  it('take the latest first, where the default order is desc (fact 16)', async () => {
    const starts = rowsOf(await pageWith({ defaultOrder: 'desc' })).map((row) => row.start);
    expect(starts).toEqual([...starts].sort().reverse());
  });

  it('ignore or refuse the parameter order (fact 16)', async () => {
    const starts = rowsOf(await pageWith({ order: 'ignored' }, { order: 'desc' })).map((row) => row.start);
    expect(starts).toEqual([...starts].sort());
    await using sandbox = await start({ order: 'refused' });
    const { status, text } = await (await createReader(sandbox)).fetch({ ...march, order: 'asc' });
    expect([status, JSON.parse(text)]).toMatchObject([400, { invalid_parameters: [{ name: 'order' }] }]);
  });

  it('keep calls of one second in place, or change their order from request to request (fact 16)', async () => {
    const orders = async (tieOrder: 'stable' | 'unstable'): Promise<Set<string>> => {
      await using sandbox = await start({ tieOrder, tieRun: 20 });
      const reader = await createReader(sandbox);
      const seen = new Set<string>();
      for (let turn = 0; turn < 6; turn += 1) seen.add(idsOf(rowsOf(await reader.page({ page_size: '50' }))).join());
      return seen;
    };
    expect((await orders('stable')).size).toBe(1);
    expect((await orders('unstable')).size).toBeGreaterThan(1);
  });

  it('show the same calls in whatever order ties stand, on a page that holds them all (fact 16)', async () => {
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

  it.each(['refused', 'empty'] as const)('limit the offset: what lies beyond is %s (fact 20)', async (beyond) => {
    await using sandbox = await start({ largestOffset: 100, beyondLargestOffset: beyond });
    const reader = await createReader(sandbox);
    expect(rowsOf(await reader.page({ page: '11' })).length).toBe(10);
    const { status, text } = await reader.fetch({ ...march, page: '12' });
    expect(status).toBe(beyond === 'refused' ? 400 : 200);
    if (beyond === 'empty') expect(rowsOf(JSON.parse(text) as Page)).toEqual([]);
  });

  it('make a page cost the rows before it, in the log and in time (section 2)', async () => {
    await using sandbox = await start({ pageCostMs: 1 });
    const reader = await createReader(sandbox);
    await reader.page({ page: '1' });
    await reader.page({ page: '21' });
    expect(sandbox.requests.slice(-2).map(({ rowsScanned }) => rowsScanned)).toEqual([10, 210]);
  });

  it('speak the local time of a zone in place of UTC (section 2)', async () => {
    const utc = await pageWith({}, { page_size: '300' });
    const local = await pageWith(
      { apiTimeZone: 'Asia/Kolkata' },
      { page_size: '300', 'start:gte': '2026-03-01 05:30:00', 'start:lte': '2026-04-01 05:29:59' },
    );
    const shifted = (time: string): string => {
      return new Date(Date.parse(`${time.replace(' ', 'T')}Z`) + 19_800_000)
        .toISOString()
        .slice(0, 19)
        .replace('T', ' ');
    };
    expect(rowsOf(local).map((row) => row.start)).toEqual(rowsOf(utc).map((row) => shifted(row.start)));
  });
});

describe('calls logged while somebody pages through their range', () => {
  it('shift the pages, so that a plain loop repeats rows (fact 17)', async () => {
    await using sandbox = await start({ lateCalls: 0.1, defaultOrder: 'desc' });
    const before = idsOf(sandbox.calls());
    const read = idsOf(await readAll(await createReader(sandbox)));
    const after = idsOf(sandbox.calls());
    expect(read.length).toBeGreaterThan(new Set(read).size);
    expect(after.length).toBeGreaterThan(before.length);
    expect(before.every((id) => after.includes(id))).toBe(true);
    expect(read.every((id) => after.includes(id))).toBe(true);
  });

  it('come one by one, as often as the switch says, until none is held back (fact 17)', async () => {
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
  const ends = (time: string): number => Date.parse(`${time.replace(' ', 'T')}Z`);

  it('lists a call at its end, not before, where it is off (fact 19)', async () => {
    await using sandbox = await start({});
    sandbox.clock.freeze();
    sandbox.clock.set(new Date('2026-03-17T15:00:00Z'));
    const now = sandbox.clock.now().getTime();
    const all = sandbox.calls(marchDates, { all: true });
    expect(sandbox.calls()).toEqual(all.filter((call) => ends(call.end) <= now));
  });

  it('lists half of the calls within 8 minutes, nine in ten within 10, all within 13 (fact 19)', async () => {
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

  it('shows a long call to a poll of the last 20 minutes never, though it is listed in the end (fact 19)', async () => {
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
  it('are those of the truth, whatever the switches, the order and the page size', async () => {
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
        const wire = (date: Date): string => date.toISOString().slice(0, 19).replace('T', ' ');
        const query = {
          'start:gte': wire(range.from),
          'start:lte': wire(new Date(last ?? 0)),
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
