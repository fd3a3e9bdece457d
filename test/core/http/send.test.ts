import { describe, expect, it } from '@jest/globals';

import type { ReportsError } from '../../../src/core/errors/index.ts';
import { createEmit, type RequestEvent, type RetryEvent } from '../../../src/core/events.ts';
import type { Operation } from '../../../src/core/http/operation.ts';
import type { FetchInit, FetchLike } from '../../../src/core/http/attempt.ts';
import { createLimiter } from '../../../src/core/http/limiter.ts';
import { createRetryBudget } from '../../../src/core/http/retry.ts';
import {
  createSend,
  type Authoriser,
  type OutgoingRequest,
  type SendDependencies,
  type Sent,
  type TokenRefusal,
} from '../../../src/core/http/send.ts';
import { createFakeClock, settle, type FakeClock } from '../../support/fake-clock.ts';
import { countedSignal } from './listener-count.ts';

const timeoutMs = 60_000;
const page = JSON.stringify({ total_items: 0 });

/** Each answer in turn, the last one for good; a function makes one, an error is thrown. */
type Script = (Response | Error | (() => Response | Promise<Response>))[];

function scripted(script: Script): { fetch: FetchLike; sent: FetchInit[] } {
  const sent: FetchInit[] = [];
  return {
    sent,
    fetch: async (_url, init) => {
      sent.push(init);
      const next = script[Math.min(sent.length, script.length) - 1];
      if (next instanceof Error) throw next;
      if (typeof next === 'function') return next();
      return next?.clone() ?? new Response(page);
    },
  };
}

/** Hands out `token-1`, and the next one for each refusal that `mayReplay` allows. */
function fakeAuthoriser(mayReplay = 0): Authoriser & { accepts: string[]; refusals: TokenRefusal[] } {
  const accepts: string[] = [];
  const refusals: TokenRefusal[] = [];
  return {
    accepts,
    refusals,
    authorise: () => Promise.resolve(`token-${refusals.length + 1}`),
    accepted: (token) => accepts.push(token),
    refused: (refusal) => {
      refusals.push(refusal);
      return refusals.length <= mayReplay
        ? { replay: true, renews: true }
        : { replay: false, problem: 'no-role-or-wrong-account' };
    },
  };
}

interface Set extends SendDependencies {
  clock: FakeClock;
  events: ({ retry: RetryEvent } | { request: RequestEvent })[];
}

function setUp(script: Script, changes: Partial<SendDependencies> = {}): Set & ReturnType<typeof scripted> {
  const clock = createFakeClock({ autoAdvanceUpToMs: timeoutMs - 1 });
  const events: Set['events'] = [];
  const { fetch, sent } = scripted(script);
  return {
    sent,
    events,
    fetch,
    timeoutMs,
    userAgent: undefined,
    authoriser: fakeAuthoriser(),
    limiter: createLimiter({ concurrency: 4, requestsPerSecond: undefined }, clock),
    retry: { maxAttempts: 6, maxRetryAfterMs: 120_000 },
    budget: createRetryBudget(),
    random: () => 0.5,
    emit: createEmit({ retry: (retry) => events.push({ retry }), request: (request) => events.push({ request }) }),
    ...changes,
    clock,
  };
}

function outgoing(changes: Partial<OutgoingRequest> = {}): OutgoingRequest {
  return {
    url: 'https://api.example.com/accounts/913874/call-logs?page=3',
    method: 'GET',
    headers: {},
    name: 'GET /accounts/913874/call-logs',
    operation: operationOf({}),
    page: 3,
    ...changes,
  };
}

function operationOf(parts: Partial<Operation>): Operation {
  const { signal } = new AbortController();
  return { signal, deadlineAt: Infinity, tally: { requests: 0, retries: 0 }, end: () => undefined, ...parts };
}

async function failureOf(sending: Promise<Sent>): Promise<ReportsError> {
  const { error } = await sending;
  if (!error) throw new Error('nothing failed');
  return error;
}

const gatewayFault = (code: number): string => JSON.stringify({ fault: { code, message: 'No' } });

