import { describe, it } from '@jest/globals';

import { assertChaos, fixedSeed, longestRunMs } from './assert-chaos.ts';

const runs = 100;

describe('against a server that does everything wrong', () => {
  it(
    `loses no call, repeats none, and names exactly what is missing: ${runs} draws`,
    () => assertChaos({ runs, seed: fixedSeed }),
    runs * longestRunMs,
  );
});
