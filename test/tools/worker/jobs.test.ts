import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { TimeWindow } from '../../../src/index.ts';
import { type Cut, cutIntoJobs } from '../../../src/tools/worker/jobs.ts';
import type { Coverage } from '../../../src/tools/sync/index.ts';
import { draws } from '../../support/draws.ts';

const from = Date.UTC(2026, 0, 1);
const seconds = 5_000;
const at = (second: number): Date => new Date(from + second * 1_000);

interface Case {
  readonly starts: readonly number[];
  readonly settledSeconds: number;
  readonly windows: readonly (readonly [number, number])[];
}

const cases: fc.Arbitrary<Case> = fc.record({
  starts: fc.array(fc.oneof(fc.integer({ min: 0, max: seconds - 1 }), fc.integer({ min: 100, max: 120 })), {
    maxLength: 300,
  }),
  settledSeconds: fc.integer({ min: 0, max: seconds }),
  windows: fc
    .uniqueArray(fc.integer({ min: 0, max: seconds }), { minLength: 2, maxLength: 6 })
    .map((edges) => edges.sort((a, b) => a - b))
    .map((edges) =>
      edges.slice(1).flatMap((edge, place) => (place % 2 === 0 ? [[edges[place] ?? 0, edge] as const] : [])),
    ),
});

async function cutCase({ starts, settledSeconds, windows }: Case, most: { calls: number; jobs: number }) {
  let counts = 0;
  const count = ({ from: first, to }: TimeWindow): number =>
    starts.filter((start) => at(start) >= first && at(start) < to).length;
  const coverage: Coverage =
    settledSeconds === 0
      ? []
      : [{ from: at(0), to: at(settledSeconds), agreedAt: at(seconds), settled: true, wasSettled: true }];
  const differing = windows.map(([first, end]) => {
    const window = { from: at(first), to: at(end) };
    return { ...window, listed: count(window), stored: 0 };
  });
  const cut = await cutIntoJobs(differing, {
    ...{ account: '1', coverage, mostCalls: most.calls, mostJobs: most.jobs },
    count: (window) => {
      counts += 1;
      return Promise.resolve(count(window));
    },
  });
  return { cut, counts, differing, count };
}

const windowsOf = ({ reads }: Cut): TimeWindow[] =>
  reads.map((job) => ({ from: new Date(job.from), to: new Date(job.to) }));

describe('windows that differ, cut into jobs', () => {
  it('are read as a whole, in order, by jobs that are small enough and each settled or not', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (drawn) => {
        const { cut, differing, count } = await cutCase(drawn, { calls: 20, jobs: 1_000 });
        expect(cut.hasMore).toBe(false);
        const jobs = windowsOf(cut);
        const length = (windows: readonly TimeWindow[]): number =>
          windows.reduce((sum, window) => sum + window.to.getTime() - window.from.getTime(), 0);
        expect(length(jobs)).toBe(length(differing));
        for (const [place, job] of jobs.entries()) {
          expect(differing.some((window) => window.from <= job.from && job.to <= window.to)).toBe(true);
          if (place > 0) expect(job.from.getTime()).toBeGreaterThanOrEqual(jobs[place - 1]?.to.getTime() ?? NaN);
          const { listed, keepsUnlisted } = cut.reads[place] ?? {};
          expect(listed).toBe(count(job));
          if (Number(listed) > 20) expect(job.to.getTime() - job.from.getTime()).toBe(1_000);
          const settled = at(drawn.settledSeconds);
          expect(keepsUnlisted ? job.to <= settled : job.from >= settled).toBe(true);
        }
      }),
      { numRuns: draws(200, 5_000) },
    );
  });

  it('are left to the next comparison when there are as many jobs as may be, the earliest first', async () => {
    const starts = Array.from({ length: 200 }, (_start, place) => place * 20);
    const drawn = { starts, settledSeconds: 0, windows: [[0, seconds] as const] };
    const all = await cutCase(drawn, { calls: 20, jobs: 1_000 });
    const some = await cutCase(drawn, { calls: 20, jobs: 3 });
    expect(some.cut.reads).toEqual(all.cut.reads.slice(0, 3));
    expect([some.cut.hasMore, some.counts < all.counts]).toEqual([true, true]);
  });

  it('take no count if they are small enough', async () => {
    const { counts } = await cutCase(
      { starts: [1, 2, 3], settledSeconds: 0, windows: [[0, 10]] },
      { calls: 20, jobs: 4 },
    );
    expect(counts).toBe(0);
  });
});
