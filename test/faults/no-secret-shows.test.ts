import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { text as textOf } from 'node:stream/consumers';
import { inspect } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { createReportsClient, type ClientOptions, type EventHandlers } from '../../src/index.ts';
import { createFakeClock } from '../support/fake-clock.ts';

/** Recognisable wherever it turns up; each is asked for by name in what the run shows. */
const secrets = {
  clientSecret: 'client-secret-aA1!',
  password: 'pass word-bB2?&%',
  accessToken: 'access-token-cC3.dD4-eE5',
  refreshToken: 'refresh-token-fF6-gG7',
  givenToken: 'given-token-hH8-iI9',
  authorizationCode: 'authorization-code-jJ0',
  fromFilter: '+17325550111',
  toFilter: '(732) 555-0122',
  rowNumber: '17325550133',
};
const credentials = {
  clientId: 'app',
  clientSecret: secrets.clientSecret,
  username: 'jane',
  password: secrets.password,
};

const row = {
  id: 'f27b937d-6dde-441a-9595-006e7302eac1',
  start: '2026-01-05 10:00:00',
  end: '2026-01-05 10:01:00',
  direction: 'Inbound',
  result: 'Answered',
  length: 60,
  from: secrets.rowNumber,
};
const goodPage = JSON.stringify({ page: 1, page_size: 10, total_items: 1, _embedded: { call_logs: [row] } });
const goodTokens = {
  access_token: secrets.accessToken,
  refresh_token: secrets.refreshToken,
  expires_in: 3600,
  scope: 'openid',
};

interface Scene {
  readonly status: number;
  /** A function makes it of what the request held, the form decoded. */
  readonly body: string | ((sent: string) => string);
  readonly contentType?: string;
  readonly delivery?: 'reset' | 'cut' | 'stall';
}

const json = (status: number, body: unknown): Scene => ({ status, body: JSON.stringify(body) });

/** The server repeats what it was sent, labelled and shaped as a gateway would: a token, a header, a form. */
const repeated = `Bearer ${secrets.accessToken} Basic ${btoa(`app:${secrets.clientSecret}`)} password=${encodeURIComponent(secrets.password)}&client_secret=${secrets.clientSecret} refresh_token: ${secrets.refreshToken} from ${secrets.fromFilter} to ${secrets.toFilter}`;

const pageScenes: [string, Scene][] = [
  ...[400, 401, 403, 404, 408, 409, 418, 425, 429, 500, 502, 503, 504].flatMap((status): [string, Scene][] => [
    [`${status}, a fault that repeats what was sent`, json(status, { fault: { code: 900901, message: repeated } })],
    [
      `${status}, HTML that repeats what was sent`,
      { status, body: `<html><title>${repeated}</title>`, contentType: 'text/html' },
    ],
    [`${status}, a text that repeats what was sent`, { status, body: repeated, contentType: 'text/plain' }],
  ]),
  [
    '400, reasons that repeat the numbers',
    json(400, {
      invalid_parameters: [
        { name: 'from', reason: `no such number: ${secrets.fromFilter}` },
        { name: 'to', reason: `no such number: ${secrets.toFilter}` },
      ],
    }),
  ],
  ['302', { status: 302, body: '' }],
  ['500, empty', { status: 500, body: '' }],
  ['200, a fault', json(200, { fault: { code: 900802, message: repeated } })],
  [
    '200, an unknown code that repeats the token',
    json(200, { code: `Bearer ${secrets.accessToken}`, message: repeated }),
  ],
  ['200, empty', { status: 200, body: '' }],
  ['200, half a page with a number in it', { status: 200, body: goodPage.slice(0, -20) }],
  ['200, a page without a total', json(200, { _embedded: { call_logs: [row] } })],
  ['200, a row without an id', json(200, { total_items: 1, _embedded: { call_logs: [{ ...row, id: null }] } })],
  ['a reset connection', { status: 200, body: '', delivery: 'reset' }],
  ['a cut body', { status: 200, body: goodPage, delivery: 'cut' }],
  ['a stall', { status: 200, body: '', delivery: 'stall' }],
];

const tokenScenes: [string, Scene][] = [
  ...[400, 401, 403, 404, 429, 500, 503].map((status): [string, Scene] => [
    `${status} that repeats what was sent`,
    { status, body: (sent) => JSON.stringify({ error: 'invalid_grant', error_description: sent }) },
  ]),
  ['a lock', json(400, { error: 'invalid_grant', error_description: '17003 User account is locked' })],
  ['200 without an access token', json(200, { refresh_token: secrets.refreshToken })],
  ['200 with a token that can not be sent', json(200, { access_token: `${secrets.accessToken}\n`, expires_in: 5 })],
  ['a redirect', { status: 302, body: '' }],
  ['HTML', { status: 502, body: `<html><title>${repeated}</title>` }],
  ['a reset connection', { status: 200, body: '', delivery: 'reset' }],
  ['a stall', { status: 200, body: '', delivery: 'stall' }],
];

function play(
  { status, body, contentType = 'application/json', delivery }: Scene,
  sent: string,
  response: ServerResponse,
) {
  if (delivery === 'reset') response.socket?.resetAndDestroy();
  if (delivery === 'reset' || delivery === 'stall') return;
  const text = typeof body === 'string' ? body : body(sent);
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(text), location: '/' });
  if (delivery === 'cut') response.write(text.slice(0, 10), () => response.socket?.destroy());
  else response.end(text);
}

let server: Server;
let origin: string;
let pageScene: Scene = { status: 200, body: goodPage };
let tokenScene: Scene = json(200, goodTokens);

