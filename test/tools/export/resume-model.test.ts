import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CallLogPage } from '../../../src/call-logs/call-log.ts';
import type { TimeWindow } from '../../../src/core/errors/index.ts';
import { openFileOutput, type Output } from '../../../src/tools/export/index.ts';
import { gapsIn } from '../../../src/tools/export/segments.ts';
import { draws } from '../../support/draws.ts';
import { exampleJob } from './example-job.ts';
import { idLines, linesOf, march, pageOf, range } from './pages.ts';

/** One run: how the gaps are cut into windows and pages, which of the windows are incomplete, and when the run ends. */
const run = fc.record({
  windowDays: fc.integer({ min: 1, max: 4 }),
  pagesOfOneDay: fc.boolean(),
  incomplete: fc.uniqueArray(fc.integer({ min: 1, max: 10 }), { maxLength: 3 }),
  pages: fc.integer({ min: 0, max: 12 }),
  segmentCalls: fc.integer({ min: 1, max: 12 }),
});

type Run = typeof run extends fc.Arbitrary<infer Value> ? Value : never;

/** The pages of a window: one, or one for each day. */
function pagesOf(from: number, to: number, { pagesOfOneDay, incomplete }: Run): CallLogPage[] {
  const complete = !incomplete.includes(from);
  if (!pagesOfOneDay) return [pageOf(from, to, { complete })];
  const days = Array.from({ length: to - from }, (_, index) => from + index);
  const window = march(from, to);
  return days.map((day) => pageOf(day, day + 1, { window, complete, endsWindow: day === to - 1 }));
}

function pagesIn(windows: readonly TimeWindow[], given: Run): CallLogPage[] {
  return windows.flatMap(({ from, to }) => {
    const [first, end] = [from.getUTCDate(), to.getUTCDate()];
    const starts = Array.from(
      { length: Math.ceil((end - first) / given.windowDays) },
      (_, n) => first + n * given.windowDays,
    );
    return starts.flatMap((start) => pagesOf(start, Math.min(start + given.windowDays, end), given));
  });
}

/** The windows that a run has read to their ends and completely. */
function completeWindows(pages: readonly CallLogPage[]): TimeWindow[] {
  return pages.filter(({ endsWindow, complete }) => endsWindow && complete).map(({ window }) => window);
}

/** Plays the runs, then one to the end. */
async function play(runs: readonly Run[], path: string): Promise<void> {
  const open = (segmentCalls: number): Promise<Output> =>
    openFileOutput(path, { job: exampleJob, range, format: idLines, now: new Date(), resume: true, segmentCalls });
  let missing: readonly TimeWindow[] = [range];
  for (const given of runs) {
    const output = await open(given.segmentCalls);
    expect(output.windows).toEqual(missing);
    const pages = pagesIn(output.windows, given).slice(0, given.pages);
    for (const page of pages) await output.write(page);
    const complete = completeWindows(pages);
    missing = missing.flatMap((window) => gapsIn(window, complete));
    expect((await output.endEarly()).windows).toEqual(missing);
  }
  const last = await open(3);
  expect(last.windows).toEqual(missing);
  for (const { from, to } of last.windows) await last.write(pageOf(from.getUTCDate(), to.getUTCDate()));
  await last.finish();
}

it('a file output knows after each run what is missing, and becomes the same file in the end, however runs go', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(run, { maxLength: 5 }), async (runs) => {
      const folder = await mkdtemp(join(tmpdir(), 'vbc-reports-'));
      try {
        await play(runs, join(folder, 'calls.csv'));
        expect(await readFile(join(folder, 'calls.csv'), 'utf8')).toBe(`id\n${linesOf(1, 11)}`);
        expect(await readdir(folder)).toEqual(['calls.csv']);
      } finally {
        await rm(folder, { recursive: true });
      }
    }),
    { numRuns: draws(30, 600) },
  );
});
