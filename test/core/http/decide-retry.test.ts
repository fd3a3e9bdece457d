import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { RateLimitedError, ServerError, type RetryRefusal } from '../../../src/core/errors/index.ts';
import { decideRetry, type RetryPolicy, type RetrySituation } from '../../../src/core/http/decide-retry.ts';

const policy: RetryPolicy = { maxAttempts: 6, maxRetryAfterMs: 120_000 };
const hopeful: RetrySituation = {
  failure: { error: new ServerError('The server failed with 503') },
  attempt: 1,
  now: 1_000_000,
  deadlineAt: Infinity,
  affordable: true,
  random: () => 0.5,
};

function throttled(retryAfterMs: number): RetrySituation['failure'] {
  return { error: new RateLimitedError('Throttled', { retryAfterMs }) };
}

describe('a failed attempt', () => {
  it('is repeated after a jittered wait when nothing speaks against it', () => {
    expect(decideRetry(policy, hopeful)).toEqual({ retry: true, delayMs: 250 });
  });

  it('is repeated after the wait that the server asks for, if maxRetryAfterMs allows it', () => {
    expect(decideRetry(policy, { ...hopeful, failure: throttled(120_000) })).toEqual({
      retry: true,
      delayMs: 120_250,
    });
  });

  it.each<[RetryRefusal, string, Partial<RetrySituation>]>([
    ['not-retryable', 'its kind is final', { failure: { ...hopeful.failure, final: 'not-retryable' } }],
    ['token-refused', 'a new token would not help', { failure: { ...hopeful.failure, final: 'token-refused' } }],
    ['wait-too-long', 'the server asks for more than maxRetryAfterMs', { failure: throttled(120_001) }],
    ['attempts-exhausted', 'it was attempt number maxAttempts', { attempt: 6 }],
    ['deadline', 'the wait would end at the deadline', { deadlineAt: hopeful.now + 250 }],
    ['budget-exhausted', 'the budget of the client is empty', { affordable: false }],
  ])('is not repeated, with the reason %s, when %s', (reason, _when, situation) => {
    expect(decideRetry(policy, { ...hopeful, ...situation })).toEqual({ retry: false, reason });
  });

  it('names the wait of the server before the used-up attempts: the caller can act on the wait', () => {
    const situation = { ...hopeful, attempt: 6, affordable: false, failure: throttled(600_000) };
    expect(decideRetry(policy, situation)).toEqual({ retry: false, reason: 'wait-too-long' });
  });

  it('is never repeated with retry.maxAttempts 1', () => {
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
        const failure = askedMs === undefined ? hopeful.failure : throttled(askedMs);
        const deadlineAt = hopeful.now + leftMs;
        const decision = decideRetry(policy, { ...hopeful, failure, attempt, deadlineAt, random: () => chance });
        if (!decision.retry) return;
        expect(attempt).toBeLessThan(policy.maxAttempts);
        expect(decision.delayMs).toBeLessThan(leftMs);
        expect(decision.delayMs).toBeGreaterThanOrEqual(askedMs ?? 0);
        expect(askedMs ?? 0).toBeLessThanOrEqual(policy.maxRetryAfterMs);
      }),
    );
  });
});
