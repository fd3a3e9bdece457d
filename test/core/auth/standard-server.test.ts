import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createHash } from 'node:crypto';
import type { AuthOption } from '../../../src/core/auth/auth-option.ts';
import { createAuthoriser, type ClientAuthoriser } from '../../../src/core/auth/authoriser.ts';
import type { AuthContext } from '../../../src/core/auth/login.ts';
import { createMemoryTokenStore } from '../../../src/core/auth/token-store.ts';
import { systemClock } from '../../../src/core/http/clock.ts';
import { errorOf, patient } from './set-up.ts';
import { client, redirectUri, startStandardServer, user, type StandardServer } from './standard-server.ts';

let server: StandardServer | undefined;

// The server warns that its keys and its memory are not for production.
beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation(() => undefined);
});

afterEach(async () => {
  jest.restoreAllMocks();
  await server?.stop();
  server = undefined;
});

async function start(clientAuthentication: 'form' | 'basic' = 'form'): Promise<StandardServer> {
  server = await startStandardServer(clientAuthentication);
  return server;
}

function authoriserFor({ tokenUrl }: StandardServer, auth: AuthOption): ClientAuthoriser {
  const context: AuthContext = {
    tokenUrl,
    fetch: (url, init) => fetch(url, init),
    clock: systemClock,
    random: Math.random,
    store: createMemoryTokenStore(),
    emit: () => undefined,
    timeoutMs: 10_000,
    retry: { maxAttempts: 6, maxRetryAfterMs: 120_000 },
  };
  return createAuthoriser(auth, context);
}

/** Has the API accept the present token and then refuse it, and gets the next. */
async function renew(authoriser: ClientAuthoriser): Promise<string> {
  const token = await authoriser.authorise(patient());
  authoriser.accepted(token);
  expect(authoriser.refused({ token, renewals: 0 })).toEqual({ replay: true, renews: true });
  return authoriser.authorise(patient());
}

describe('against an OAuth server of another make (oidc-provider)', () => {
  it.each(['form', 'basic'] as const)('logs in and refreshes with rotation, the client by %s', async (way) => {
    const standard = await start(way);
    const authoriser = authoriserFor(standard, { ...client, ...user, clientAuthentication: way });
    const tokens = [await authoriser.authorise(patient()), await renew(authoriser), await renew(authoriser)];
    expect(new Set(tokens).size).toBe(3);
    expect(standard.log).toEqual(['password', 'refresh_token', 'refresh_token']);
  });

  it('exchanges an authorization code with PKCE, and refreshes with rotation', async () => {
    const standard = await start();
    const codeVerifier = 'a-verifier-that-is-long-enough-for-the-rules-of-pkce';
    const authorizationCode = await standard.issueCode(createHash('sha256').update(codeVerifier).digest('base64url'));
    const authoriser = authoriserFor(standard, { ...client, authorizationCode, redirectUri, codeVerifier });
    const tokens = [await authoriser.authorise(patient()), await renew(authoriser), await renew(authoriser)];
    expect(new Set(tokens).size).toBe(3);
    expect(standard.log).toEqual(['authorization_code', 'refresh_token', 'refresh_token']);
  });

  it('recognises each of its refusals after one request', async () => {
    const standard = await start();
    const wrongUser = authoriserFor(standard, { ...client, ...user, password: 'wrong' });
    const usedCode = authoriserFor(standard, { ...client, authorizationCode: 'no-such-code', redirectUri });
    for (const authoriser of [wrongUser, usedCode]) {
      for (let call = 0; call < 2; call += 1) {
        expect(await errorOf(authoriser.authorise(patient()))).toMatchObject({
          status: 400,
          faultCode: 'invalid_grant',
        });
      }
    }
    expect(standard.log).toEqual(['password failed', 'authorization_code failed']);
  });

  it('tells a wrong client from a wrong user', async () => {
    const standard = await start();
    const authoriser = authoriserFor(standard, { ...client, ...user, clientSecret: 'wrong' });
    expect(await errorOf(authoriser.authorise(patient()))).toMatchObject({ status: 401, faultCode: 'invalid_client' });
  });
});
