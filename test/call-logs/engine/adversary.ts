import fc from 'fast-check';

import type { ReadingPlan } from '../../../src/call-logs/engine/state.ts';
import { mulberry32 } from '../../support/draws.ts';
import { runReading, type Run } from './run-reading.ts';
import {
  createSimulatedServer,
  makeCall,
  secondMs,
  whole,
  type SimulatedServer,
  type StoredCall,
  type Traits,
  type UnusableRow,
} from './simulated-server.ts';

/** One draw: what a server holds, how it misbehaves, and how it is read. */
export interface Draw {
  readonly seed: number;
  readonly calls: number;
  /** The number of them that start in one second, and the number at each end of the range. */
  readonly crowd: number;
  readonly atEnds: number;
  readonly spanSeconds: number;
  /** The distance of the range from a whole minute, in seconds. */
  readonly offset: number;
  readonly traits: Traits;
  readonly unusable: readonly (readonly [number, UnusableRow])[];
  readonly pageSize: number;
  readonly concurrency: number;
  readonly order: 'asc' | 'desc';
}

const unusableRow = fc.constantFrom<UnusableRow>(
  'no-id',
  'null-id',
  'numeric-id',
  'no-start',
  'bad-start',
  'start-elsewhere',
);

/** Each kind of misbehaviour by itself; a draw has up to three of them. */
const kinds: readonly fc.Arbitrary<Traits>[] = [
  fc.constant<Traits>({ precision: 'millisecond' }),
  fc.constant<Traits>({ lowerBound: 'exclusive' }),
  fc.constant<Traits>({ upperBound: 'exclusive' }),
  fc.constant<Traits>({ boundRounding: 'minute' }),
  fc.constantFrom('asc', 'desc', 'end', 'none').map((order): Traits => ({ order })),
  fc.constantFrom('page', 'account', 'capped').map((totals): Traits => ({ totals, totalCap: 40 })),
  fc.constantFrom(-2, -1, 1, 2, 3).map((totalError): Traits => ({ totalError })),
  fc.constantFrom('none', 'honest', 'by-total').map((pageCount): Traits => ({ pageCount })),
  fc.boolean().map((nextLink): Traits => ({ nextLink })),
  fc.constantFrom(1, 2, 3, 7, 20).map((pageCap): Traits => ({ pageCap })),
  fc
    .record({ lacks: fc.integer({ min: 1, max: 20 }), share: fc.constantFrom(0.1, 0.5, 1), firstIsFresh: fc.boolean() })
    .map((replica): Traits => ({ replica })),
  fc.constantFrom(0.02, 0.2).map((dropping): Traits => ({ dropping })),
  fc.constantFrom(0.02, 0.2).map((repeating): Traits => ({ repeating })),
  fc.constantFrom(0.02, 0.2).map((doubling): Traits => ({ doubling })),
  fc
    .subarray(['start:gte', 'start:lte', 'page', 'page_size', 'order'], { minLength: 1, maxLength: 2 })
    .map((ignores): Traits => ({ ignores })),
  fc.integer({ min: 1, max: 9 }).map((arrivalEvery): Traits => ({ arrivalEvery })),
  fc.constantFrom('space', 'T', 'Z', 'fraction').map((startFormat): Traits => ({ startFormat })),
];

const traits: fc.Arbitrary<Traits> = fc
  .uniqueArray(fc.nat({ max: kinds.length - 1 }), { maxLength: 3 })
  .chain((chosen) => fc.tuple(...chosen.map((index) => kinds[index] ?? fc.constant<Traits>({}))))
  .map((parts) => Object.assign({}, ...parts) as Traits);

export const anyDraw: fc.Arbitrary<Draw> = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  calls: fc.constantFrom(0, 1, 3, 20, 60, 150),
  crowd: fc.constantFrom(0, 0, 2, 12),
  atEnds: fc.constantFrom(0, 1, 2),
  spanSeconds: fc.constantFrom(2, 60, 600, 86_400),
  offset: fc.constantFrom(0, 0, 30),
  traits,
  unusable: fc.oneof(
    { weight: 4, arbitrary: fc.constant<[number, UnusableRow][]>([]) },
    { weight: 1, arbitrary: fc.array(fc.tuple(fc.nat({ max: 60 }), unusableRow), { maxLength: 3 }) },
  ),
  pageSize: fc.constantFrom(1, 2, 3, 5, 10, 30, 100),
  concurrency: fc.integer({ min: 1, max: 5 }),
  order: fc.constantFrom('asc', 'desc'),
});

export interface Scene {
  readonly calls: readonly StoredCall[];
  readonly plan: ReadingPlan;
  readonly traits: Traits;
}

const dayStart = Date.UTC(2026, 0, 15);

