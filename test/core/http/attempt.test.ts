import { inspect } from 'node:util';

import { describe, expect, it } from '@jest/globals';

import { ReportsError, ServerError } from '../../../src/core/errors/index.ts';
import {
  attempt as attemptWith,
  type AttemptOutcome,
  type AttemptRequest,
  type FetchLike,
  wasNeverSent,
} from '../../../src/core/http/attempt.ts';
import type { Clock } from '../../../src/core/http/clock.ts';
import { createFakeClock, settle } from '../../support/fake-clock.ts';
import { countedSignal } from './listener-count.ts';

const attempt = (request: AttemptRequest, fetch: FetchLike, clock: Clock) => attemptWith(request, { fetch, clock });

const request: AttemptRequest = {
  url: 'https://api.example.com/accounts/913874/call-logs?from=17325550100',
  method: 'GET',
  headers: { authorization: 'Bearer secret-token-of-this-test' },
  name: 'GET /accounts/913874/call-logs',
  timeoutMs: 1000,
  signal: new AbortController().signal,
};

/** Answers with the start of a body, whose rest comes when the signal is aborted: never. */
const stallingBody: FetchLike = (_url, { signal }) => {
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"total_items":'));
      signal.addEventListener('abort', () => {
        controller.error(signal.reason);
      });
    },
  });
  return Promise.resolve(new Response(body));
};

/** Never responds, but obeys the signal as the platform's `fetch` does. */
const silence: FetchLike = (_url, { signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });

describe('an attempt', () => {
  it('calls the injected fetch with a URL and an init, never with a Request', async () => {
    const seen: unknown[][] = [];
    await attempt(request, (...args) => (seen.push(args), Promise.resolve(new Response('{}'))), createFakeClock());
    expect(seen).toHaveLength(1);
    expect(seen[0]).toHaveLength(2);
    expect(seen[0]?.[0]).toBe(request.url);
    expect(seen[0]?.[1]).not.toBeInstanceOf(Request);
    expect(seen[0]?.[1]).toMatchObject({ method: 'GET', headers: { authorization: expect.any(String) } });
  });

  it('does not follow redirects: the token would travel with them', async () => {
    let redirect: string | undefined;
    const fetch: FetchLike = (_url, init) => {
      redirect = init.redirect;
      return Promise.resolve(new Response(null, { status: 302, headers: { location: 'https://elsewhere' } }));
    };
    expect((await attempt(request, fetch, createFakeClock())).status).toBe(302);
    expect(redirect).toBe('manual');
  });

  it('reads the body whole and parses it once, whatever the status', async () => {
    const fetch: FetchLike = () => Promise.resolve(new Response('{"a":[1,2]}', { status: 500 }));
    const answer = await attempt(request, fetch, createFakeClock());
    expect(answer).toMatchObject({ status: 500, text: '{"a":[1,2]}', json: { a: [1, 2] } });
  });

  it.each([
    ['no answer', silence],
    ['half a body', stallingBody],
  ])('ends with a TimeoutError after timeoutMs with %s', async (_what, fetch) => {
    const clock = createFakeClock();
    const attempted = attempt(request, fetch, clock);
    const outcome = expect(attempted).rejects.toMatchObject({ code: 'timeout', request: request.name });
    await clock.advance(1000);
    await outcome;
  });

  it.each([
    ['before the answer', silence],
    ['while the body comes', stallingBody],
  ])("an abort %s ends it at once, with the signal's reason as the cause", async (_when, fetch) => {
    const clock = createFakeClock();
    const { signal, abort, listeners } = countedSignal();
    const attempted = attempt({ ...request, signal }, fetch, clock);
    await settle();
    expect(listeners()).toBe(1);
    abort('enough');
    await expect(attempted).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
    expect(clock.pending).toBe(0);
  });

  it('makes no request with a signal that is aborted already', async () => {
    let calls = 0;
    const fetch: FetchLike = () => Promise.resolve(new Response(String((calls += 1))));
    const signal = AbortSignal.abort('before');
    await expect(attempt({ ...request, signal }, fetch, createFakeClock())).rejects.toMatchObject({ code: 'aborted' });
    expect(calls).toBe(0);
  });

  it('throws an error of ours that a signal was aborted with as it is: a deadline stays a timeout', async () => {
    const signal = AbortSignal.abort(new ServerError('The reason'));
    await expect(attempt({ ...request, signal }, silence, createFakeClock())).rejects.toBe(signal.reason);
  });

  it.each<[string, FetchLike]>([
    ['rejects', () => Promise.reject(new TypeError('fetch failed'))],
    [
      'throws',
      () => {
        throw new TypeError('fetch failed');
      },
    ],
    [
      'answers with a body that breaks off',
      () =>
        Promise.resolve(
          new Response(
            new ReadableStream({
              start: (body) => {
                body.error(new TypeError('terminated'));
              },
            }),
          ),
        ),
    ],
  ])('ends with a NetworkError where fetch %s', async (_how, fetch) => {
    const clock = createFakeClock();
    await expect(attempt(request, fetch, clock)).rejects.toMatchObject({ code: 'network', request: request.name });
    expect(clock.pending).toBe(0);
  });

  it('passes on a ReportsError that fetch throws: fetch may know better what went wrong', async () => {
    const error = new ServerError('no turn');
    const attempted = attempt(request, () => Promise.reject(error), createFakeClock());
    await expect(attempted).rejects.toBe(error);
  });

  it('shows nothing of a request that a foreign fetch hangs on its error', async () => {
    const fetch: FetchLike = (url, init) =>
      Promise.reject(Object.assign(new Error(`GET ${url} failed`), { config: init, cause: { request: init } }));
    const error: unknown = await attempt(request, fetch, createFakeClock()).catch((reason: unknown) => reason);
    const shown = inspect(error, { depth: Infinity, showHidden: true });
    expect(shown).toContain('NetworkError');
    expect(shown).not.toContain('secret-token-of-this-test');
    expect(shown).not.toContain('17325550100');
  });

  it('leaves no timer and no listener, however it ends', async () => {
    const clock = createFakeClock();
    const { signal, listeners } = countedSignal();
    const good: FetchLike = () => Promise.resolve(new Response('{}'));
    const bad: FetchLike = () => Promise.reject(new Error('no'));
    for (const fetch of [good, bad]) await attempt({ ...request, signal }, fetch, clock).catch(() => undefined);
    expect([clock.pending, listeners()]).toEqual([0, 0]);
  });
});

