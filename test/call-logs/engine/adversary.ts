import fc from 'fast-check';

import type { ReadingPlan } from '../../../src/call-logs/engine/state.ts';
import { makeCall, secondMs, whole, type StoredCall, type Traits, type UnusableRow } from './simulated-server.ts';

/** One draw: what a server holds, how it misbehaves, and how it is read. */
export interface Draw {
  readonly seed: number;
  readonly calls: number;
  /** How many of them start in one second, and how many at each end of the range. */
  readonly crowd: number;
  readonly atEnds: number;
  readonly spanSeconds: number;
  /** How far the range is from a whole minute, in seconds. */
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

export const draws: fc.Arbitrary<Draw> = fc.record({
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

/** Numbers from 0 to below 1, the same for a seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

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
    lowerBoundKept: false,
  };
    // No reader catches up with a server that logs calls as fast as its pages can be read.
  const { arrivalEvery } = draw.traits;
  const slow = arrivalEvery && { arrivalEvery: Math.max(arrivalEvery, Math.ceil(20 / draw.pageSize)) };
  return { calls, plan, traits: { ...draw.traits, ...slow, unusable: new Map(draw.unusable) } };
}
