import { describe, expect, it } from '@jest/globals';
import { ReportsError } from '../../../src/core/errors/index.ts';
import { errorOf, granted, mint, setUp, type Respond, type SetUp } from './set-up.ts';

/** The outcome of a token request: its error, whether later logins are blocked, and how often it was sent. */
interface Outcome {
  readonly code: string;
  readonly blocked: boolean;
  readonly sent: number;
}

const code = { clientId: 'c', clientSecret: 's', authorizationCode: 'a-code', redirectUri: 'https://a.example/' };
const day = 86_400_000;

/** The clients whose first request meets a response; `prepare` brings a client to that request. */
const grants = {
  login: { prepare: (respond: Respond) => Promise.resolve(setUp({ respond })), before: 0 },
  'authorization code': { prepare: (respond: Respond) => Promise.resolve(setUp({ auth: code, respond })), before: 0 },
  refresh: {
    before: 1,
    prepare: async (respond: Respond): Promise<SetUp> => {
      const client = setUp({ auth: code, respond: (request, n) => (n === 1 ? mint(request, n) : respond(request, n)) });
      await client.authorise();
      await client.clock.advance(day);
      return client;
    },
  },
};

async function outcomeOf(grant: keyof typeof grants, respond: Respond): Promise<Outcome> {
  const { prepare, before } = grants[grant];
  const { authorise, another, requests, clock } = await prepare(respond);
  const error = await errorOf(authorise());
  const sent = requests.length - before;
  // Another client of the same store, after every pause but a lock's 30 minutes: only what is recorded stops it.
  await clock.advance(600_000);
  await errorOf(another().authorise(new AbortController().signal));
  const blocked = requests.length === before + sent;
  return { code: error instanceof ReportsError ? error.code : error.name, blocked, sent };
}

const html = (title: string): string => `<!DOCTYPE html><html><head><title>${title}</title></head></html>`;
const oauth = (error: string, description?: string): string =>
  JSON.stringify({ error, error_description: description });
const authenticationFailed = 'Authentication failed for jane@vbc.prod';

const refused = { code: 'authentication-refused', blocked: true, sent: 1 };
const locked = { code: 'account-locked', blocked: true, sent: 1 };
const unexpected = { code: 'unexpected-response', blocked: false, sent: 1 };
const malformed = { code: 'malformed-response', blocked: false, sent: 1 };
const server = { code: 'server', blocked: false, sent: 1 };

const responses: [status: number, body: string, outcome: Outcome][] = [
  // OAuth errors about credentials, under any status (RFC 6749, 5.2; facts 11, 12)
  [400, oauth('invalid_grant', authenticationFailed), refused],
  [200, oauth('invalid_grant'), refused],
  [403, oauth('invalid_grant'), refused],
  [429, oauth('invalid_grant'), refused],
  [500, oauth('invalid_grant'), refused],
  [401, oauth('invalid_client'), refused],
  [200, oauth('invalid_client'), refused],
  [400, oauth('unauthorized_client'), refused],
  [200, oauth('unauthorized_client'), refused],
  [400, oauth('invalid_scope'), refused],
  [403, oauth('access_denied'), refused],
  // A lock, in each known wording (fact 11)
  [400, oauth('invalid_grant', '17003 User account is locked for user jane in user store'), locked],
  [400, oauth('invalid_grant', '17003:MaxAttemptsExceeded jane'), locked],
  [400, oauth('invalid_grant', 'User account is locked'), locked],
  [401, JSON.stringify({ message: 'The account was temporarily locked' }), locked],
  [200, oauth('invalid_grant', '17003'), locked],
  // Words about credentials in another shape, and 400 or 401 that may mean them
  [400, authenticationFailed, refused],
  [200, JSON.stringify({ message: authenticationFailed }), refused],
  [403, JSON.stringify({ error: { message: 'x' }, message: 'Invalid credentials' }), refused],
  [500, `<fault><description>${authenticationFailed}</description></fault>`, refused],
  [400, html('Authentication failed'), refused],
  [400, oauth('invalid_request', authenticationFailed), refused],
  [400, oauth('some_new_code'), refused],
  [400, JSON.stringify({ reason: 4711 }), refused],
  [400, '', refused],
  [401, '', refused],
  [401, html('Unauthorized'), refused],
  // Errors about the form of the request, or of an endpoint that could not decide
  [400, oauth('invalid_request', 'Missing parameter'), unexpected],
  [400, oauth('unsupported_grant_type'), unexpected],
  [400, oauth('temporarily_unavailable'), server],
  [400, html('400 Bad Request'), unexpected],
  // The gateway's own codes: the URL points to an API (fact 29)
  [401, JSON.stringify({ fault: { code: 900902, message: 'Missing Credentials' } }), unexpected],
  [401, JSON.stringify({ code: '900901', message: 'Invalid Credentials' }), unexpected],
  // Something else than the token endpoint
  [301, '', unexpected],
  [302, html('Moved'), unexpected],
  [403, html('403 Forbidden'), unexpected],
  [403, html('Sorry, you have been blocked'), unexpected],
  [403, '', unexpected],
  [404, html('Not found'), unexpected],
  [404, JSON.stringify({ message: 'no such page' }), unexpected],
  [405, '', unexpected],
  [407, html('Proxy authentication failed'), unexpected],
  [410, '', unexpected],
  [415, '', unexpected],
  [421, '', unexpected],
  [200, html('Welcome'), malformed],
  [200, '{}', malformed],
  [204, '', malformed],
  // An endpoint that fails; only 429 and 503 say that the request was not processed
  [408, '', { code: 'timeout', blocked: false, sent: 1 }],
  [429, '', { code: 'rate-limited', blocked: false, sent: 3 }],
  [500, html('Oops'), server],
  [502, html('Bad gateway'), server],
  [503, html('Unavailable'), { ...server, sent: 3 }],
  [503, JSON.stringify({ fault: { code: 101504, message: 'Send timeout' } }), server],
  [504, '', server],
];

