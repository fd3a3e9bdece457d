import { describe, expect, it } from '@jest/globals';
import { loginBlock } from '../../../src/core/auth/login-block.ts';
import { createMemoryTokenStore, type StoredAccess, type TokenStore } from '../../../src/core/auth/token-store.ts';
import { AuthenticationRefusedError, ServerError } from '../../../src/core/errors/index.ts';
import { settle } from '../../support/fake-clock.ts';
import {
  credentials,
  errorOf,
  granted,
  mint,
  oauthError,
  patient,
  setUp,
  stall,
  wrongPassword,
  type Respond,
} from './set-up.ts';

describe('a refused login', () => {
  it('makes one request, however many callers and operations there are', async () => {
    const { authorise, requests } = setUp({ respond: wrongPassword });
    const first = await Promise.all(Array.from({ length: 50 }, () => errorOf(authorise())));
    const later = await errorOf(authorise());
    for (const error of [...first, later]) expect(error).toBeInstanceOf(AuthenticationRefusedError);
    expect(requests).toHaveLength(1);
  });

  it('stops every client with the same credentials and store', async () => {
    const { authorise, another, requests } = setUp({ respond: wrongPassword });
    await errorOf(authorise());
    await expect(another().authorise(patient())).rejects.toBeInstanceOf(AuthenticationRefusedError);
    expect(requests).toHaveLength(1);
  });

  it('makes one request when many clients start at once', async () => {
    const { another, requests } = setUp({ respond: wrongPassword });
    await Promise.all(Array.from({ length: 10 }, () => errorOf(another().authorise(patient()))));
    expect(requests).toHaveLength(1);
  });

  it('says what to check, warns of the lock, and says how to unblock logins', async () => {
    const { authorise } = setUp({ respond: wrongPassword });
    const { message } = await errorOf(authorise());
    expect(message).toContain('(POST /token)');
    expect(message).toContain('Check `auth.username` and `auth.password`');
    expect(message).toContain('30 minutes');
    expect(message).toContain('`auth.reset()`');
  });

  it('says the same later, and when it was refused', async () => {
    const { authorise, clock } = setUp({ respond: wrongPassword });
    await errorOf(authorise());
    await clock.advance(3_600_000);
    const error = await errorOf(authorise());
    expect(error.message).toContain('2026-02-01T00:00:00.000Z');
    expect(error.message).toContain('Check `auth.username` and `auth.password`');
    expect(error.message).toContain('`auth.reset()`');
    expect(error).toMatchObject({ status: 400, faultCode: 'invalid_grant', retryRefusal: 'not-retryable' });
  });

  it('stays so after 30 minutes: the lock would count from the next attempt (fact 11)', async () => {
    const { authorise, clock, requests } = setUp({ respond: wrongPassword });
    await errorOf(authorise());
    await clock.advance(86_400_000);
    await errorOf(authorise());
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['the password', { password: 'another one' }],
    ['the client secret', { clientSecret: 'another secret' }],
    ['the way of client authentication', { clientAuthentication: 'basic' as const }],
    ['the scope', { scope: 'openid profile' }],
  ])('is tried again once %s has changed', async (_what, change) => {
    const { authorise, another, requests } = setUp({ respond: wrongPassword });
    await errorOf(authorise());
    await errorOf(another({ ...credentials, ...change }).authorise(patient()));
    expect(requests).toHaveLength(2);
  });

  it('is remembered together with others, so that two alternating wrong passwords make two requests in all', async () => {
    const { another, requests } = setUp({ respond: wrongPassword });
    for (let turn = 0; turn < 3; turn += 1) {
      await errorOf(another({ ...credentials, password: 'wrong one' }).authorise(patient()));
      await errorOf(another({ ...credentials, password: 'wrong two' }).authorise(patient()));
    }
    expect(requests).toHaveLength(2);
  });

  it('that found the user locked stops other passwords too, for 30 minutes: they would start the lock again', async () => {
    const { authorise, another, clock, requests } = setUp({
      respond: (_request, number) =>
        number === 1 ? oauthError(400, 'invalid_grant', '17003 locked') : granted(number),
    });
    await errorOf(authorise());
    const corrected = another({ ...credentials, password: 'the right one' });
    const error = await errorOf(corrected.authorise(patient()));
    expect(error).toMatchObject({ code: 'account-locked' });
    expect(error.message).toContain('2026-02-01T00:30:00.000Z');
    expect(requests).toHaveLength(1);
    await clock.advance(30 * 60_000);
    await expect(corrected.authorise(patient())).resolves.toBe('token-2');
  });

  it('is tried again after reset()', async () => {
    const respond: Respond = (request, number) => (number === 1 ? wrongPassword(request, number) : granted(number));
    const { authoriser, authorise } = setUp({ respond });
    await errorOf(authorise());
    await authoriser.reset();
    await expect(authorise()).resolves.toBe('token-2');
  });

  it('does not stop the tokens from before it (fact 11)', async () => {
    const { authorise, another, requests } = setUp({
      respond: (request, number) => (number === 1 ? mint(request, number) : wrongPassword(request, number)),
    });
    await authorise();
    const wrong = another({ ...credentials, password: 'wrong' });
    await expect(wrong.authorise(patient())).resolves.toBe('token-1');
    expect(requests).toHaveLength(1);
  });
});