beforeAll(async () => {
  server = createServer((request, response) => {
    void textOf(request).then((form) => {
      const sent = [request.headers.authorization, ...new URLSearchParams(form).values()].join(' ');
      play(request.url === '/token' ? tokenScene : pageScene, sent, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

/** All that a caller can get to see of a run, as one text. */
async function shownBy(auth: ClientOptions['auth'], options: Partial<ClientOptions> = {}): Promise<string> {
  const shown: string[] = [];
  const show = (name: string) => (event: unknown) => void shown.push(`${name}: ${visible(event)}`);
  const on: EventHandlers = {
    request: show('request'),
    retry: show('retry'),
    page: show('page'),
    token: show('token'),
    warning: show('warning'),
  };
  const stalls = [pageScene, tokenScene].some(({ delivery }) => delivery === 'stall');
  const client = createReportsClient({
    accountId: '913874',
    auth,
    baseUrl: origin,
    tokenUrl: `${origin}/token`,
    // A stall is waited for; all other waits pass at once.
    ...(stalls ? { timeoutMs: 50 } : { timeoutMs: 20_000, clock: createFakeClock({ autoAdvanceUpToMs: 10_000 }) }),
    retry: { maxAttempts: 2, maxRetryAfterMs: 0 },
    random: () => 0,
    on,
    ...options,
  });
  const filters = { fromNumber: secrets.fromFilter, toNumber: secrets.toFilter };
  const list = client.callLogs.list({ from: '2026-01-01', to: '2026-02-01', ...filters });
  await list.toArray().catch((error: unknown) => shown.push(`error: ${visible(error)}`));
  const query = { 'start:gte': '2026-01-01 00:00:00', 'start:lte': '2026-01-31 23:59:59', from: secrets.fromFilter };
  const params = { path: { account_id: '913874' }, query };
  await client.raw
    .GET('/accounts/{account_id}/call-logs', { params })
    .catch((error: unknown) => shown.push(`error: ${visible(error)}`));
  shown.push(`client: ${visible(client)}`, `list: ${visible(list)}`);
  return shown.join('\n');
}

/** Everything an error, an event or a client shows, its causes included, by every way of printing it. */
function visible(value: unknown): string {
  const texts = [String(value), inspect(value, { depth: Infinity, showHidden: true, getters: true })];
  for (let link: unknown = value, depth = 0; link instanceof Error && depth < 10; link = link.cause, depth += 1) {
    texts.push(link.message, link.stack ?? '', JSON.stringify(link), JSON.stringify(Object.entries(link)));
  }
  texts.push(JSON.stringify(value));
  return texts.join('\n');
}

function expectNoSecret(shown: string): void {
  const forms = Object.entries(secrets).flatMap(([name, secret]) => [
    [name, secret],
    [name, encodeURIComponent(secret)],
    [name, new URLSearchParams({ s: secret }).toString().slice(2)],
    [name, btoa(secret)],
    [name, JSON.stringify(secret).slice(1, -1)],
  ]);
  const digits = ['7325550111', '555-0122', '5550122', '7325550133'].map((text) => ['number', text]);
  const found = [...forms, ...digits].filter(([, text]) => shown.includes(text ?? ''));
  expect(found).toEqual([]);
}

describe('no error, event or printed client shows a secret or a phone number', () => {
  it.each(pageScenes)('where a page is answered with %s', async (_what, scene) => {
    tokenScene = json(200, goodTokens);
    pageScene = scene;
    const shown = await shownBy(credentials);
    expect(shown).toContain('error: ');
    expectNoSecret(shown);
  });

  it.each(pageScenes.filter(([what]) => what.includes('a fault')))(
    'where a page asked for with a token of the caller is answered with %s',
    async (_what, scene) => {
      pageScene = scene;
      const shown = await shownBy(secrets.givenToken);
      expect(shown).toContain('error: ');
      expectNoSecret(shown);
    },
  );

  it.each(tokenScenes)('if the token endpoint returns %s', async (_what, scene) => {
    pageScene = { status: 200, body: goodPage };
    tokenScene = scene;
    const code = { clientId: 'app', clientSecret: secrets.clientSecret, redirectUri: 'https://app.example/done' };
    const shown = [
      await shownBy(credentials),
      await shownBy({ ...credentials, clientAuthentication: 'basic' }),
      await shownBy({ ...code, authorizationCode: secrets.authorizationCode }),
    ].join('\n');
    expect(shown).toContain('error: ');
    expectNoSecret(shown);
  });

  it('where the token function fails with what it works with', async () => {
    const failure = Object.assign(new Error(`password=${secrets.clientSecret}`), { headers: repeated });
    const shown = await shownBy(() => Promise.reject(failure));
    expect(shown).toContain('error: ');
    expectNoSecret(shown);
  });

  it('where the injected fetch fails with the whole request on its error', async () => {
    const fetch: ClientOptions['fetch'] = (url, init) =>
      Promise.reject(Object.assign(new TypeError(`fetch of ${url} failed`), { url, init, cause: { init } }));
    const shown = [await shownBy(credentials, { fetch }), await shownBy(secrets.givenToken, { fetch })].join('\n');
    expect(shown).toContain('error: ');
    expectNoSecret(shown);
  });

  it('where all goes well', async () => {
    tokenScene = json(200, goodTokens);
    pageScene = { status: 200, body: goodPage };
    const shown = await shownBy(credentials);
    expect(shown).toContain('page: ');
    expectNoSecret(shown);
  });
});
