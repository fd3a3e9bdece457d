import { describe, expect, it } from '@jest/globals';

import { createRetryBudget } from '../../../src/core/http/retry-budget.ts';

const attempts = 100_000;
const seeds = Array.from({ length: 25 }, (_, index) => index + 1);

/** Mulberry32: the same draws for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** After how many attempts, each failing with `failureRate`, the budget first refuses a retry; undefined if never. */
function firstRefusal(failureRate: number, seed: number): number | undefined {
  const budget = createRetryBudget();
  const random = randomOf(seed);
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    budget.attempted();
    if (random() >= failureRate) continue;
    if (!budget.affordable()) return attempt;
    budget.retried();
  }
  return undefined;
}

describe('the retry budget', () => {
  it.each(seeds)('admits a sustained 35 % of retries over 100,000 attempts (seed %i)', (seed) => {
    expect(firstRefusal(0.35, seed)).toBeUndefined();
  });

  it.each(seeds)('refuses a sustained 60 % of retries within 1,000 attempts (seed %i)', (seed) => {
    expect(firstRefusal(0.6, seed)).toBeLessThan(1000);
  });

  it('lets a server that is down be asked about 80 times before it is empty, not endlessly', () => {
    const refusedAt = firstRefusal(1, 1) ?? Infinity;
    expect(refusedAt).toBeGreaterThan(6);
    expect(refusedAt).toBeLessThan(100);
  });

  it('saves up no more than its capacity in good times', () => {
    const budget = createRetryBudget();
    for (let attempt = 0; attempt < attempts; attempt += 1) budget.attempted();
    let retries = 0;
    while (budget.affordable()) {
      budget.retried();
      retries += 1;
    }
    expect(retries).toBe(50);
  });

  it('belongs to one client: an empty one leaves another full', () => {
    const [empty, full] = [createRetryBudget(), createRetryBudget()];
    while (empty.affordable()) empty.retried();
    expect(full.affordable()).toBe(true);
  });
});
