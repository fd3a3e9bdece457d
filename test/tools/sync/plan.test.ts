import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { TimeWindow } from '../../../src/index.ts';
import { next, type Plan, questions, readsNeeded, startPlan } from '../../../src/tools/sync/plan.ts';
import { draws, mulberry32 } from '../../support/draws.ts';
import { startsOfYear, year } from './year.ts';

/** Sorted starts in seconds since 1970: what the server lists, or what the store has. */
type Starts = readonly number[];

/** Lets a plan ask until it knows what differs. */
function compare(server: Starts, store: Starts, { pageSize = 1000, edges = [] as Date[], window = year } = {}): Plan {
  let plan = startPlan([window], { pageSize, edges });
  for (let turn = 0; plan.open.length > 0; turn += 1) {
    if (turn > 200) throw new RangeError('the plan does not end');
    const asks = questions(plan);
    for (const asked of asks.listed) plan = next(plan, { type: 'listed', window: asked, listed: count(server, asked) });
    for (const asked of asks.stored) plan = next(plan, { type: 'stored', window: asked, stored: count(store, asked) });
    for (const asked of asks.median) plan = next(plan, { type: 'median', window: asked, median: median(store, asked) });
  }
  return plan;
}

function median(store: Starts, window: TimeWindow): Date {
  const first = place(store, window.from.getTime() / 1000);
  return new Date((store[first + Math.floor(count(store, window) / 2)] ?? NaN) * 1000);
}

function count(starts: Starts, { from, to }: TimeWindow): number {
  return place(starts, to.getTime() / 1000) - place(starts, from.getTime() / 1000);
}

function place(starts: Starts, second: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? Infinity) < second) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The requests of a run: counts, and the pages that it reads. */
const requestsOf = (plan: Plan): number => plan.counts + readsNeeded(plan);

describe('the cost of a run over a year of working weeks', () => {
  const cases = [
    { calls: 10_000, one: 6, ten: 23, hour: 6, day: 6 },
    { calls: 100_000, one: 9, ten: 49, hour: 9, day: 10 },
    { calls: 1_000_000, one: 13, ten: 92, hour: 13, day: 16 },
  ];
  // A million calls take seconds to look at, so they have their turn in the long run.
  const affordable = cases.filter(({ calls }) => calls <= draws(100_000, 1_000_000));
  test.each(affordable)('$calls calls', ({ calls, one, ten, hour, day }) => {
    const server = startsOfYear(calls);
    const without = (isMissing: (start: number, place: number) => boolean): number =>
      requestsOf(
        compare(
          server,
          server.filter((start, index) => !isMissing(start, index)),
        ),
      );
    const random = mulberry32(calls);
    const averageOf = (missing: number): number => {
      const costs = Array.from({ length: calls < 1_000_000 ? 8 : 3 }, () => {
        const places = new Set(Array.from({ length: missing }, () => Math.floor(random() * calls)));
        return without((_start, index) => places.has(index));
      });
      return costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
    };
    const last = server.at(-1) ?? 0;
    const aDay = Date.UTC(2025, 4, 14) / 1000;

    expect(requestsOf(compare(server, server))).toBe(1);
    expect(averageOf(1)).toBeLessThanOrEqual(one * 1.1);
    expect(averageOf(10)).toBeLessThanOrEqual(ten * 1.1);
    expect(without((start) => start > last - 3600)).toBeLessThanOrEqual(hour);
    expect(without((start) => start >= aDay && start < aDay + 86_400)).toBeLessThanOrEqual(day);
    // A first run counts once, and reads.
    expect(requestsOf(compare(server, []))).toBe(1 + Math.ceil(calls / 1000));
  });

  test('new calls behind what is settled are found in a handful of requests, however long the history', () => {
    const server = startsOfYear(100_000);
    const last = server.at(-1) ?? 0;
    const store = server.filter((start) => start <= last - 3600);
    const edge = new Date(year.to.getTime() - 25 * 3_600_000);
    const plan = compare(server, store, { edges: [edge] });
    expect(requestsOf(plan)).toBeLessThanOrEqual(5);
    expect(plan.agreed.some(({ from }) => from.getTime() === year.from.getTime())).toBe(true);
  });
});

