import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { CallLog } from '../../../src/call-logs/call-log.ts';
import type { GapPage } from '../../../src/call-logs/keyset/place-answer.ts';
import type { TimeWindow } from '../../../src/core/errors/index.ts';
import { runTimeline, windowOf, type Run } from './run-timeline.ts';
import { createSimulatedServer } from './simulated-server.ts';

const day = 86_400;
const ids = (calls: readonly CallLog[]): string[] => calls.map(({ id }) => id);

interface Draw {
  readonly starts: readonly number[];
  readonly end: number;
  readonly serverOrder: 'asc' | 'desc' | 'none';
  readonly serverPageSize: number;
  readonly axis: 'forward' | 'backward';
  readonly order: 'asc' | 'desc';
  readonly concurrency: number;
  readonly arrivals: readonly { readonly after: number; readonly start: number }[];
  /** By the number of the answer, from 1; 0 is the truth. */
  readonly lies: readonly number[];
  readonly picks: readonly number[];
  readonly pauses: readonly boolean[];
}

const draws = (arrivals: number, lies: number): fc.Arbitrary<Draw> =>
  fc.constantFrom(30, 400, day).chain((end) => {
    const second = fc.integer({ min: 0, max: end - 1 });
    const tied = fc
      .tuple(second, fc.integer({ min: 1, max: 12 }))
      .map(([start, many]) => Array<number>(many).fill(start));
    return fc.record({
      starts: fc
        .tuple(fc.array(second, { maxLength: 150, size: 'max' }), fc.array(tied, { maxLength: 4 }))
        .map(([single, ties]) => [...single, ...ties.flat()].sort((a, b) => a - b)),
      end: fc.constant(end),
      serverOrder: fc.constantFrom('asc', 'asc', 'desc', 'none'),
      serverPageSize: fc.integer({ min: arrivals > 0 ? 6 : 1, max: 9 }),
      axis: fc.constantFrom('forward', 'backward'),
      order: fc.constantFrom('asc', 'desc'),
      concurrency: fc.integer({ min: 1, max: 8 }),
      arrivals: fc.array(fc.record({ after: fc.integer({ min: 1, max: 40 }), start: second }), { maxLength: arrivals }),
      lies: lies === 0 ? fc.constant([]) : fc.array(fc.constantFrom(0, 0, 0, 0, 0, -3, -1, 1, 4), { maxLength: lies }),
      picks: fc.array(fc.nat(7), { minLength: 1, maxLength: 30 }),
      pauses: fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }),
    });
  });

function read(draw: Draw): { run: Run; before: string[]; after: Set<string>; startOf: Map<string, string> } {
  const server = createSimulatedServer({
    starts: draw.starts,
    order: draw.serverOrder,
    pageSize: draw.serverPageSize,
    lie: (answer) => draw.lies[answer] ?? 0,
  });
  const before = ids(server.calls);
  let picked = 0;
  const run = runTimeline({
    ...draw,
    server,
    spans: [[0, draw.end]],
    pageSize: 9,
    pick: (count) => (draw.picks[(picked += 1) % draw.picks.length] ?? 0) % count,
    afterAnswer: (answers) => {
      for (const { after, start } of draw.arrivals) if (after === answers) server.log(start);
    },
    takes: (answers) => draw.pauses[answers % draw.pauses.length] ?? true,
    // Twenty halvings lead from a day to a second, and each doubt may double that.
    maxRequests: 300 + 60 * (draw.starts.length + draw.arrivals.length) + 200 * draw.lies.length,
  });
  const startOf = new Map(server.calls.map(({ id, start }) => [id, start]));
  return { run, before, after: new Set(ids(server.calls)), startOf };
}

function missing({ run, before, startOf }: ReturnType<typeof read>): string[] {
  const handedOut = new Set(ids(run.handedOut));
  const isGivenUp = (id: string): boolean => {
    const start = new Date(`${(startOf.get(id) ?? '').replace(' ', 'T')}Z`);
    return run.holes.some(({ from, to }) => from <= start && start < to);
  };
  return before.filter((id) => !handedOut.has(id) && !isGivenUp(id));
}

function expectSound(draw: Draw): ReturnType<typeof read> {
  const result = read(draw);
  const { run, after } = result;
  const handedOut = ids(run.handedOut);
  expect(missing(result)).toEqual([]);
  expect(new Set(handedOut).size).toBe(handedOut.length);
  expect(handedOut.filter((id) => !after.has(id))).toEqual([]);
  expect(run.mostUnderWay).toBeLessThanOrEqual(draw.concurrency);
  expect(run.timeline.left).toEqual(run.holes.length === 0 ? [] : expect.anything());
  return result;
}