describe('a request is sent again', () => {
  it.each<[string, Script[number]]>([
    ['408', new Response('', { status: 408 })],
    ['425', new Response('', { status: 425 })],
    ['429', new Response('', { status: 429 })],
    ['500 with 900900', new Response(gatewayFault(900900), { status: 500 })],
    ['502 with HTML', new Response('<html><title>502 Bad Gateway</title></html>', { status: 502 })],
    ['503', new Response('', { status: 503 })],
    ['504', new Response('', { status: 504 })],
    ['200 with a throttling fault', new Response(gatewayFault(900802))],
    ['200 with a backend fault', new Response(gatewayFault(101503))],
    ['200 with an empty body', new Response('')],
    ['200 with half a body', new Response('{"total_items":')],
    ['a failed connection', new TypeError('fetch failed')],
  ])('after %s, at the next attempt succeeds', async (_what, failure) => {
    const set = setUp([failure, new Response(page)]);
    const { response, error } = await createSend(set)(outgoing());
    expect(error).toBeUndefined();
    expect(response?.json).toEqual({ total_items: 0 });
    expect(set.sent).toHaveLength(2);
  });

  it('after timeoutMs without a whole answer', async () => {
    const silence: FetchLike = (_url, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      });
    let calls = 0;
    const fetch: FetchLike = (...args) => ((calls += 1) === 1 ? silence(...args) : Promise.resolve(new Response(page)));
    const set = setUp([], { fetch });
    const sending = createSend(set)(outgoing());
    await set.clock.advance(timeoutMs + 1000);
    expect((await sending).error).toBeUndefined();
    expect(calls).toBe(2);
  });

  it('if the response under 200 is not what was requested', async () => {
    const set = setUp([new Response('{"hello":1}'), new Response(page)]);
    const validate = (json: unknown): string | undefined =>
      'total_items' in (json as object) ? undefined : 'it has no total';
    expect((await createSend(set)(outgoing({ validate }))).error).toBeUndefined();
    expect(set.events).toContainEqual({ retry: expect.objectContaining({ reason: 'malformed-response' }) });
  });

  it('after jittered waits that double, and reports each attempt and each wait', async () => {
    const set = setUp([new Response('', { status: 503 }), new TypeError('fetch failed'), new Response(page)]);
    await createSend(set)(outgoing());
    const request = 'GET /accounts/913874/call-logs';
    expect(set.events).toEqual([
      { request: { request, attempt: 1, durationMs: 0, status: 503, failure: 'server', page: 3 } },
      { retry: { request, attempt: 1, reason: 'server', delayMs: 250, page: 3 } },
      { request: { request, attempt: 2, durationMs: 0, failure: 'network', page: 3 } },
      { retry: { request, attempt: 2, reason: 'network', delayMs: 500, page: 3 } },
      { request: { request, attempt: 3, durationMs: 0, status: 200, page: 3 } },
    ]);
  });

  it('after the wait of Retry-After, with at most half a second on top', async () => {
    const throttled = new Response('', { status: 429, headers: { 'retry-after': '7' } });
    const set = setUp([throttled, new Response(page)]);
    await createSend(set)(outgoing());
    expect(set.events).toContainEqual({ retry: expect.objectContaining({ delayMs: 7250 }) });
  });
});

describe('a request is not sent again', () => {
  it.each([301, 302, 400, 403, 404, 405, 418])('after %i', async (status) => {
    const set = setUp([new Response(null, { status })]);
    const error = await failureOf(createSend(set)(outgoing()));
    expect(error).toMatchObject({ status, attempts: 1, retryRefusal: 'not-retryable', page: 3 });
    expect(set.sent).toHaveLength(1);
  });

  it('after the last of maxAttempts: the error says how many there were', async () => {
    const set = setUp([new Response('', { status: 503 })]);
    const error = await failureOf(createSend(set)(outgoing()));
    expect(error).toMatchObject({ code: 'server', attempts: 6, retryRefusal: 'attempts-exhausted' });
    expect(set.sent).toHaveLength(6);
  });

  it('with maxAttempts 1', async () => {
    const set = setUp([new Response('', { status: 503 })], { retry: { maxAttempts: 1, maxRetryAfterMs: 0 } });
    expect(await failureOf(createSend(set)(outgoing()))).toMatchObject({ attempts: 1 });
  });

  it('where the wait is longer than maxRetryAfterMs: rate-limited at once, with the wait', async () => {
    for (const status of [429, 503]) {
      const set = setUp([new Response('', { status, headers: { 'retry-after': '121' } })]);
      const error = await failureOf(createSend(set)(outgoing()));
      expect(error).toMatchObject({
        code: 'rate-limited',
        status,
        retryAfterMs: 121_000,
        retryRefusal: 'wait-too-long',
        attempts: 1,
      });
      expect(error.message).toContain('121 s');
      expect(set.sent).toHaveLength(1);
    }
  });

  it('where the wait would end after the deadline: the failure itself, at once', async () => {
    const set = setUp([new Response('', { status: 503 })]);
    const error = await failureOf(
      createSend(set)(outgoing({ operation: operationOf({ deadlineAt: set.clock.now() + 200 }) })),
    );
    expect(error).toMatchObject({ code: 'server', retryRefusal: 'deadline', attempts: 1 });
  });

  it('where the budget of the client is used up: an error of its own, with the failure as its cause', async () => {
    const set = setUp([new Response('', { status: 503 })]);
    const send = createSend(set);
    const errors: ReportsError[] = [];
    for (let request = 0; request < 20; request += 1) errors.push(await failureOf(send(outgoing())));
    expect(errors[0]).toMatchObject({ code: 'server' });
    expect(errors.at(-1)).toMatchObject({
      code: 'retry-budget-exhausted',
      status: 503,
      retryRefusal: 'budget-exhausted',
      cause: { code: 'server' },
    });
  });
});

