import { describe, it } from '@jest/globals';

import { assertChaos, fixedSeed, longestRunMs } from './assert-chaos.ts';

/** `npm run chaos` sets these. The suite draws few settings, `npm run test:long` more, and both the same every time. */
const runs = Number(process.env.CHAOS_HTTP_RUNS ?? 20);
const seed = Number(process.env.CHAOS_SEED ?? fixedSeed);
const path = process.env.CHAOS_PATH;

describe('against a server that does everything wrong', () => {
  it(
    `loses no call, repeats none, and names exactly what is missing: ${runs} draws, seed ${seed}`,
    () => assertChaos({ runs, seed, path }),
    runs * longestRunMs,
  );
});