describe('a timeline reads every call exactly once', () => {
  it('from a server that tells the truth, in any order of pages and of answers, and gives nothing up', () => {
    fc.assert(
      fc.property(draws(0, 0), (draw) => {
        const { run, before } = expectSound(draw);
        expect(run.holes).toEqual([]);
        expect(run.handedOut).toHaveLength(before.length);
        expect(run.timeline.total).toBe(before.length);
      }),
      { numRuns: 1500, seed: 4, endOnFailure: true },
    );
  });

  it('while calls are logged: all that were there before, and none that never was', () => {
    fc.assert(
      fc.property(draws(5, 0), (draw) => {
        expectSound(draw);
      }),
      { numRuns: 1000, seed: 4, endOnFailure: true },
    );
  });

  it('from a server whose totals lie now and then, or says where it could not', () => {
    fc.assert(
      fc.property(draws(3, 60), (draw) => {
        expectSound(draw);
      }),
      { numRuns: 1500, seed: 4, endOnFailure: true },
    );
  });

  it('in the order of the axis or against it, chunk after chunk', () => {
    fc.assert(
      fc.property(draws(2, 20), (draw) => {
        const starts = read(draw).run.handedOut.map(({ start }) => start);
        const sorted = starts.toSorted();
        // Within a chunk the order is the server's; that of the chunks shows where each holds one second.
        if (draw.end === 30 && draw.serverOrder !== 'none' && draw.serverPageSize === 1) {
          expect(starts).toEqual(draw.order === 'asc' ? sorted : sorted.reverse());
        }
      }),
      { numRuns: 300, seed: 4, endOnFailure: true },
    );
  });
});

describe('what a timeline cannot prove', () => {
  const base = { axis: 'forward', order: 'asc', spans: [[0, day]], pageSize: 5, concurrency: 2 } as const;
  const everyMinute = Array.from({ length: 60 }, (_, index) => index * 60);

  it.each([
    ['along the axis', 'asc'],
    ['against the axis, beside what waits for its turn', 'desc'],
  ] as const)('is given up after few requests, %s', (_what, order) => {
    const server = createSimulatedServer({ starts: everyMinute, order: 'asc', pageSize: 5 });
    const second = windowOf(600, 601);
    const lie = (page: GapPage, { from, to }: TimeWindow): GapPage =>
      from <= second.from && second.from < to ? { ...page, total: page.total + 1 } : page;
    const lying = {
      ...server,
      page: (window: TimeWindow) => lie(server.page(window), window),
      whole: (window: TimeWindow) => lie(server.whole(window), window),
    };
    const run = runTimeline({ ...base, server: lying, order, maxRequests: 200 });
    expect(run.holes.length).toBeGreaterThan(0);
    for (const { from, to } of run.holes) {
      expect(from.getTime() <= second.to.getTime() && second.from.getTime() <= to.getTime()).toBe(true);
    }
    expect(run.timeline.left).toHaveLength(1);
  });

  it('is read again without what was handed out, where a first total was too high and the axis runs against', () => {
    const server = createSimulatedServer({
      starts: Array.from({ length: 600 }, (_, index) => index * 60),
      order: 'asc',
      pageSize: 5,
      lie: (answer) => (answer === 2 ? 3 : 0),
    });
    const run = runTimeline({ ...base, server, order: 'desc' });
    expect(ids(run.handedOut).sort()).toEqual(ids(server.calls).sort());
    expect(run.holes).toEqual([]);
  });

  it('is handed out all the same without verification', () => {
    const lies = { starts: everyMinute, order: 'asc', pageSize: 5, lie: (answer: number) => answer % 4 } as const;
    const run = runTimeline({ ...base, server: createSimulatedServer(lies), verify: false });
    expect(run.handedOut).toHaveLength(60);
    expect(run.requests).toBeLessThan(60);
  });
});

describe('an answer that is older than the next', () => {
  const starts = Array.from({ length: 60 }, (_, index) => index * 60);
  // Of what lacks only calls of its own page nobody can tell that it is old.
  const pairs = ['call-2', 'call-19'].flatMap((kept) =>
    ['call-30', 'call-59'].map((behind) => [kept, behind] as const),
  );

  it.each(pairs)('and so lacks %s and %s, loses neither', (...lacking) => {
    // The fourth asks once more for what the second was doubted for.
    for (const numbers of [[1], [2], [3], [4], [2, 4]]) {
      const server = createSimulatedServer({ starts, order: 'asc', pageSize: 20 });
      let answers = 0;
      const older = (window: TimeWindow): GapPage => {
        answers += 1;
        if (!numbers.includes(answers)) return server.page(window);
        const listed = server.whole(window).calls.filter(({ id }) => !lacking.some((name) => name === id));
        return { calls: listed.slice(0, 20), total: listed.length };
      };
      const options = { axis: 'forward', order: 'asc', spans: [[0, day]], pageSize: 20, concurrency: 1 } as const;
      const { handedOut, holes } = runTimeline({ ...options, server: { ...server, page: older } });
      expect([numbers, ids(handedOut).sort(), holes]).toEqual([numbers, ids(server.calls).sort(), []]);
    }
  });
});
