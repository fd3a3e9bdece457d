import { describe, expect, it } from '@jest/globals';

import type { AttemptOutcome, FetchLike } from '../../src/core/http/attempt.ts';
import { startOperation } from '../../src/core/http/operation.ts';
import type { Authoriser } from '../../src/core/http/send.ts';
import type { ClientOptions } from '../../src/core/options.ts';
import { createRequestPath, type RequestPath, type RequestPathHooks } from '../../src/core/request-path.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const baseUrl = 'https://api.example.com/reports';
const tokenUrl = 'https://login.example.com/token';
const { signal } = new AbortController();

/** Grants any login, and refuses the first token. */
const fetch: FetchLike = (url, { headers }) => {
  if (url === tokenUrl) return respond(200, { access_token: `token-${(logins += 1)}`, scope: 'openid' });
  return headers.authorization === 'Bearer token-2' ? respond(200, { total_items: 0 }) : respond(401, {});
};
let logins = 0;

function respond(status: number, body: object): Promise<Response> {
  return Promise.resolve(new Response(JSON.stringify(body), { status }));
}

function createPath(hooks: RequestPathHooks = {}): RequestPath {
  logins = 0;
  const auth = { clientId: 'app', clientSecret: 'secret', username: 'jane', password: 'password' };
  const options: ClientOptions = { accountId: '1', auth, baseUrl, tokenUrl, fetch, clock: createFakeClock() };
  return createRequestPath(options, hooks);
}

function sendTo({ send, clock }: RequestPath) {
  const operation = startOperation(clock, undefined);
  return send({ url: `${baseUrl}/x`, method: 'GET', headers: {}, name: 'GET /reports/x', operation });
}

describe('the request path of a client', () => {
  it('logs in before the first request', async () => {
    const { error } = await sendTo(createPath());
    expect(error).toMatchObject({ code: 'authentication-refused', status: 401 });
    expect(logins).toBe(1);
  });

  it('shows every attempt to an observer, with its URL and what it was for', async () => {
    const outcomes: AttemptOutcome[] = [];
    await sendTo(createPath({ observe: (outcome) => outcomes.push(outcome) }));
    expect(outcomes).toMatchObject([
      { request: { url: tokenUrl, purpose: 'login' }, response: { status: 200 } },
      { request: { url: `${baseUrl}/x` }, response: { status: 401 } },
    ]);
  });

  it('asks an adapted authoriser instead of its own', async () => {
    const adaptAuthoriser = (authoriser: Authoriser): Authoriser => ({
      ...authoriser,
      authorise: () => Promise.resolve('token-2'),
    });
    expect((await sendTo(createPath({ adaptAuthoriser }))).error).toBeUndefined();
    expect(logins).toBe(0);
  });

  it('probes a URL with one request and without a token', async () => {
    const outcomes: AttemptOutcome[] = [];
    const { probe } = createPath({ observe: (outcome) => outcomes.push(outcome) });
    expect((await probe(`${baseUrl}/x`, signal)).status).toBe(401);
    expect(outcomes).toHaveLength(1);
    expect(outcomes[0]?.request.headers).toEqual({ accept: 'application/json' });
    expect(logins).toBe(0);
  });
});
