import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as oauth from 'oauth4webapi';

import { startSandbox, type Sandbox } from '../../src/sandbox.ts';

/** The library requires https and the sandbox speaks http: this function replaces the scheme. */
const options = {
  [oauth.customFetch]: (url: string, init: object) => fetch(url.replace('https:', 'http:'), init),
};

const withTls = (url: string): string => url.replace('http:', 'https:');

/** Returns what an OAuth library needs to know about the sandbox. */
function registration({ baseUrl, tokenUrl, authorizeUrl, credentials }: Sandbox): {
  server: oauth.AuthorizationServer;
  client: oauth.Client;
} {
  return {
    server: {
      issuer: withTls(new URL(baseUrl).origin),
      token_endpoint: withTls(tokenUrl),
      authorization_endpoint: authorizeUrl,
    },
    client: { client_id: credentials.clientId },
  };
}

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ calls: 0 });
});
afterAll(() => sandbox.stop());

describe('the token endpoint and oauth4webapi', () => {
  it.each([
    ['HTTP Basic', oauth.ClientSecretBasic],
    ['form fields', oauth.ClientSecretPost],
  ] as const)(
    'a standard library logs in and refreshes, with client credentials as %s (facts 2 and 8)',
    async (_, authenticate) => {
      const { server, client } = registration(sandbox);
      const { clientSecret, username, password } = sandbox.credentials;
      const authentication = authenticate(clientSecret);
      const form = new URLSearchParams({ username, password, scope: 'openid' });
      const login = await oauth.genericTokenEndpointRequest(server, client, authentication, 'password', form, options);
      const token = await oauth.processGenericTokenEndpointResponse(server, client, login);
      expect(token).toMatchObject({ token_type: 'bearer', scope: 'openid', expires_in: 86_400 });
      const refreshToken = token.refresh_token ?? '';
      const response = await oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, options);
      const refreshed = await oauth.processRefreshTokenResponse(server, client, response);
      expect(refreshed.refresh_token).not.toBe(refreshToken);
    },
  );

  it('a standard library exchanges an authorization code (fact 4)', async () => {
    const { server, client } = registration(sandbox);
    const redirect = 'http://127.0.0.1:9/back';
    const state = oauth.generateRandomState();
    const query = {
      response_type: 'code',
      client_id: client.client_id,
      redirect_uri: redirect,
      scope: 'openid',
      state,
    };
    const consent = await fetch(`${sandbox.authorizeUrl}?${new URLSearchParams(query).toString()}`, {
      redirect: 'manual',
    });
    const callback = oauth.validateAuthResponse(server, client, new URL(consent.headers.get('location') ?? ''), state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.ClientSecretPost(sandbox.credentials.clientSecret),
      callback,
      redirect,
      oauth.generateRandomCodeVerifier(),
      options,
    );
    expect(await oauth.processAuthorizationCodeResponse(server, client, response)).toMatchObject({ scope: 'openid' });
  });

  it('a standard library reads a refused login as invalid_grant and a wrong client as a challenge (facts 11 and 12)', async () => {
    const { server, client } = registration(sandbox);
    const { clientSecret, username } = sandbox.credentials;
    const errors: unknown[] = [];
    for (const secret of [clientSecret, 'wrong']) {
      const form = new URLSearchParams({ username, password: 'wrong' });
      const authentication = oauth.ClientSecretPost(secret);
      const login = await oauth.genericTokenEndpointRequest(server, client, authentication, 'password', form, options);
      errors.push(
        await oauth.processGenericTokenEndpointResponse(server, client, login).catch((error: unknown) => error),
      );
    }
    expect(errors).toMatchObject([{ error: 'invalid_grant' }, { name: 'WWWAuthenticateChallengeError', status: 401 }]);
  });
});
