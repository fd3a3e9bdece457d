import { describe, expect, it } from '@jest/globals';
import { maxRenewalsInARow } from '../../../src/core/auth/token-state.ts';
import { setUp, wrongPassword, granted, patient, errorOf } from './set-up.ts';
import { runRequests, simulateApi, type Judge } from './simulated-api.ts';

/** Fact 9, by uses instead of minutes. */
function goodForUses(uses: number): Judge {
  return (_token, use) => (use <= uses ? 'accepted' : 'refused');
}

const refuseAll: Judge = () => 'refused';

/** Answers that arrive after so many turns of the event loop. */
function slow(turns: number): () => Promise<void> {
  return async () => {
    for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
}

describe('a token that has worked and is refused', () => {
  it('is replaced once for all who wait, by its refresh token, and the requests go through', async () => {
    const { authoriser, grants } = setUp();
    const api = simulateApi(authoriser, (token, use) => (token === 'token-1' && use > 1 ? 'refused' : 'accepted'));
    await api.request();
    await expect(runRequests(api, 30, 30)).resolves.toEqual([]);
    expect(grants()).toEqual(['password', 'refresh_token']);
  });

  it('costs no login when it has been replaced meanwhile: the request goes again with the present one', async () => {
    const { authoriser, requests } = setUp();
    const token = await authoriser.authorise(patient());
    authoriser.accepted(token);
    expect(authoriser.refused({ token, renewals: 0 })).toEqual({ replay: true, renews: true });
    const next = await authoriser.authorise(patient());
    expect(authoriser.refused({ token, renewals: 0 })).toEqual({ replay: true, renews: false });
    await expect(authoriser.authorise(patient())).resolves.toBe(next);
    expect(requests).toHaveLength(2);
  });

  it.each([
    [3, 1],
    [3, 4],
    [3, 8],
    [1, 1],
    [1, 4],
    [5, 16],
  ])('good for %i uses, with %i requests at once, lets a run of 400 complete', async (uses, concurrency) => {
    const { authoriser, requests } = setUp();
    const api = simulateApi(authoriser, goodForUses(uses), slow(2));
    await expect(runRequests(api, 400, concurrency)).resolves.toEqual([]);
    expect(requests.length).toBeLessThanOrEqual(400);
  });

  it('good for 3 uses lets a run at 8 at once complete even if refusals arrive long before pages', async () => {
    const { authoriser } = setUp();
    const api = simulateApi(authoriser, goodForUses(3), (verdict) => slow(verdict === 'refused' ? 1 : 40)());
    await expect(runRequests(api, 200, 8)).resolves.toEqual([]);
  });
});

describe('a token that is refused on its first use', () => {
  it('is final', async () => {
    const { authoriser, requests } = setUp();
    const api = simulateApi(authoriser, refuseAll);
    await expect(api.request()).resolves.toEqual(expect.any(String));
    expect(requests).toHaveLength(1);
  });

  it('costs no login for the calls after it either', async () => {
    const { authoriser, requests } = setUp();
    const api = simulateApi(authoriser, refuseAll);
    for (let call = 0; call < 5; call += 1) await api.request();
    expect(requests).toHaveLength(1);
  });

  it('works again once the API accepts it: a role may have been given meanwhile', async () => {
    const { authoriser, requests } = setUp();
    const api = simulateApi(authoriser, (_token, use) => (use === 1 ? 'refused' : 'accepted'));
    await api.request();
    await expect(api.request()).resolves.toBeUndefined();
    expect(requests).toHaveLength(1);
  });

  it('is final after a renewal too: a token that worked, one new one, no third', async () => {
    const { authoriser, grants } = setUp();
    const api = simulateApi(authoriser, (token, use) => (token === 'token-1' && use === 1 ? 'accepted' : 'refused'));
    await api.request();
    await expect(api.request()).resolves.toEqual(expect.any(String));
    expect(grants()).toEqual(['password', 'refresh_token']);
  });

  it('is not final while others use it too, but renewals in a row are bounded', async () => {
    const { authoriser, requests } = setUp();
    const api = simulateApi(authoriser, refuseAll, slow(1));
    const hints = await runRequests(api, 200, 20);
    expect(hints).toHaveLength(200);
    expect(requests).toHaveLength(1 + maxRenewalsInARow);
  });
});

describe('a request that is refused for ever while others go through', () => {
  it('ends after three new tokens', async () => {
    const { authoriser, requests } = setUp();
    const good = simulateApi(authoriser, () => 'accepted', slow(1));
    const bad = simulateApi(authoriser, refuseAll, slow(3));
    const over = new AbortController();
    const others = (async () => {
      for (let made = 0; made < 500 && !over.signal.aborted; made += 1) await runRequests(good, 4, 4);
    })();
    await expect(bad.request()).resolves.toEqual(expect.any(String));
    over.abort();
    await others;
    expect(requests.length).toBeLessThanOrEqual(1 + maxRenewalsInARow);
  });
});

describe('a token from the store that is refused', () => {
  it('is replaced by a login: a refresh would not add what it lacks', async () => {
    const { authorise, another, grants } = setUp();
    await authorise();
    const api = simulateApi(another(), (token) => (token === 'token-1' ? 'refused' : 'accepted'));
    await expect(api.request()).resolves.toBeUndefined();
    expect(grants()).toEqual(['password', 'password']);
  });

  it('is replaced once; the new one, refused on its first use, is final', async () => {
    const { authorise, another, requests } = setUp();
    await authorise();
    const api = simulateApi(another(), refuseAll);
    await expect(api.request()).resolves.toEqual(expect.any(String));
    expect(requests).toHaveLength(2);
  });

  it('is replaced by what another client has put there meanwhile, without a login', async () => {
    const { authorise, authoriser, another, requests } = setUp();
    const token = await authorise();
    const other = another();
    await other.authorise(patient());
    authoriser.accepted(token);
    authoriser.refused({ token, renewals: 0 });
    await authorise();
    expect(other.refused({ token, renewals: 0 })).toEqual({ replay: true, renews: true });
    await expect(other.authorise(patient())).resolves.toBe('token-2');
    expect(requests).toHaveLength(2);
  });
});

describe('a renewal that meets a refused login', () => {
  it('ends all that wait, and makes no further login', async () => {
    const { authoriser, requests } = setUp({
      respond: (request, number) =>
        number === 1 ? granted(1, { refresh_token: undefined }) : wrongPassword(request, number),
    });
    const api = simulateApi(authoriser, goodForUses(1));
    await api.request();
    const errors = await Promise.all(Array.from({ length: 20 }, () => errorOf(api.request())));
    for (const error of errors) expect(error).toMatchObject({ code: 'authentication-refused' });
    expect(requests).toHaveLength(2);
  });
});

describe('a token endpoint that gives the same token again (fact 10)', () => {
  it('does not make the client loop', async () => {
    const { authoriser, requests } = setUp({ respond: () => granted(1) });
    const api = simulateApi(authoriser, goodForUses(1));
    await api.request();
    await expect(api.request()).resolves.toEqual(expect.any(String));
    expect(requests).toHaveLength(2);
  });
});

describe('a token string', () => {
  it('is final when it is refused, and costs no token request', async () => {
    const { authoriser, requests } = setUp({ auth: 'a-token' });
    const api = simulateApi(authoriser, goodForUses(1));
    await expect(api.request()).resolves.toBeUndefined();
    await expect(api.request()).resolves.toBe('token-invalid');
    expect(requests).toHaveLength(0);
  });
});
