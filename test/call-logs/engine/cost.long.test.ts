import { describe, expect, it } from '@jest/globals';

import { costBound, readHonestly, shapes } from './costs.ts';

const pageSize = 1000;

describe('the cost of reading very many calls', () => {
  for (const shape of shapes) {
    for (const [calls, concurrency] of [100_000, 1_000_000].flatMap((calls) =>
      [1, 4, 8].map((c) => [calls, c] as const),
    )) {
      it(`${calls} calls, ${shape} shape, concurrency ${concurrency}: 1.1 × pages + 3 requests at most`, () => {
        const run = readHonestly({ shape, calls, concurrency, order: 'asc', pageSize });
        expect(run.missing).toEqual([]);
        expect(run.handedOut).toHaveLength(calls);
        expect(run.requests).toBeLessThanOrEqual(costBound(calls, pageSize));
        expect(run.mostWaiting).toBeLessThanOrEqual(concurrency * 21 * pageSize);
      });
    }
  }
});
