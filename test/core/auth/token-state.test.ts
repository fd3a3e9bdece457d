import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  isDue,
  maxRenewalsInARow,
  next,
  noToken,
  replayAfter,
  tokenLife,
  type Rejection,
  type TokenState,
} from '../../../src/core/auth/token-state.ts';
import { draws } from '../../support/draws.ts';
import { granted, oauthError, setUp } from './set-up.ts';
import { runRequests, simulateApi } from './simulated-api.ts';

const token = 'token';

function issued(times: number, fresh = true): TokenState {
  let state = next(noToken, { type: 'issued', token, fresh });
  for (let use = 0; use < times; use += 1) state = next(state, { type: 'sent', token });
  return state;
}

const rejection = (renewals = 0): Rejection => ({ type: 'rejected', token, renewals });
const accepted = (state: TokenState): TokenState => next(state, { type: 'accepted', token });

describe('the state of a token', () => {
  it.each([
    ['fresh, used once, never accepted', issued(1), undefined],
    ['fresh, used twice, never accepted', issued(2), 'renewed'],
    ['fresh, used once, accepted', accepted(issued(1)), 'renewed'],
    ['stored, used once, never accepted', issued(1, false), 'renewed'],
    ['fresh, used twice, after three renewals', { ...issued(2), renewalsInARow: maxRenewalsInARow }, undefined],
    ['stored, after three renewals', { ...issued(1, false), renewalsInARow: maxRenewalsInARow }, undefined],
    ['replaced by now', next(noToken, { type: 'issued', token: 'another', fresh: true }), 'current'],
    ['gone by now', noToken, 'current'],
  ])('decides the replay after a refused token: %s: %p', (_what, state, replay) => {
    expect(replayAfter(state, rejection())).toBe(replay);
  });

  it('grants a request three new tokens, however many of the others succeed', () => {
    const state = accepted(issued(2));
    expect(replayAfter(state, rejection(maxRenewalsInARow - 1))).toBe('renewed');
    expect(replayAfter(state, rejection(maxRenewalsInARow))).toBeUndefined();
  });

  it('counts an accepted response to an earlier token as progress, not as a proof of the current one', () => {
    const state = { ...next(noToken, { type: 'issued', token: 'later', fresh: true }), renewalsInARow: 2 };
    expect(accepted(state)).toMatchObject({ worked: false, renewalsInARow: 0 });
  });

  it('keeps a finally refused token, because it may be accepted later', () => {
    const state = next(issued(1), rejection());
    expect(state).toMatchObject({ token, refused: true });
    expect(accepted(state)).toMatchObject({ token, refused: false, worked: true });
  });

  it('names the token that the next one replaces, and whether it had worked', () => {
    expect(next(accepted(issued(1)), rejection())).toMatchObject({
      token: undefined,
      renewalsInARow: 1,
      rejected: { token, worked: true },
    });
  });
});

describe('the life of a token', () => {
  it('ends 60 s early, or after nine tenths if it is short', () => {
    expect(tokenLife(1_000, 86_400)).toEqual({ renewAt: 86_341_000, expiresAt: 86_401_000 });
    expect(tokenLife(0, '100')).toEqual({ renewAt: 90_000, expiresAt: 100_000 });
  });

  it('is due at that time and no sooner; a token of unknown life never is', () => {
    expect(isDue({ renewAt: 10 }, 9)).toBe(false);
    expect(isDue({ renewAt: 10 }, 10)).toBe(true);
    expect(isDue({}, Number.MAX_SAFE_INTEGER)).toBe(false);
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
            // After the end of the script the API refuses everything, so that the client's own limit ends the run.
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
      { numRuns: draws(30, 150) },
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
      { numRuns: draws(30, 150) },
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
      { numRuns: draws(30, 150) },
    );
  });
});
