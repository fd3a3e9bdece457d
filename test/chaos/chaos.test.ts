import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { runChaos } from './run-chaos.ts';
import { chaosSettings, isHarmless } from './settings.ts';

/** `npm run chaos` draws more, and another seed each time; the suite is the same on every run. */
const runs = Number(process.env.CHAOS_RUNS ?? 300);
const seed = Number(process.env.CHAOS_SEED ?? 20_260_301);
const path = process.env.CHAOS_PATH;

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
      await fc.assert(property, { numRuns: runs, seed, endOnFailure: true, ...(path === undefined ? {} : { path }) });
      // To give up early would be honest and worth little: nearly all runs come through at the first go.
      expect(ends.complete).toBeGreaterThanOrEqual(0.9 * runs - 3);
    },
    runs * 5000,
  );
});
