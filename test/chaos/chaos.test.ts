import { describe, it } from '@jest/globals';

import { draws } from '../support/draws.ts';
import { assertChaos, fixedSeed, longestRunMs } from './assert-chaos.ts';

/** `npm run chaos` sets these. `npm test` draws few settings, `npm run test:long` more, and both the same every time. */
const runs = Number(process.env.CHAOS_HTTP_RUNS ?? draws(8, 100));
const seed = Number(process.env.CHAOS_SEED ?? fixedSeed);
const path = process.env.CHAOS_PATH;

describe('against a server that does everything wrong', () => {
  it(
    `loses no call, repeats none, and names exactly what is missing: ${runs} draws, seed ${seed}`,
    () => assertChaos({ runs, seed, path }),
    runs * longestRunMs,
  );
});
