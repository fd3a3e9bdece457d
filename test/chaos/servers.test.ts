import { afterAll, beforeAll, describe, it } from '@jest/globals';
import fc from 'fast-check';

import { anyDraw } from '../call-logs/engine/adversary.ts';
import { draws } from '../support/draws.ts';
import { checkOverHttp, type HttpStage, startStage } from './read-over-http.ts';

/** `npm run chaos` sets these. `npm test` draws few, `npm run test:long` more, and both the same every time. */
const runs = Number(process.env.CHAOS_HTTP_RUNS ?? draws(10, 100));
const seed = Number(process.env.CHAOS_SEED ?? 20_261_125);

describe('a server on the network that does everything wrong', () => {
  let stage: HttpStage;
  beforeAll(async () => {
    stage = await startStage();
  });
  afterAll(() => stage.close());

  it(
    `has no call lost without being named, none handed out twice, and none again by \`resume\`: ${runs} draws, seed ${seed}`,
    async () => {
      const property = fc.asyncProperty(anyDraw, async (draw) => {
        await checkOverHttp(draw, stage);
      });
      await fc.assert(property, { numRuns: runs, seed, endOnFailure: true });
    },
    runs * 5000,
  );
});
