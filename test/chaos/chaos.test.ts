import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { draws } from '../support/draws.ts';
import { runChaos } from './run-chaos.ts';
import { chaosSettings, isHarmless } from './settings.ts';

/** `npm run chaos` sets these. `npm test` draws few settings, `npm run test:long` more, and both the same every time. */
const runs = Number(process.env.CHAOS_HTTP_RUNS ?? draws(8, 100));
const seed = Number(process.env.CHAOS_SEED ?? 20_260_301);
const path = process.env.CHAOS_PATH;

/** Generous: a reading from a hostile sandbox takes well under a second. */
const longestRunMs = 5000;

describe('against a server that does everything wrong', () => {
  it(
    `loses no call, repeats none, and names exactly what is missing: ${runs} draws, seed ${seed}`,
    async () => {
      const ends: Record<string, number> = {};
      const property = fc.asyncProperty(chaosSettings, async (settings) => {
        const end = await runChaos(settings);
        ends[end] = (ends[end] ?? 0) + 1;
        if (isHarmless(settings)) expect(end).toBe('complete');
      });
      // fast-check prints the seed and the path of a counterexample.
      await fc.assert(property, { numRuns: runs, seed, endOnFailure: true, ...(path === undefined ? {} : { path }) });
      // A client that gave up early would be honest but useless: nearly all runs end with every call.
      expect(ends.complete).toBeGreaterThanOrEqual(0.9 * runs - 3);
    },
    runs * longestRunMs,
  );
});
