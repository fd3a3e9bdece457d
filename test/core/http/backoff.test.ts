import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { backoffMs, baseDelayMs, maxDelayMs } from '../../../src/core/http/backoff.ts';

const anyAttempt = fc.integer({ min: 1, max: 100 });
const anyChance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the wait before another attempt', () => {
  it('doubles its upper bound with each attempt, up to 20 s', () => {
    const bounds = [1, 2, 3, 4, 5, 6, 7, 50].map((attempt) => backoffMs(attempt, undefined, () => 1));
    expect(bounds).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]);
  });

  it('has full jitter: anything from nothing to the bound, in proportion to chance', () => {
    fc.assert(
      fc.property(anyAttempt, anyChance, (attempt, chance) => {
        const bound = Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1));
        expect(backoffMs(attempt, undefined, () => chance)).toBeCloseTo(chance * bound, 6);
      }),
    );
  });

  it('is never shorter than Retry-After or than without, and at most half a second longer than the former', () => {
    fc.assert(
      fc.property(anyAttempt, fc.integer({ min: 0, max: 10_000_000 }), anyChance, (attempt, asked, chance) => {
        const delayMs = backoffMs(attempt, asked, () => chance);
        const own = backoffMs(attempt, undefined, () => chance);
        expect(delayMs).toBeGreaterThanOrEqual(Math.max(asked, own));
        expect(delayMs).toBeLessThanOrEqual(Math.max(asked + baseDelayMs, own));
      }),
    );
  });
});