/** The calls around and in the range of a draw, and what is asked for. */
export function sceneOf(draw: Draw, random: () => number): Scene {
  const from = dayStart + draw.offset * secondMs;
  const to = from + draw.spanSeconds * secondMs;
  const stamp = (ms: number): number => (draw.traits.precision === 'millisecond' ? Math.floor(ms) : whole(ms));
  const starts: number[] = [];
  for (let index = 0; index < draw.calls; index += 1) starts.push(from + random() * (to - from));
  const crowded = whole(from + random() * (to - from));
  for (let index = 0; index < draw.crowd; index += 1) starts.push(crowded + random() * 999);
  for (let index = 0; index < draw.atEnds; index += 1) {
    starts.push(
      from,
      from + random() * 999,
      to - 1,
      to - 1000,
      to,
      from - 1000 + random() * 999,
      to + random() * 90_000,
    );
  }
  const calls = starts.map((startMs, index) => makeCall(`call-${index}`, stamp(startMs), random));
  const plan: ReadingPlan = {
    windows: [{ from: new Date(from), to: new Date(to) }],
    order: draw.order,
    pageSize: draw.pageSize,
    concurrency: draw.concurrency,
    verify: true,
  };
  // No reader catches up with a server that logs calls as fast as its pages can be read.
  const { arrivalEvery } = draw.traits;
  const slow = arrivalEvery && { arrivalEvery: Math.max(arrivalEvery, Math.ceil(20 / draw.pageSize)) };
  return { calls, plan, traits: { ...draw.traits, ...slow, unusable: new Map(draw.unusable) } };
}

/** `false-alarm`: windows are named though nothing is lost. */
export type End = 'complete' | 'incomplete' | 'false-alarm';

/** Reads a draw to its end. Throws if a call is lost without being named, handed out twice, made up or outside the range. */
export function checkDraw(draw: Draw): End {
  const random = mulberry32(draw.seed);
  const { calls, plan, traits: kinds } = sceneOf(draw, random);
  const server = createSimulatedServer(calls, kinds, random, kinds.replica !== undefined);
  const [window] = plan.windows;
  if (window === undefined) throw new Error('a plan without a window');
  const isIn = ({ from, to }: { from: Date; to: Date }, ms: number): boolean =>
    ms >= from.getTime() && ms < to.getTime();
  const before = server.calls.filter(({ startMs }) => isIn(window, startMs));
  const run = runReading({
    server,
    plan,
    pick: (count) => Math.floor(random() * count),
    maxRequests: 4000 + 100 * Math.ceil(draw.calls / draw.pageSize),
  });
  const handedOut = new Set(run.handedOut.map(({ id }) => id));
  expectTrue(handedOut.size === run.handedOut.length, 'a call was handed out twice');
  const held = new Map(server.calls.map((call) => [call.id, call]));
  for (const id of handedOut) expectTrue(isIn(window, held.get(id)?.startMs ?? NaN), `${id} is outside the range`);

  const unusable = new Set(draw.unusable.map(([index]) => `call-${index}`));
  const found = new Set([...handedOut, ...run.strays.map(({ id }) => id)]);
  const missed = before.filter(({ id }) => !found.has(id) && !unusable.has(id));
  const lost = missed.filter(({ id }) => isVisible(id, server, kinds));
  const unnamed = lost.filter(({ startMs }) => !run.missing.some((named) => isIn(named, startMs)));
  expectTrue(unnamed.length === 0, `lost without being named: ${JSON.stringify(unnamed.slice(0, 3))}`);
  const isSilent = run.rejected.length + run.missing.length + run.strays.length === 0;
  const dropped = before.filter(
    (call) => isPlaceable(call, draw, window) && !found.has(call.id) && isVisible(call.id, server, kinds),
  );
  expectTrue(dropped.length === 0 || !isSilent, 'a row that cannot be used was dropped in silence');
  const late = server.calls.filter(
    ({ id, startMs }) => isIn(window, startMs) && !handedOut.has(id) && !unusable.has(id),
  );
  return endOf(run, late);
}

/**
 * Returns whether the row of a call is unusable, but shows that it lies in the range. Near an end of it, a server may
 * list the row only to a look beyond the end, and without a start nobody can say whether it lies in the range.
 */
function isPlaceable({ id, startMs }: StoredCall, draw: Draw, { from, to }: { from: Date; to: Date }): boolean {
  const unusable = draw.unusable.findLast(([index]) => `call-${index}` === id)?.[1];
  const isNearEnd = startMs - from.getTime() < 60 * secondMs || to.getTime() - startMs <= 60 * secondMs;
  return unusable !== undefined && (unusable.endsWith('-id') || !isNearEnd);
}

/** A call that was logged while others were read, and that a last count has found, is missing as well. */
function endOf({ missing }: Run, missed: readonly StoredCall[]): End {
  if (missing.length === 0) return 'complete';
  return missed.length === 0 ? 'false-alarm' : 'incomplete';
}

/**
 * Returns whether a reader can see that a call is missing. A call is hidden if no answer has ever counted it; or a page
 * left it out (or a lagging copy, or pages in another order each time) while totals were too low, or grew, by as much.
 */
export function isVisible(id: string, { calls, witnessed, omitted }: SimulatedServer, kinds: Traits): boolean {
  const { replica, order, totals = 'exact', totalError = 0, arrivalEvery, ignores } = kinds;
  const masksLoss = totalError < 0 || arrivalEvery !== undefined || totals !== 'exact';
  if (order === 'none' && masksLoss) return false;
  // If the lower bound is ignored, a total may be that of earlier calls.
  if (replica && (masksLoss || !witnessed.has(id) || ignores?.includes('start:gte'))) return false;
  // A page that lacks a row looks like the last one, so the rest of that second is not read.
  const startOf = (wanted: string): number | undefined => calls.find((call) => call.id === wanted)?.startMs;
  return !((masksLoss || replica) && [...omitted].some((each) => startOf(each) === startOf(id)));
}

function expectTrue(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}
