import { expect } from '@jest/globals';
import fc from 'fast-check';

import { runChaos } from './run-chaos.ts';
import { chaosSettings, isHarmless } from './settings.ts';

/** The settings that are drawn. fast-check prints the seed and the path of a counterexample. */
export interface Draws {
  readonly runs: number;
  readonly seed: number;
  readonly path?: string | undefined;
}

/** The seed of the test suite, which draws the same settings on every run. */
export const fixedSeed = 20_260_301;

/** Generous: a reading from a hostile sandbox takes well under a second. */
export const longestRunMs = 5000;

/** Reads from sandboxes with drawn settings, and fails when a call is lost or read twice, or an error is not exact. */
export async function assertChaos({ runs, seed, path }: Draws): Promise<void> {
  const ends: Record<string, number> = {};
  const property = fc.asyncProperty(chaosSettings, async (settings) => {
    const end = await runChaos(settings);
    ends[end] = (ends[end] ?? 0) + 1;
    if (isHarmless(settings)) expect(end).toBe('complete');
  });
  await fc.assert(property, { numRuns: runs, seed, endOnFailure: true, ...(path === undefined ? {} : { path }) });
  // A client that gave up early would be honest but useless: nearly all runs end with every call.
  expect(ends.complete).toBeGreaterThanOrEqual(0.9 * runs - 3);
}
