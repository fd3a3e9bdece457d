import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { draws } from '../../support/draws.ts';
import { anyDraw, checkDraw, type Draw, type End } from './adversary.ts';
import type { Traits } from './simulated-server.ts';

const runs = Number(process.env.CHAOS_RUNS ?? draws(600, 2_000));
const seed = Number(process.env.CHAOS_SEED ?? 20_261_125);

/** Kinds that cost requests and nothing else, when a server has just one of them. */
const harmless: readonly (keyof Traits)[] = [
  'precision',
  'lowerBound',
  'upperBound',
  'boundRounding',
  'pageCap',
  'pageCount',
  'nextLink',
  'startFormat',
  'arrivalEvery',
];

function isHarmless({ traits, unusable }: Draw): boolean {
  const kinds = Object.keys(traits);
  const [kind] = kinds;
  return unusable.length === 0 && kinds.length <= 1 && (kind === undefined || harmless.some((one) => one === kind));
}

describe('a server that does everything wrong', () => {
  it(`has no call lost without being named, and none handed out twice: ${runs} draws, seed ${seed}`, () => {
    const ends: Record<End, number> = { complete: 0, incomplete: 0, 'false-alarm': 0 };
    const property = fc.property(anyDraw, (draw) => {
      const end = checkDraw(draw);
      ends[end] += 1;
      // A call that arrives behind the reader is named if only a last count can show that pages are in order of start.
      if (isHarmless(draw)) expect(end).not.toBe('false-alarm');
      if (isHarmless(draw) && draw.traits.arrivalEvery === undefined) expect(end).toBe('complete');
    });
    fc.assert(property, { numRuns: runs, seed, endOnFailure: true });
    // To name windows though nothing is lost is honest and worth little: most readings end complete.
    expect(ends['false-alarm']).toBeLessThanOrEqual(0.2 * runs);
  });
});