describe('a token that is refused', () => {
  const unauthorized = new Response(gatewayFault(900901), { status: 401 });

  it('is replaced and the request replayed at once, without a wait or a retry', async () => {
    const authoriser = fakeAuthoriser(1);
    const set = setUp([unauthorized, new Response(page)], { authoriser });
    expect((await createSend(set)(outgoing())).error).toBeUndefined();
    const tokens = set.sent.map(({ headers }) => new Headers(headers).get('authorization'));
    expect(tokens).toEqual(['Bearer token-1', 'Bearer token-2']);
    expect(authoriser.refusals).toEqual([{ token: 'token-1', faultCode: '900901', title: 'No', renewals: 0 }]);
    expect(authoriser.accepts).toEqual(['token-2']);
    expect(set.events.filter((event) => 'retry' in event)).toEqual([]);
  });

  it('ends the request where no other token can help, with the likely problem', async () => {
    const set = setUp([unauthorized]);
    const error = await failureOf(createSend(set)(outgoing()));
    expect(error).toMatchObject({
      code: 'authentication-refused',
      status: 401,
      retryRefusal: 'token-refused',
      problem: 'no-role-or-wrong-account',
    });
    expect(error.hint).toContain('account administrator');
  });

  it('is recognised under 200 as well', async () => {
    const authoriser = fakeAuthoriser(1);
    const set = setUp([new Response(gatewayFault(900901)), new Response(page)], {
      authoriser,
    });
    expect((await createSend(set)(outgoing())).error).toBeUndefined();
    expect(authoriser.refusals).toHaveLength(1);
  });
});

describe('what is sent', () => {
  it('accepts exactly application/json, or faults would come as XML (fact 28)', async () => {
    const set = setUp([new Response(page)], { userAgent: 'nightly-export/1' });
    await createSend(set)(outgoing({ headers: { accept: 'text/html', prefer: 'code=200' } }));
    expect(set.sent[0]?.headers).toEqual({
      accept: 'application/json',
      authorization: 'Bearer token-1',
      prefer: 'code=200',
      'user-agent': 'nightly-export/1',
    });
  });
});

describe('an abort', () => {
  it.each<[string, Partial<SendDependencies>, Script]>([
    ['while the token is made', { authoriser: { ...fakeAuthoriser(), authorise: abortable } }, []],
    [
      'while waiting for a slot',
      {
        limiter: {
          run: async (_task, signal) => (await abortable(signal), undefined as never),
        },
      },
      [],
    ],
    ['while waiting to try again', {}, [new Response('', { status: 429, headers: { 'retry-after': '100' } })]],
  ])('%s ends the request at once, and leaves nothing behind', async (_when, changes, script) => {
    const set = setUp(script, changes);
    const { signal, abort, listeners } = countedSignal();
    const sending = createSend(set)(outgoing({ operation: operationOf({ signal }) }));
    await settle();
    abort('enough');
    await expect(sending).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
    expect([set.clock.pending, listeners()]).toEqual([0, 0]);
  });

  it('leaves no timer and no listener after a success either', async () => {
    const set = setUp([new Response('', { status: 503 }), new Response(page)]);
    const { signal, listeners } = countedSignal();
    await createSend(set)(outgoing({ operation: operationOf({ signal }) }));
    expect([set.clock.pending, listeners()]).toEqual([0, 0]);
  });
});

function abortable(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });
}

describe('a request event', () => {
  const window = { from: new Date('2026-03-01'), to: new Date('2026-03-02') };

  it('names the page and the window of each attempt', async () => {
    const api = setUp([new Response('', { status: 503 }), new Response(page)]);
    await createSend(api)(outgoing({ window }));
    const requests = api.events.flatMap((event) => ('request' in event ? [event.request] : []));
    expect(requests).toMatchObject([
      { attempt: 1, status: 503, page: 3, window },
      { attempt: 2, status: 200, page: 3, window },
    ]);
  });

  it('has no window if the request has none', async () => {
    const api = setUp([new Response(page)]);
    await createSend(api)(outgoing());
    expect(api.events).toEqual([{ request: expect.not.objectContaining({ window: expect.anything() }) }]);
  });
});