describe('a refused authorization code', () => {
  const auth = { clientId: 'c', clientSecret: 's', authorizationCode: 'used-code', redirectUri: 'https://a.example/' };

  it('is not sent again, and says to authorise again', async () => {
    const { authorise, requests } = setUp({ auth, respond: () => oauthError(400, 'invalid_grant') });
    await expect(authorise()).rejects.toThrow('authorise again');
    await expect(authorise()).rejects.toThrow('authorise again');
    expect(requests).toHaveLength(1);
  });
});

describe('a login that ended without a verdict', () => {
  it.each([500, 502, 504, 408])('is not sent again by itself after %i: it may have counted', async (status) => {
    const { authorise, requests } = setUp({ respond: () => new Response('', { status }) });
    await errorOf(authorise());
    expect(requests).toHaveLength(1);
  });

  it('is not sent again after a backend fault under 503: the gateway had passed it on (fact 29)', async () => {
    const fault = { fault: { code: 101504, message: 'Send timeout' } };
    const { authorise, requests } = setUp({ respond: () => Response.json(fault, { status: 503 }) });
    await expect(authorise()).rejects.toBeInstanceOf(ServerError);
    expect(requests).toHaveLength(1);
  });

  it.each([429, 503])('is sent up to three times after %i, which says that it was not processed', async (status) => {
    const { authorise, requests, clock } = setUp({ respond: () => new Response('', { status }) });
    await expect(authorise()).rejects.toMatchObject({ attempts: 3 });
    expect(requests).toHaveLength(3);
    expect(clock.delays.filter((delay) => delay < 5_000)).toEqual([250, 500]);
  });

  it('waits as long as Retry-After says, but no longer than 30 s', async () => {
    const respond = (seconds: number): Respond => {
      return (_request, number) =>
        number === 1 ? new Response('', { status: 429, headers: { 'retry-after': String(seconds) } }) : granted(number);
    };
    const soon = setUp({ respond: respond(20) });
    await expect(soon.authorise()).resolves.toBe('token-2');
    expect(soon.clock.delays).toContain(20_250);

    const late = setUp({ respond: respond(31) });
    await expect(late.authorise()).rejects.toMatchObject({ code: 'rate-limited', retryAfterMs: 31_000 });
    expect(late.requests).toHaveLength(1);
  });
});

describe('a login without an answer', () => {
  it('is not sent again by itself when it timed out: it may have counted', async () => {
    const { authorise, requests, clock, timeOut } = setUp({ respond: stall });
    const failed = errorOf(authorise());
    await timeOut(1);
    const error = await failed;
    expect(error).toMatchObject({ code: 'timeout', attempts: 1, retryRefusal: 'not-retryable' });
    expect(error.message).toContain('counts as an attempt even if its response is lost');
    expect(requests).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('is not sent again by itself when the connection broke', async () => {
    const { authorise, requests } = setUp({ respond: () => Promise.reject(new TypeError('fetch failed')) });
    await expect(authorise()).rejects.toMatchObject({ code: 'network' });
    expect(requests).toHaveLength(1);
  });

  it('holds off the calls that queue up behind it for 10 s', async () => {
    const respond: Respond = (_request, number) => (number === 1 ? new Response('', { status: 502 }) : granted(number));
    const { authorise, requests, clock } = setUp({ respond });
    const first = await errorOf(authorise());
    await clock.advance(9_999);
    await expect(authorise()).rejects.toBe(first);
    expect(requests).toHaveLength(1);
    await clock.advance(1);
    await expect(authorise()).resolves.toBe('token-2');
  });
});

/** A failed `fetch` as Node throws it: the system's code is on the cause. */
const failing =
  (code: string): Respond =>
  () =>
    Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) }));

