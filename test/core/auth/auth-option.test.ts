import { describe, expect, it } from '@jest/globals';
import { validateAuth } from '../../../src/core/auth/auth-option.ts';
import { ConfigurationError } from '../../../src/core/errors/index.ts';
import { credentials } from './set-up.ts';

function messageOf(auth: unknown): string {
  try {
    validateAuth(auth);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return 'valid';
}

describe('the auth option', () => {
  it.each([
    ['a token', 'eyJhbGciOi.J9-_~+/='],
    ['a function', () => 'token'],
    ['credentials', credentials],
    ['credentials with everything', { ...credentials, scope: 'openid', clientAuthentication: 'basic' }],
    [
      'credentials with optional fields undefined',
      { ...credentials, scope: undefined, clientAuthentication: undefined },
    ],
    ['an authorization code', { clientId: 'c', clientSecret: 's', authorizationCode: 'x', redirectUri: 'y' }],
  ])('may be %s', (_what, auth) => {
    expect(messageOf(auth)).toBe('valid');
  });

  it.each([
    [undefined, 'is missing'],
    [null, 'is missing'],
    [7, 'is missing'],
    ['', 'is empty'],
    ['  ', 'is empty'],
    ['Bearer abc', 'without "Bearer"'],
    ['abc\r\nX-Evil: 1', 'is not an access token'],
    [{}, 'lacks clientId, clientSecret, username, password'],
    [{ ...credentials, password: undefined }, 'lacks password'],
    [{ ...credentials, username: '' }, 'lacks username'],
    [{ ...credentials, password: 12345 }, 'lacks password'],
    [{ authorizationCode: 'x' }, 'lacks clientId, clientSecret, redirectUri'],
    [{ ...credentials, clientAuthentication: 'digest' }, '"basic" or "form"'],
    [{ ...credentials, scope: '' }, 'auth.scope'],
  ])('%p is refused: %s', (auth, message) => {
    expect(messageOf(auth)).toContain(message);
  });

  it('never shows a value', () => {
    const message = messageOf({ ...credentials, username: '', clientAuthentication: 'sesame-4711' });
    expect(message).not.toMatch(/sesame|correct horse|client-7/);
    expect(messageOf('secret token')).not.toContain('secret token');
  });
});
