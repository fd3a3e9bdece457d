import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { RateLimitedError, type ReportsError, type RetryRefusal, ServerError } from '../../../src/core/errors/index.ts';
import {
  backoffMs,
  baseDelayMs,
  createRetryBudget,
  decideRetry,
  maxDelayMs,
  type RetryPolicy,
  type RetrySituation,
} from '../../../src/core/http/retry.ts';
import { mulberry32 } from '../../support/draws.ts';

const policy: RetryPolicy = { maxAttempts: 6, maxRetryAfterMs: 120_000 };
const hopeful: RetrySituation = {
  error: new ServerError('The server failed with 503'),
  attempt: 1,
  now: 1_000_000,
  deadlineAt: Infinity,
  affordable: true,
  random: () => 0.5,
};

function throttled(retryAfterMs: number): ReportsError {
  return new RateLimitedError('Throttled', { retryAfterMs });
}

describe('a failed attempt', () => {
  it('is retried after a jittered wait if nothing prevents it', () => {
    expect(decideRetry(policy, hopeful)).toEqual({ retry: true, delayMs: 250 });
  });

  it('is retried after the wait that the server asks for, if maxRetryAfterMs allows it', () => {
    expect(decideRetry(policy, { ...hopeful, error: throttled(120_000) })).toEqual({
      retry: true,
      delayMs: 120_250,
    });
  });

  it.each<[RetryRefusal, string, Partial<RetrySituation>]>([
    ['not-retryable', 'its kind is final', { error: new ServerError('Failed', { retryRefusal: 'not-retryable' }) }],
    [
      'token-refused',
      'a new token would not help',
      { error: new ServerError('Failed', { retryRefusal: 'token-refused' }) },
    ],
    ['wait-too-long', 'the server asks for more than maxRetryAfterMs', { error: throttled(120_001) }],
    ['attempts-exhausted', 'it was attempt number maxAttempts', { attempt: 6 }],
    ['deadline', 'the wait would end at the deadline', { deadlineAt: hopeful.now + 250 }],
    ['budget-exhausted', 'the budget of the client is empty', { affordable: false }],
  ])('is not retried, with the reason %s, when %s', (reason, _when, situation) => {
    expect(decideRetry(policy, { ...hopeful, ...situation })).toEqual({ retry: false, reason });
  });

  it('names the wait of the server before the used-up attempts: the caller can act on the wait', () => {
    const situation = { ...hopeful, attempt: 6, affordable: false, error: throttled(600_000) };
    expect(decideRetry(policy, situation)).toEqual({ retry: false, reason: 'wait-too-long' });
  });

  it('is never retried with retry.maxAttempts 1', () => {
    const once = { ...policy, maxAttempts: 1 };
    expect(decideRetry(once, hopeful)).toEqual({ retry: false, reason: 'attempts-exhausted' });
  });

  it('never makes a wait that ends at or after the deadline, nor one longer than allowed', () => {
    const situations = fc.record({
      attempt: fc.integer({ min: 1, max: 10 }),
      leftMs: fc.integer({ min: 0, max: 300_000 }),
      askedMs: fc.option(fc.integer({ min: 0, max: 300_000 }), { nil: undefined }),
      chance: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    });
    fc.assert(
      fc.property(situations, ({ attempt, leftMs, askedMs, chance }) => {
        const error = askedMs === undefined ? hopeful.error : throttled(askedMs);
        const deadlineAt = hopeful.now + leftMs;
        const decision = decideRetry(policy, { ...hopeful, error, attempt, deadlineAt, random: () => chance });
        if (!decision.retry) return;
        expect(attempt).toBeLessThan(policy.maxAttempts);
        expect(decision.delayMs).toBeLessThan(leftMs);
        expect(decision.delayMs).toBeGreaterThanOrEqual(askedMs ?? 0);
        expect(askedMs ?? 0).toBeLessThanOrEqual(policy.maxRetryAfterMs);
      }),
    );
  });
});

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

const attempts = 100_000;
const seeds = Array.from({ length: 25 }, (_, index) => index + 1);

/** After how many attempts, each failing with `failureRate`, the budget first refuses a retry; undefined if never. */
function firstRefusal(failureRate: number, seed: number): number | undefined {
  const budget = createRetryBudget();
  const random = mulberry32(seed);
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
