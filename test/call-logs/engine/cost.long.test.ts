import { describe, expect, it } from '@jest/globals';

import { costBound, readHonestly, shapes } from './costs.ts';

const pageSize = 1000;

describe('the cost of reading very many calls', () => {
  for (const shape of shapes) {
    for (const [calls, concurrency, order] of [
      ...[1, 4, 8].flatMap((each) => [[100_000, each, 'asc'] as const, [100_000, each, 'desc'] as const]),
      [1_000_000, 8, 'asc'] as const,
    ]) {
      it(`${calls} calls, ${shape} shape, concurrency ${concurrency}, ${order}: 1.1 × pages + 3 requests at most`, () => {
        const run = readHonestly({ shape, calls, concurrency, order, pageSize });
        expect(run.missing).toEqual([]);
        expect(run.handedOut).toHaveLength(calls);
        expect(run.requests).toBeLessThanOrEqual(costBound(calls, pageSize));
        expect(run.answersToFirst).toBeLessThanOrEqual(3);
        expect(run.mostWaiting).toBeLessThanOrEqual(concurrency * 21 * pageSize);
        expect(run.mostInFlight).toBeLessThanOrEqual(concurrency);
      });
    }
  }
});
