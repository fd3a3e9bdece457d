import { afterAll, beforeAll, describe, it } from '@jest/globals';
import fc from 'fast-check';

import { draws } from '../call-logs/engine/adversary.ts';
import { checkOverHttp, type HttpStage, startStage } from './read-over-http.ts';

/** `npm run chaos` sets these; the suite draws few, and the same every time. */
const runs = Number(process.env.CHAOS_HTTP_RUNS ?? 60);
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
      const property = fc.asyncProperty(draws, async (draw) => {
        await checkOverHttp(draw, stage);
      });
      await fc.assert(property, { numRuns: runs, seed, endOnFailure: true });
    },
    runs * 5000,
  );
});
