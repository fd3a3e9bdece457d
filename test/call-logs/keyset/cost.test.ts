import { describe, expect, it } from '@jest/globals';

import { runTimeline, type Run } from './run-timeline.ts';
import { createSimulatedServer } from './simulated-server.ts';

const pageSize = 1000;
const hour = 3600;
const month = 31 * 24 * hour;

type Shape = 'even' | 'working-week';

/** How many calls start in each hour of a week, to one of the busiest: the epoch is a Sunday. */
function weightOf(hourOfWeek: number): number {
  const dayOfWeek = Math.floor(hourOfWeek / 24);
  const hourOfDay = hourOfWeek % 24;
  if (dayOfWeek === 0 || dayOfWeek === 6) return 0.02;
  if (hourOfDay >= 8 && hourOfDay < 18) return 1;
  return hourOfDay >= 6 && hourOfDay < 21 ? 0.2 : 0.01;
}

/** Ascending starts of so many calls, each hour's spread over it without being regular. */
function startsOf(shape: Shape, count: number): Float64Array {
  const weights = Array.from({ length: month / hour }, (_, index) => (shape === 'even' ? 1 : weightOf(index % 168)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const starts = new Float64Array(count);
  let filled = 0;
  let due = 0;
  weights.forEach((weight, index) => {
    due += (weight / sum) * count;
    const until = index === weights.length - 1 ? count : Math.round(due);
    for (let call = filled; call < until; call += 1) starts[call] = index * hour + ((call * 2_654_435_761) % hour);
    filled = until;
  });
  return starts.sort();
}

const servers = new Map<string, ReturnType<typeof createSimulatedServer>>();

/** A million calls are laid out once. */
function serverOf(shape: Shape, count: number): ReturnType<typeof createSimulatedServer> {
  const name = `${shape} ${count}`;
  const server =
    servers.get(name) ?? createSimulatedServer({ starts: [...startsOf(shape, count)], order: 'asc', pageSize });
  servers.set(name, server);
  return server;
}

function read(shape: Shape, count: number, concurrency: number): Run & { readonly scanned: number } {
  const server = serverOf(shape, count);
  const before = server.scanned;
  const run = runTimeline({
    server,
    axis: 'forward',
    order: 'asc',
    spans: [[0, month]],
    pageSize,
    concurrency,
  });
  return { ...run, scanned: server.scanned - before };
}

const shapes: Shape[] = ['even', 'working-week'];
const counts = [10_000, 100_000, 1_000_000];
const table = shapes.flatMap((shape) => counts.flatMap((count) => [1, 4, 8].map((c) => [shape, count, c] as const)));

describe('reading a month costs', () => {
  it.each(table)('of %s calls, %i of them, at concurrency %i: a tenth more requests than pages, and 3', (...drawn) => {
    const [, count, concurrency] = drawn;
    const run = read(...drawn);
    expect(run.requests).toBeLessThanOrEqual(1.1 * (count / pageSize) + 3);
    expect(run.scanned / count).toBeLessThanOrEqual(1.2);
    expect(run.answersToFirst).toBeLessThanOrEqual(3);
    expect(run.mostUnderWay).toBeLessThanOrEqual(concurrency);
    // A lane of at most 20 pages for each reader, and the page each is reading.
    expect(run.mostWaiting).toBeLessThanOrEqual(concurrency * 21 * pageSize);
    expect(run.handedOut).toHaveLength(count);
  });

  it.each([4, 8])('no more time than it has to, at concurrency %i: most requests have company', (concurrency) => {
    let alone = 0;
    let answers = 0;
    const server = serverOf('working-week', 100_000);
    const run = runTimeline({
      server,
      axis: 'forward',
      order: 'asc',
      spans: [[0, month]],
      pageSize,
      concurrency,
      pick: (underWay) => {
        answers += 1;
        if (underWay < concurrency) alone += 1;
        return 0;
      },
    });
    expect(answers).toBe(run.requests);
    expect(alone / answers).toBeLessThan(0.25);
  });

  it('one request where a page holds it all, and two where there is nothing more than a page', () => {
    const small = createSimulatedServer({ starts: [1, 2, 3], order: 'asc', pageSize });
    const options = { axis: 'forward', order: 'asc', spans: [[0, month]], pageSize, concurrency: 4 } as const;
    expect(runTimeline({ ...options, server: small }).requests).toBe(1);
    const none = createSimulatedServer({ starts: [], order: 'asc', pageSize });
    expect(runTimeline({ ...options, server: none }).requests).toBe(1);
    const two = createSimulatedServer({ starts: [...startsOf('even', 1500)], order: 'asc', pageSize });
    expect(runTimeline({ ...options, server: two }).requests).toBe(2);
  });

  it('hardly more against the axis, from a server that answers in descending order', () => {
    const server = createSimulatedServer({ starts: [...startsOf('working-week', 100_000)], order: 'desc', pageSize });
    const run = runTimeline({
      server,
      axis: 'backward',
      order: 'asc',
      spans: [[0, month]],
      pageSize,
      concurrency: 4,
    });
    expect(run.handedOut).toHaveLength(100_000);
    expect(run.requests).toBeLessThanOrEqual(1.25 * 100 + 3);
    expect(run.mostWaiting).toBeLessThanOrEqual(4 * 21 * pageSize);
  });

  it.each(['asc', 'desc'] as const)(
    'three requests to the first call in %s order, whichever way pages run',
    (order) => {
      for (const axis of ['forward', 'backward'] as const) {
        const server = createSimulatedServer({
          starts: [...startsOf('even', 100_000)],
          order: axis === 'forward' ? 'asc' : 'desc',
          pageSize,
        });
        const run = runTimeline({ server, axis, order, spans: [[0, month]], pageSize, concurrency: 1 });
        expect(run.answersToFirst).toBeLessThanOrEqual(3);
        expect(run.handedOut).toHaveLength(100_000);
      }
    },
  );

  it.each([0.02, 0.3, 0.9])('no memory beyond the bound where an answer stalls, with a crowded day at %f', (burst) => {
    // Nearly all of the month on one day: guesses of what lies where are as wrong as can be.
    const crowded = Array.from(
      { length: 19_000 },
      (_, index) => burst * (month - 24 * hour) + (index / 19_000) * 24 * hour,
    );
    const others = Array.from({ length: 1000 }, (_, index) => (index / 1000) * month);
    const starts = [...crowded, ...others].map(Math.floor).sort((a, b) => a - b);
    const server = createSimulatedServer({ starts, order: 'asc', pageSize: 100 });
    for (const stallsFrom of [2, 4, 6, 8, 10]) {
      let answers = 0;
      const pick = (underWay: number): number => ((answers += 1) >= stallsFrom && underWay > 1 ? 1 : 0);
      const options = { server, axis: 'forward', order: 'asc', pageSize: 100, concurrency: 2, pick } as const;
      const run = runTimeline({ ...options, spans: [[0, month]] });
      expect(run.mostWaiting).toBeLessThanOrEqual(2 * 21 * 100);
      expect(run.handedOut).toHaveLength(20_000);
    }
  });

  it('no memory beyond the bound while the caller takes nothing', () => {
    const run = runTimeline({
      server: serverOf('even', 100_000),
      axis: 'forward',
      order: 'asc',
      spans: [[0, month]],
      pageSize,
      concurrency: 2,
      takes: () => false,
    });
    expect(run.mostWaiting).toBeLessThanOrEqual(2 * 21 * pageSize);
    expect(run.handedOut).toHaveLength(100_000);
  });
});
