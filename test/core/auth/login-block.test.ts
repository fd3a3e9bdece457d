import { describe, expect, it } from '@jest/globals';
import { AuthenticationRefusedError, ServerError } from '../../../src/core/errors/index.ts';
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
  it('makes one request, whatever the number of callers and calls', async () => {
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

  it('says what to check, warns of the lock, and tells how to unblock logins', async () => {
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

  it('is remembered beside others, so that two wrong passwords in turn make two requests in all', async () => {
    const { another, requests } = setUp({ respond: wrongPassword });
    for (let turn = 0; turn < 3; turn += 1) {
      await errorOf(another({ ...credentials, password: 'wrong one' }).authorise(patient()));
      await errorOf(another({ ...credentials, password: 'wrong two' }).authorise(patient()));
    }
    expect(requests).toHaveLength(2);
  });

  it('that found the user locked stops other passwords too, for 30 minutes: they would start those anew', async () => {
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