describe('for every server and store', () => {
  const window: TimeWindow = { from: new Date(0), to: new Date(200_000) };
  const starts = fc.array(fc.integer({ min: 0, max: 199 }), { maxLength: 80 }).map((all) => all.sort((a, b) => a - b));
  const options = fc.record({
    pageSize: fc.integer({ min: 1, max: 30 }),
    edges: fc.array(
      fc.integer({ min: -5, max: 205 }).map((second) => new Date(second * 1000)),
      { maxLength: 3 },
    ),
  });

  test('the windows that agree and those that differ cover the whole range, each once', () => {
    fc.assert(
      fc.property(starts, starts, options, (server, store, given) => {
        const { agreed, differing } = compare(server, store, { ...given, window });
        const all = [...agreed, ...differing].sort((a, b) => a.from.getTime() - b.from.getTime());
        expect(all[0]?.from).toEqual(window.from);
        expect(all.at(-1)?.to).toEqual(window.to);
        for (const [index, { to }] of all.entries()) expect(all[index + 1]?.from ?? window.to).toEqual(to);
      }),
    );
  });

  test('once the differences are read, the store has as many calls as the server in every window', () => {
    fc.assert(
      fc.property(starts, starts, options, (server, store, given) => {
        const { agreed, differing } = compare(server, store, { ...given, window });
        for (const each of agreed) expect(count(store, each)).toBe(count(server, each));
        for (const { listed, stored, ...each } of differing) {
          expect(listed).toBe(count(server, each));
          expect(stored).toBe(count(store, each));
          expect(listed).not.toBe(stored);
        }
      }),
    );
  });

  test('a plan is not changed by what comes after it', () => {
    const plan = startPlan([window], { pageSize: 10 });
    const copy = structuredClone(plan);
    next(plan, { type: 'listed', window, listed: 3 });
    expect(plan).toEqual(copy);
  });
});

describe('a server whose counts change while it is asked', () => {
  const window: TimeWindow = { from: new Date(0), to: new Date(100_000) };
  const cutAt = new Date(50_000);

  test('counts the second part itself if the first has more calls than both had', () => {
    let plan = startPlan([window], { pageSize: 10 });
    plan = next(plan, { type: 'listed', window, listed: 40 });
    plan = next(plan, { type: 'stored', window, stored: 39 });
    plan = next(plan, { type: 'median', window, median: cutAt });
    plan = next(plan, { type: 'listed', window: { from: window.from, to: cutAt }, listed: 41 });
    expect(questions(plan).listed).toEqual([{ from: cutAt, to: window.to }]);
  });
});

test('a window in doubt is read although its counts agree, and the windows around it are not', () => {
  const at = (second: number): Date => new Date(second * 1000);
  const starts = [10, 42, 44, 70];
  const callsIn = ({ from, to }: TimeWindow): number =>
    starts.filter((each) => at(each) >= from && at(each) < to).length;
  const doubt = { from: at(40), to: at(50) };
  let plan = startPlan([{ from: at(0), to: at(100) }], { pageSize: 10, doubtful: [doubt] });
  while (plan.open.length > 0) {
    const { listed, stored } = questions(plan);
    for (const window of listed) plan = next(plan, { type: 'listed', window, listed: callsIn(window) });
    for (const window of stored) plan = next(plan, { type: 'stored', window, stored: callsIn(window) });
  }
  expect(plan.differing).toEqual([{ ...doubt, listed: 2, stored: 2 }]);
  expect(plan.agreed).toEqual([
    { from: at(0), to: at(40) },
    { from: at(50), to: at(100) },
  ]);
});
