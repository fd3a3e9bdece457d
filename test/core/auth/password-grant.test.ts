import { describe, expect, it } from '@jest/globals';
import { credentials, granted, mint, setUp } from './set-up.ts';

describe('the password grant', () => {
  it('asks for the scope openid (fact 6)', async () => {
    const { authorise, requests } = setUp();
    await expect(authorise()).resolves.toBe('token-1');
    expect(requests).toHaveLength(1);
    expect(requests[0]?.url).toBe('https://api.example.com/token');
    expect(requests[0]?.method).toBe('POST');
    expect(Object.fromEntries(requests[0]?.fields ?? [])).toEqual({
      grant_type: 'password',
      username: 'jane@example.com@vbc.prod',
      password: credentials.password,
      scope: 'openid',
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
    });
  });

  it.each([
    ['jane', 'jane@vbc.prod'],
    ['jane@example.com', 'jane@example.com@vbc.prod'],
    ['jane@example.com@vbc.prod', 'jane@example.com@vbc.prod'],
    ['JANE@VBC.PROD', 'JANE@VBC.PROD'],
    ['jane@vbc.prod.example', 'jane@vbc.prod.example@vbc.prod'],
  ])('sends the user name %s as %s (fact 5)', async (username, sent) => {
    const { authorise, requests } = setUp({ auth: { ...credentials, username } });
    await authorise();
    expect(requests[0]?.fields.get('username')).toBe(sent);
  });

  it('takes another scope', async () => {
    const { authorise, requests } = setUp({ auth: { ...credentials, scope: 'openid device_7' } });
    await authorise();
    expect(requests[0]?.fields.get('scope')).toBe('openid device_7');
  });

  it('sends client id and secret as HTTP Basic when asked to, form-encoded first (RFC 6749, 2.3.1)', async () => {
    const auth = { ...credentials, clientId: 'ünï', clientSecret: 'a:b c+d', clientAuthentication: 'basic' as const };
    const { authorise, requests } = setUp({ auth });
    await authorise();
    const header = requests[0]?.headers.get('authorization') ?? '';
    expect(atob(header.replace('Basic ', ''))).toBe('%C3%BCn%C3%AF:a%3Ab+c%2Bd');
    expect(requests[0]?.fields.has('client_secret')).toBe(false);
    expect(requests[0]?.fields.has('client_id')).toBe(false);
  });

  it('accepts exactly application/json, or faults may come as XML (fact 28)', async () => {
    const { authorise, requests } = setUp({ userAgent: 'my-job/1' });
    await authorise();
    expect(requests[0]?.headers.get('accept')).toBe('application/json');
    expect(requests[0]?.headers.get('content-type')).toBe('application/x-www-form-urlencoded');
    expect(requests[0]?.headers.get('user-agent')).toBe('my-job/1');
  });

  it('reports the login, with the time the token expires', async () => {
    const { authorise, clock, tokens } = setUp();
    await authorise();
    expect(tokens).toEqual([{ source: 'login', expiresAt: new Date(clock.now() + 86_400_000) }]);
  });

  it('logs in once for a hundred callers at once, and for the calls after', async () => {
    const { authorise, requests } = setUp();
    const all = await Promise.all(Array.from({ length: 100 }, authorise));
    expect(new Set([...all, await authorise()])).toEqual(new Set(['token-1']));
    expect(requests).toHaveLength(1);
  });

  it('leaves no timer behind', async () => {
    const { authorise, clock } = setUp();
    await authorise();
    expect(clock.pending).toBe(0);
  });

  it('warns at once when the scope is granted without openid', async () => {
    const { authorise, warnings } = setUp({ respond: () => granted(1, { scope: 'default' }) });
    await authorise();
    expect(warnings).toEqual([{ code: 'login-scope', message: expect.stringContaining('"default" without openid') }]);
  });

  it('takes a scope that the answer leaves out for the one it asked for (RFC 6749, 5.1)', async () => {
    const { authorise, warnings } = setUp({ respond: () => granted(1, { scope: undefined }) });
    await authorise();
    expect(warnings).toEqual([]);
  });

  it.each([undefined, 0, -1, 'soon', null, 1e15])(
    'keeps a token until it is refused when its expires_in is %p',
    async (expiresIn) => {
      const { authorise, clock, requests, tokens } = setUp({ respond: () => granted(1, { expires_in: expiresIn }) });
      await authorise();
      await clock.advance(30 * 86_400_000);
      await authorise();
      expect(requests).toHaveLength(1);
      expect(tokens).toEqual([{ source: 'login' }]);
    },
  );
});

describe('the authorization code', () => {
  const auth = {
    clientId: 'client-7',
    clientSecret: 'sesame-client-secret',
    authorizationCode: 'code-of-consent',
    redirectUri: 'https://app.example.com/back',
    codeVerifier: 'verifier-of-the-challenge',
  };

  it('is exchanged with its redirect URI and PKCE verifier, once, also by a later client with the same store', async () => {
    const { authorise, another, requests, tokens } = setUp({ auth, respond: mint });
    await authorise();
    const later = another();
    await expect(later.authorise(new AbortController().signal)).resolves.toBe('token-1');
    expect(requests).toHaveLength(1);
    expect(Object.fromEntries(requests[0]?.fields ?? [])).toEqual({
      grant_type: 'authorization_code',
      code: 'code-of-consent',
      redirect_uri: 'https://app.example.com/back',
      code_verifier: 'verifier-of-the-challenge',
      client_id: 'client-7',
      client_secret: 'sesame-client-secret',
    });
    expect(tokens.map(({ source }) => source)).toEqual(['authorization-code', 'store']);
  });
});
