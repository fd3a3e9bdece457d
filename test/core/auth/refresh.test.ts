import { describe, expect, it } from '@jest/globals';
import { createMemoryTokenStore, type StoredAccess, type TokenStore } from '../../../src/core/auth/token-store.ts';
import { errorOf, granted, oauthError, patient, setUp, stall, wrongPassword, type Respond } from './set-up.ts';

const day = 86_400_000;
const code = { clientId: 'c', clientSecret: 's', authorizationCode: 'a-code', redirectUri: 'https://a.example/' };

/** A good login, then what the case says. */
function thenRespond(respond: Respond): Respond {
  return (request, number) => (number === 1 ? granted(1) : respond(request, number));
}

describe('a token that is about to expire', () => {
  it('is refreshed 60 s before, once for all callers, and no sooner', async () => {
    const { authorise, clock, requests, grants } = setUp();
    await authorise();
    await clock.advance(day - 60_001);
    await expect(authorise()).resolves.toBe('token-1');
    await clock.advance(1);
    const all = await Promise.all(Array.from({ length: 20 }, authorise));
    expect(new Set(all)).toEqual(new Set(['token-2']));
    expect(grants()).toEqual(['password', 'refresh_token']);
    expect(requests[1]?.fields.get('refresh_token')).toBe('refresh-1');
    expect(requests[1]?.fields.has('password')).toBe(false);
  });

  it('is used for nine tenths of its life when that is short', async () => {
    const { authorise, clock } = setUp({ respond: (_request, number) => granted(number, { expires_in: '100' }) });
    await authorise();
    await clock.advance(89_999);
    await expect(authorise()).resolves.toBe('token-1');
    await clock.advance(1);
    await expect(authorise()).resolves.toBe('token-2');
  });

  it('is refreshed with the newest refresh token each time (fact 8)', async () => {
    const { authorise, clock, requests } = setUp();
    for (let renewal = 0; renewal < 3; renewal += 1) {
      await authorise();
      await clock.advance(day);
    }
    await authorise();
    expect(requests.map(({ fields }) => fields.get('refresh_token'))).toEqual([
      null,
      'refresh-1',
      'refresh-2',
      'refresh-3',
    ]);
  });

  it('has its new refresh token stored before its new token is used', async () => {
    const written: StoredAccess[] = [];
    const memory = createMemoryTokenStore();
    const store: TokenStore = {
      ...memory,
      write: async (key, access) => {
        if (access) written.push(access);
        await memory.write(key, access);
      },
    };
    const { authorise, clock } = setUp({ store });
    await authorise();
    await clock.advance(day);
    await expect(authorise()).resolves.toBe('token-2');
    expect(written.at(-1)?.tokens).toMatchObject({ accessToken: 'token-2', refreshToken: 'refresh-2' });
  });

  it('keeps its refresh token and scope when the answer holds none (RFC 6749, 5.1 and 6)', async () => {
    const respond = thenRespond((_request, number) => {
      return granted(number, { refresh_token: undefined, scope: undefined });
    });
    const { authorise, clock, requests } = setUp({ respond });
    await authorise();
    for (let renewal = 0; renewal < 2; renewal += 1) {
      await clock.advance(day);
      await authorise();
    }
    expect(requests.slice(1).map(({ fields }) => fields.get('refresh_token'))).toEqual(['refresh-1', 'refresh-1']);
  });
});