describe('a login that provably never left', () => {
  it.each(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT', 'EHOSTUNREACH'])(
    'is retried like any request after %s, and the error names the host',
    async (code) => {
      const { authorise, requests } = setUp({ respond: failing(code) });
      const error = await errorOf(authorise());
      expect(error).toMatchObject({ code: 'network', attempts: 6, retryRefusal: 'attempts-exhausted' });
      expect(error.message).toContain('api.example.com');
      expect(error.message).not.toContain('counts as an attempt');
      expect(requests).toHaveLength(6);
    },
  );

  it('succeeds once the host is there, and leaves no trace in the store', async () => {
    const respond: Respond = (request, number) => (number < 3 ? failing('ENOTFOUND')(request, 1) : granted(number));
    const { authorise, requests } = setUp({ respond });
    await expect(authorise()).resolves.toBe('token-3');
    expect(requests).toHaveLength(3);
  });

  it.each(['DEPTH_ZERO_SELF_SIGNED_CERT', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
    'is final at once after %s, and blocks no later login',
    async (code) => {
      const { authorise, another, requests } = setUp({ respond: failing(code) });
      await expect(authorise()).rejects.toMatchObject({ code: 'network', attempts: 1 });
      await errorOf(another().authorise(patient()));
      expect(requests).toHaveLength(2);
    },
  );

  it('is not retried if the retry policy forbids it', async () => {
    const retry = { maxAttempts: 1, maxRetryAfterMs: 120_000 };
    const { authorise, requests } = setUp({ respond: failing('ENOTFOUND'), retry });
    await errorOf(authorise());
    expect(requests).toHaveLength(1);
  });
});

describe('a login whose response was lost', () => {
  const reset: Respond = failing('ECONNRESET');

  it('makes later logins of the user wait, of other processes too: a minute, then 30 minutes', async () => {
    const { another, clock, requests } = setUp({ respond: reset });
    const logIn = (): Promise<Error> => errorOf(another().authorise(patient()));
    await logIn();
    const blocked = await logIn();
    expect(blocked).toMatchObject({ code: 'network', problem: 'login-unanswered', retryAfterMs: 60_000 });
    expect(blocked.message).toContain('2026-02-01T00:01:00.000Z');
    expect(requests).toHaveLength(1);
    await clock.advance(60_000);
    await logIn();
    expect(requests).toHaveLength(2);
    await clock.advance(29 * 60_000);
    await logIn();
    expect(requests).toHaveLength(2);
    await clock.advance(60_000);
    await logIn();
    expect(requests).toHaveLength(3);
  });

  it('is forgotten after a login that had an outcome', async () => {
    const respond: Respond = (request, number) =>
      number === 1 ? reset(request, 1) : granted(number, { expires_in: 1 });
    const { another, clock, requests } = setUp({ respond });
    await errorOf(another().authorise(patient()));
    await clock.advance(60_000);
    await expect(another().authorise(patient())).resolves.toBe('token-2');
    expect(requests).toHaveLength(2);
  });

  it('leaves a trace before it is sent, so that a killed process has counted', async () => {
    const store = createMemoryTokenStore();
    // The first process is killed: its login is never answered, and the lock is taken over.
    const killed = setUp({ store: { ...store, withLock: (_key, work) => work() }, respond: stall });
    void killed.authorise().catch(() => undefined);
    while (killed.requests.length === 0) await settle(1);
    const later = setUp({ store });
    await expect(later.authorise()).rejects.toMatchObject({ problem: 'login-unanswered' });
    expect(later.requests).toHaveLength(0);
    await later.clock.advance(60_000);
    await expect(later.authorise()).resolves.toBe('token-1');
  });
});

describe('a caller that aborts while the lock of the store is held', () => {
  it('does not log in once the lock is free', async () => {
    const memory = createMemoryTokenStore();
    let free: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (free = resolve));
    const store: TokenStore = { ...memory, withLock: (key, work) => held.then(() => memory.withLock(key, work)) };
    const { authoriser, requests } = setUp({ store });
    const leaving = new AbortController();
    const waiting = errorOf(authoriser.authorise(leaving.signal));
    await settle();
    leaving.abort(new Error('enough'));
    expect((await waiting).message).toBe('enough');
    free();
    await settle(20);
    expect(requests).toHaveLength(0);
  });

  it('does not log in if it aborts while the attempt is being recorded, and leaves no trace', async () => {
    const memory = createMemoryTokenStore();
    const leaving = new AbortController();
    const written: (StoredAccess | undefined)[] = [];
    const store: TokenStore = {
      ...memory,
      async write(key, access) {
        written.push(access);
        leaving.abort(new Error('enough'));
        await settle(1);
        await memory.write(key, access);
      },
    };
    const { authoriser, requests } = setUp({ store });
    await errorOf(authoriser.authorise(leaving.signal));
    await settle(20);
    expect(requests).toHaveLength(0);
    expect(written.map((access) => access?.unanswered?.count)).toEqual([1, undefined]);
  });

  it('leaves a login that was sent to end, and its tokens to the next caller', async () => {
    let answer: (response: Response) => void = () => undefined;
    const { authoriser, authorise, requests } = setUp({ respond: () => new Promise((resolve) => (answer = resolve)) });
    const leaving = new AbortController();
    const waiting = errorOf(authoriser.authorise(leaving.signal));
    while (requests.length === 0) await settle(1);
    leaving.abort(new Error('enough'));
    await waiting;
    answer(granted(1));
    await expect(authorise()).resolves.toBe('token-1');
    expect(requests).toHaveLength(1);
  });
});