function respondWith(status: number, body: string): Respond {
  return () => new Response(status === 204 ? null : body, { status });
}

describe('a response to a login', () => {
  it.each(responses)('with status %i and the body %s has the outcome %p', async (status, body, outcome) => {
    await expect(outcomeOf('login', respondWith(status, body))).resolves.toEqual(outcome);
  });
});

describe('a response to an authorization code', () => {
  it.each(responses)('with status %i and the body %s has the same outcome', async (status, body, outcome) => {
    // A code has no user that could be locked.
    const expected = outcome === locked ? refused : outcome;
    await expect(outcomeOf('authorization code', respondWith(status, body))).resolves.toEqual(expected);
  });
});

describe('a response to a refresh', () => {
  it.each(responses)('with status %i and the body %s has the same error, and blocks nothing', async (...row) => {
    const [status, body, outcome] = row;
    const isRefusal = outcome.blocked;
    const { code: actual, sent } = await outcomeOf('refresh', respondWith(status, body));
    expect(actual).toBe(isRefusal ? 'authentication-refused' : outcome.code);
    // A refresh counts towards no lock, so one that failed without a decision is sent again.
    const isPassing = ['server', 'timeout', 'rate-limited'].includes(outcome.code);
    expect(sent).toBe(isPassing ? 3 : 1);
  });
});

describe('the error of a response to a login', () => {
  it.each<[number, string, string, string]>([
    [401, oauth('invalid_client'), 'wrong-client', 'Check `auth.clientId` and `auth.clientSecret`'],
    [400, oauth('invalid_grant'), 'wrong-password', 'Check `auth.username` and `auth.password`'],
    [400, oauth('invalid_grant', '17003'), 'user-locked', 'wait 30 minutes'],
    [400, oauth('unauthorized_client'), 'grant-not-allowed', 'developer portal'],
    [400, oauth('unsupported_grant_type'), 'grant-not-allowed', 'developer portal'],
    [400, oauth('invalid_scope'), 'missing-scope', 'openid'],
    [404, '', 'wrong-token-url', 'Check `tokenUrl`'],
    [302, '', 'wrong-token-url', 'Check `tokenUrl`'],
    [403, html('Forbidden'), 'login-filtered', 'in front of it'],
    [407, '', 'wrong-proxy', 'HTTPS_PROXY'],
    [502, '', 'login-undecided', 'Try again later'],
  ])('%i %s names the problem %s', async (status, body, problem, hint) => {
    const { authorise } = setUp({ respond: respondWith(status, body) });
    const error = await errorOf(authorise());
    expect(error).toMatchObject({ problem, status, hint: expect.stringContaining(hint) });
  });

  it('names the host of the token endpoint', async () => {
    const { authorise } = setUp({ respond: respondWith(404, '') });
    await expect(authorise()).rejects.toThrow('api.example.com');
  });

  it('is the same under status 200 for a token that cannot be sent', async () => {
    const { authorise } = setUp({ respond: () => granted(1, { access_token: 'two words' }) });
    await expect(authorise()).rejects.toMatchObject({ code: 'malformed-response' });
  });
});
