import { describe, expect, it } from '@jest/globals';

import { costBound, readHonestly, shapes } from './costs.ts';
import { createSimulatedServer, makeCall } from './simulated-server.ts';

const pageSize = 1000;
const calls = 10_000;

describe('the cost of reading an honest server', () => {
  for (const shape of shapes) {
    for (const concurrency of [1, 4, 8]) {
      for (const order of ['asc', 'desc'] as const) {
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
  }

  it.each([0, 1, 5])('a range with %i calls takes three requests at most: it, and a look at each end', (calls) => {
    const run = readHonestly({ shape: 'even', calls, concurrency: 4, order: 'asc', pageSize });
    expect(run.handedOut).toHaveLength(calls);
    expect(run.requests).toBeLessThanOrEqual(3);
  });

  it.each(['asc', 'desc'] as const)(
    'a server that only lists %s hands out the first call after a few answers',
    (order) => {
      const run = readHonestly({ shape: 'even', calls, concurrency: 4, order, pageSize, traits: { order } });
      expect(run.answersToFirst).toBeLessThanOrEqual(3);
    },
  );
});

describe('the cost of bounds that the server treats differently', () => {
  it.each([
    ['an exclusive upper bound', { upperBound: 'exclusive' }],
    ['an upper bound held against fractions of a second', { precision: 'millisecond' }],
  ] as const)('%s: 1.3 × pages + 5 requests at most', (_, traits) => {
    for (const calls of [3_000, 12_000]) {
      const run = readHonestly({ shape: 'even', calls, concurrency: 4, order: 'asc', pageSize: 500, traits });
      expect(run.missing).toEqual([]);
      expect(run.handedOut).toHaveLength(calls);
      expect(run.requests).toBeLessThanOrEqual((1.3 * calls) / 500 + 5);
    }
  });
});

describe('the simulated server', () => {
  it('looks at no more rows than its pages hold', () => {
    const server = createSimulatedServer([makeCall('call', 0, () => 0.5)]);
    server.answer({ fromMs: 0, toMs: 1000, page: 1, pageSize: 10 });
    expect(server.scanned).toBe(1);
  });
});