describe('the block after a lock', () => {
  it('ends after 30 minutes, as its message says: the credentials may be right', async () => {
    const { authorise, another, clock, requests } = setUp({
      respond: (_request, number) =>
        number === 1 ? oauthError(400, 'invalid_grant', '17003 locked') : granted(number),
    });
    await errorOf(authorise());
    await clock.advance(30 * 60_000 - 1);
    const error = await errorOf(another().authorise(patient()));
    expect(error).toMatchObject({ code: 'account-locked', retryAfterMs: 1 });
    expect(error.message).toContain('2026-02-01T00:30:00.000Z');
    await clock.advance(1);
    await expect(another().authorise(patient())).resolves.toBe('token-2');
    expect(requests).toHaveLength(2);
  });

  it('that a wrong clock dated in the far future blocks nothing', () => {
    const refusal = { fingerprint: 'f', at: 10 * 365 * 86_400_000, locked: true };
    expect(loginBlock({ refusals: [refusal] }, 'f', 0)).toBeUndefined();
  });
});

describe('another spelling', () => {
  it.each(['JANE@example.com', ' jane@example.com ', 'jane@example.com@vbc.prod', 'jane@example.com@VBC.prod'])(
    'of the user name shares the block: "%s"',
    async (username) => {
      const { authorise, another, requests } = setUp({ respond: wrongPassword });
      await errorOf(authorise());
      await errorOf(another({ ...credentials, username }).authorise(patient()));
      expect(requests).toHaveLength(1);
    },
  );

  it('of the token URL shares the block', async () => {
    const store = createMemoryTokenStore();
    await errorOf(setUp({ store, respond: wrongPassword }).authorise());
    const other = setUp({ store, tokenUrl: 'https://API.example.com/token/', respond: wrongPassword });
    await errorOf(other.authorise());
    expect(other.requests).toHaveLength(0);
  });
});

describe('a store that cannot record a refused login', () => {
  const broken = (method: keyof TokenStore, required?: boolean): TokenStore => ({
    ...createMemoryTokenStore(),
    required,
    [method]: () => Promise.reject(new Error('the disk is full')),
  });

  it('is reported once, and this client makes no second login', async () => {
    const { authorise, requests, warnings } = setUp({ store: broken('write'), respond: wrongPassword });
    for (let call = 0; call < 3; call += 1) await errorOf(authorise());
    expect(requests).toHaveLength(1);
    expect(warnings).toEqual([
      { code: 'token-store', message: expect.stringContaining('will not know of a refused login: the disk is full') },
    ]);
  });

  it.each(['write', 'withLock'] as const)('but is required permits no login (%s fails)', async (method) => {
    const { authorise, requests } = setUp({ store: broken(method, true) });
    await expect(authorise()).rejects.toMatchObject({ code: 'configuration', problem: 'store-unusable' });
    expect(requests).toHaveLength(0);
  });

  it('whose lock another process holds is waited for, with a warning, for three minutes at most', async () => {
    const store: TokenStore = { ...createMemoryTokenStore(), withLock: () => new Promise(() => undefined) };
    const { authorise, clock, requests, warnings } = setUp({ store, autoAdvanceUpToMs: 1_000 });
    const failed = errorOf(authorise());
    while (clock.pending === 0) await settle(1);
    await clock.advance(5_000);
    expect(warnings).toEqual([{ code: 'token-store', message: expect.stringContaining('Another process holds') }]);
    await clock.advance(175_000);
    expect(await failed).toMatchObject({ code: 'timeout', problem: 'store-unusable' });
    expect(requests).toHaveLength(0);
    expect(clock.pending).toBe(0);
  });
});
