import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  acceptedAnswer,
  adopted,
  handedOut,
  maxRenewalsInARow,
  noToken,
  refusedAnswer,
  type Standing,
} from '../../../src/core/auth/renewal-rules.ts';
import { granted, oauthError, setUp } from './set-up.ts';
import { runRequests, simulateApi } from './simulated-api.ts';

describe('the renewal rules', () => {
  const used = (times: number, fresh = true): Standing => {
    let standing = adopted(noToken, 'token', fresh);
    for (let use = 0; use < times; use += 1) standing = handedOut(standing, 'token');
    return standing;
  };

  it.each([
    ['fresh, used once, never accepted', used(1), undefined],
    ['fresh, used twice, never accepted', used(2), 'renewed'],
    ['fresh, used once, accepted', acceptedAnswer(used(1), 'token'), 'renewed'],
    ['kept, used once, never accepted', used(1, false), 'renewed'],
    ['fresh, used twice, after three renewals', { ...used(2), renewalsInARow: maxRenewalsInARow }, undefined],
    ['kept, after three renewals', { ...used(1, false), renewalsInARow: maxRenewalsInARow }, undefined],
    ['another one by now', adopted(noToken, 'next token', true), 'present'],
    ['none by now', noToken, 'present'],
  ])('a refused token: %s: replay %p', (_what, standing, replay) => {
    expect(refusedAnswer(standing, 'token', 0).replay).toBe(replay);
  });

  it('a request that has had three new tokens gets no fourth, however many of the others went through', () => {
    const standing = acceptedAnswer(used(2), 'token');
    expect(refusedAnswer(standing, 'token', maxRenewalsInARow - 1).replay).toBe('renewed');
    expect(refusedAnswer(standing, 'token', maxRenewalsInARow).replay).toBeUndefined();
  });

  it('an accepted answer to a token that was replaced ends the row, and proves nothing of the present one', () => {
    const standing = acceptedAnswer({ ...adopted(noToken, 'next', true), renewalsInARow: 2 }, 'before');
    expect(standing).toMatchObject({ worked: false, renewalsInARow: 0 });
  });
});

/** Each use of a token: what the API says, and after how many turns of the event loop. */
const answers = fc.array(fc.record({ accepted: fc.boolean(), turns: fc.nat(4) }), { minLength: 1, maxLength: 60 });

describe('over random answers in random order', () => {
  it('logins stay within the bound, and every request ends', async () => {
    await fc.assert(
      fc.asyncProperty(answers, fc.integer({ min: 1, max: 10 }), async (script, concurrency) => {
        const { authoriser, requests } = setUp();
        let next = 0;
        let acceptedCount = 0;
        let turns = 0;
        const api = simulateApi(
          authoriser,
          () => {
            // Where the script ends the API refuses, so that the run ends by the client's own bound.
            const answer = script[next] ?? { accepted: false, turns: 1 };
            next += 1;
            turns = answer.turns;
            if (answer.accepted) acceptedCount += 1;
            return answer.accepted ? 'accepted' : 'refused';
          },
          async () => {
            for (let turn = turns; turn > 0; turn -= 1) await new Promise((resolve) => setImmediate(resolve));
          },
        );
        await runRequests(api, 40, concurrency);
        expect(requests.length).toBeLessThanOrEqual(1 + maxRenewalsInARow * (acceptedCount + 1));
      }),
      { numRuns: 150 },
    );
  });

  it('no login follows a refused one', async () => {
    await fc.assert(
      fc.asyncProperty(answers, fc.integer({ min: 1, max: 6 }), fc.nat(6), async (script, concurrency, refusedAt) => {
        const { authoriser, grants } = setUp({
          respond: (_request, number) => {
            return number > refusedAt ? oauthError(400, 'invalid_grant') : granted(number);
          },
        });
        let next = 0;
        const api = simulateApi(authoriser, () => {
          next += 1;
          return script[next % script.length]?.accepted === true ? 'accepted' : 'refused';
        });
        await runRequests(api, 30, concurrency).catch(() => undefined);
        const afterTheGood = grants().slice(refusedAt);
        expect(afterTheGood.filter((grant) => grant === 'password').length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 100 },
    );
  });

  it('there is one token request in flight at most', async () => {
    await fc.assert(
      fc.asyncProperty(answers, fc.integer({ min: 1, max: 10 }), async (script, concurrency) => {
        let inFlight = 0;
        let most = 0;
        const { authoriser } = setUp({
          respond: async (_request, number) => {
            inFlight += 1;
            most = Math.max(most, inFlight);
            await new Promise((resolve) => setImmediate(resolve));
            inFlight -= 1;
            return granted(number);
          },
        });
        let next = 0;
        const api = simulateApi(authoriser, () => {
          next += 1;
          return script[next % script.length]?.accepted === true ? 'accepted' : 'refused';
        });
        await runRequests(api, 30, concurrency);
        expect(most).toBe(1);
      }),
      { numRuns: 100 },
    );
  });
});