describe('a connection that fails', () => {
  const failing = (code: string): FetchLike => {
    const cause = Object.assign(new Error('inner'), { code });
    return () => Promise.reject(new TypeError('fetch failed', { cause }));
  };
  const failureOf = async (code: string): Promise<ReportsError> => {
    const error: unknown = await attempt(request, failing(code), createFakeClock()).catch((reason: unknown) => reason);
    if (error instanceof ReportsError) return error;
    throw error;
  };

  it.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'untrusted-certificate', 'NODE_EXTRA_CA_CERTS'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'untrusted-certificate', 'NODE_EXTRA_CA_CERTS'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'untrusted-certificate', 'NODE_EXTRA_CA_CERTS'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'untrusted-certificate', 'NODE_EXTRA_CA_CERTS'],
    ['CERT_HAS_EXPIRED', 'wrong-certificate', 'expired'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'wrong-certificate', 'another host'],
  ])('with %s is final at once, and says what to do', async (code, problem, remedy) => {
    const error = await failureOf(code);
    expect(error).toMatchObject({ code: 'network', problem, option: 'baseUrl', retryRefusal: 'not-retryable' });
    expect(error.summary).toBe(`api.example.com cannot be reached (${code})`);
    expect(error.hint).toContain(remedy);
    expect(wasNeverSent(error)).toBe(true);
  });

  it.each([
    ['ENOTFOUND', 'host-not-found', true],
    ['EAI_AGAIN', 'host-not-found', true],
    ['ECONNREFUSED', 'connection-refused', true],
    ['ECONNRESET', 'connection-failed', false],
    ['UND_ERR_SOCKET', 'connection-failed', false],
  ])('with %s may be retried, and names the host', async (code, problem, neverSent) => {
    const error = await failureOf(code);
    expect(error).toMatchObject({ code: 'network', problem });
    expect(error.retryRefusal).toBeUndefined();
    expect(error.message).toContain('api.example.com');
    expect(wasNeverSent(error)).toBe(neverSent);
  });
});

describe('a body', () => {
  const maxBodyBytes = 1000;
  const tooLarge = { code: 'unexpected-response', problem: 'body-too-large', retryRefusal: 'not-retryable' };

  it('that is larger than maxBodyBytes ends the attempt for good, before much more of it is read', async () => {
    let sent = 0;
    let signal: AbortSignal | undefined;
    const endless: FetchLike = (_url, init) => {
      signal = init.signal;
      const pull = (body: ReadableStreamDefaultController<Uint8Array>): void => {
        sent += 100;
        body.enqueue(new Uint8Array(100).fill(0x20));
      };
      return Promise.resolve(new Response(new ReadableStream({ pull })));
    };
    await expect(attempt({ ...request, maxBodyBytes }, endless, createFakeClock())).rejects.toMatchObject(tooLarge);
    expect(sent).toBeLessThan(2 * maxBodyBytes);
    expect(signal?.aborted).toBe(true);
  });

  it('of exactly maxBodyBytes is read', async () => {
    const text = JSON.stringify({ filler: 'x'.repeat(maxBodyBytes - 13) });
    const fetch: FetchLike = () => Promise.resolve(new Response(text));
    expect(text).toHaveLength(maxBodyBytes);
    expect((await attempt({ ...request, maxBodyBytes }, fetch, createFakeClock())).text).toBe(text);
  });

  it.each([
    ['a Node stream, as that of node-fetch', { pipe: () => undefined }],
    ['null', null],
  ])('that is %s is read by text()', async (_what, body) => {
    const response = { status: 200, url: '', headers: new Headers(), body, text: () => Promise.resolve('{"a":1}') };
    const fetch: FetchLike = () => Promise.resolve(response);
    expect((await attempt(request, fetch, createFakeClock())).json).toEqual({ a: 1 });
    const announced = { ...response, headers: new Headers({ 'content-length': '1001' }) };
    const large: FetchLike = () => Promise.resolve(announced);
    await expect(attempt({ ...request, maxBodyBytes }, large, createFakeClock())).rejects.toMatchObject(tooLarge);
  });
});

describe('the observer of attempts', () => {
  it('is called with every outcome, and the request with its URL and purpose', async () => {
    const outcomes: AttemptOutcome[] = [];
    const observe = (outcome: AttemptOutcome): void => void outcomes.push(outcome);
    const clock = createFakeClock();
    const login = { ...request, purpose: 'login' };
    await attemptWith(login, { clock, observe, fetch: () => Promise.resolve(new Response('{}')) });
    await attemptWith(request, { clock, observe, fetch: () => Promise.reject(new Error('no')) }).catch(() => undefined);
    expect(outcomes).toMatchObject([
      { request: { url: request.url, purpose: 'login' }, response: { status: 200 } },
      { request: { url: request.url }, error: { code: 'network' } },
    ]);
  });
});