describe('a refresh that fails', () => {
  it('leads to one login when the refresh token is refused', async () => {
    const respond = thenRespond((_request, number) => {
      return number === 2 ? oauthError(400, 'invalid_grant', 'Persisted access token data not found') : granted(number);
    });
    const { authorise, clock, grants } = setUp({ respond });
    await authorise();
    await clock.advance(day);
    await expect(Promise.all([authorise(), authorise()])).resolves.toEqual(['token-3', 'token-3']);
    expect(grants()).toEqual(['password', 'refresh_token', 'password']);
  });

  it('does not lead to a second login when that one is refused', async () => {
    const { authorise, clock, grants } = setUp({ respond: thenRespond(wrongPassword) });
    await authorise();
    await clock.advance(day);
    await errorOf(authorise());
    await errorOf(authorise());
    expect(grants()).toEqual(['password', 'refresh_token', 'password']);
  });

  it.each([
    ['500 (two at once, fact 8)', () => new Response('', { status: 500 })],
    ['503', () => new Response('', { status: 503 })],
    ['429', () => new Response('', { status: 429 })],
    ['a broken connection', () => Promise.reject(new TypeError('fetch failed'))],
  ])('is sent again after %s, because it does not count towards a lock', async (_what, respond) => {
    const { authorise, clock, grants } = setUp({
      respond: thenRespond((_request, number) => (number < 4 ? respond() : granted(number))),
    });
    await authorise();
    await clock.advance(day);
    await expect(authorise()).resolves.toBe('token-4');
    expect(grants()).toEqual(['password', 'refresh_token', 'refresh_token', 'refresh_token']);
  });

  it('leads to a login after an answer that holds no token', async () => {
    const respond = thenRespond((_request, number) => (number === 2 ? Response.json({}) : granted(number)));
    const { authorise, clock, grants } = setUp({ respond });
    await authorise();
    await clock.advance(day);
    await expect(authorise()).resolves.toBe('token-3');
    expect(grants()).toEqual(['password', 'refresh_token', 'password']);
  });

  it('leads to a login after three responses with 500', async () => {
    const respond = thenRespond((_request, number) => {
      return number < 5 ? new Response('', { status: 500 }) : granted(number);
    });
    const { authorise, clock, grants } = setUp({ respond });
    await authorise();
    await clock.advance(day);
    await expect(authorise()).resolves.toBe('token-5');
    expect(grants().at(-1)).toBe('password');
  });

  it('ends in its own error after three timeouts, and is tried again by the next call', async () => {
    const respond = thenRespond((request, number) => (number < 5 ? stall(request, number) : granted(number)));
    const { authorise, clock, grants, timeOut } = setUp({ respond });
    await authorise();
    await clock.advance(day);
    const failed = errorOf(authorise());
    for (const number of [2, 3, 4]) await timeOut(number);
    expect(await failed).toMatchObject({ code: 'timeout', attempts: 3 });
    await expect(authorise()).resolves.toBe('token-5');
    expect(grants()).toEqual(['password', 'refresh_token', 'refresh_token', 'refresh_token', 'refresh_token']);
    expect(clock.pending).toBe(0);
  });

  it('of an authorization code says to authorise again, and sends the refused token no more', async () => {
    const refuse: Respond = () => oauthError(400, 'invalid_grant');
    const { authorise, clock, requests } = setUp({ auth: code, respond: thenRespond(refuse) });
    await authorise();
    await clock.advance(day);
    await expect(authorise()).rejects.toThrow('authorise again');
    await expect(authorise()).rejects.toThrow('authorise again');
    await expect(authorise()).rejects.toThrow('authorise again');
    const refreshes = requests.filter(({ fields }) => fields.has('refresh_token'));
    expect(refreshes).toHaveLength(1);
  });
});

describe('a store that several clients share', () => {
  it('gives a later client the stored token, and reports it', async () => {
    const { authorise, another, requests, tokens } = setUp();
    await authorise();
    await expect(another().authorise(patient())).resolves.toBe('token-1');
    expect(requests).toHaveLength(1);
    expect(tokens.map(({ source }) => source)).toEqual(['login', 'store']);
  });

  it('makes one login and later one refresh for ten clients that start at once', async () => {
    const { another, clock, grants } = setUp();
    const clients = Array.from({ length: 10 }, () => another());
    await Promise.all(clients.map((client) => client.authorise(patient())));
    await clock.advance(day);
    const renewed = await Promise.all(clients.map((client) => client.authorise(patient())));
    expect(new Set(renewed)).toEqual(new Set(['token-2']));
    expect(grants()).toEqual(['password', 'refresh_token']);
  });

  it('keeps users, clients and token URLs apart', async () => {
    const { another, authorise, requests } = setUp();
    await authorise();
    const login = { clientId: 'client-7', clientSecret: 'sesame-client-secret', username: 'jane@example.com' };
    await another({ ...login, username: 'joe', password: 'x' }).authorise(patient());
    await another({ ...login, clientId: 'client-8', password: 'x' }).authorise(patient());
    expect(requests).toHaveLength(3);
  });

  it('forgets the tokens on reset()', async () => {
    const { authoriser, authorise, another } = setUp();
    await authorise();
    await authoriser.reset();
    await expect(another().authorise(patient())).resolves.toBe('token-2');
    await expect(authorise()).resolves.toBe('token-2');
  });
});

describe('a store whose lock is held for ever', () => {
  it('holds reset() no longer than its signal lets', async () => {
    const store: TokenStore = { ...createMemoryTokenStore(), withLock: () => new Promise(() => undefined) };
    const { authoriser } = setUp({ store });
    const leaving = new AbortController();
    const waiting = authoriser.reset(leaving.signal);
    leaving.abort('enough');
    await expect(waiting).rejects.toBe('enough');
  });
});

describe('a store that fails', () => {
  const broken = (method: keyof TokenStore): TokenStore => ({
    ...createMemoryTokenStore(),
    [method]: () => Promise.reject(new Error('the disk is full')),
  });

  it.each(['read', 'write', 'withLock'] as const)('in %s costs a warning, not the run', async (method) => {
    const { authorise, warnings } = setUp({ store: broken(method) });
    await expect(authorise()).resolves.toBe('token-1');
    expect(warnings[0]).toMatchObject({
      code: 'token-store',
      message: expect.stringContaining('disk is full'),
    });
  });

  it.each(['read', 'write', 'withLock'] as const)(
    'in %s still lets a refused login stop this client',
    async (method) => {
      const { authorise, requests } = setUp({ store: broken(method), respond: wrongPassword });
      await errorOf(authorise());
      await errorOf(authorise());
      expect(requests).toHaveLength(1);
    },
  );

  it.each(['read', 'write', 'withLock'] as const)('in %s still lets this client refresh', async (method) => {
    const { authorise, clock, grants } = setUp({ store: broken(method) });
    await authorise();
    await clock.advance(day);
    await expect(authorise()).resolves.toBe('token-2');
    expect(grants()).toEqual(['password', 'refresh_token']);
  });
});
