import { ConfigurationError } from '../errors/index.ts';
import type { AuthOption } from './auth-option.ts';

const credentialFields = ['clientId', 'clientSecret', 'username', 'password'];
const codeFields = ['clientId', 'clientSecret', 'authorizationCode', 'redirectUri'];

/** Visible ASCII: what a header can carry. Anything else would make `fetch` throw with the token in its message. */
const tokenPattern = /^[\x21-\x7e]+$/;

/**
 * Throws a `ConfigurationError` that names what is missing from the `auth` option, never its value. Takes whatever a
 * caller without types may hand in.
 */
export function validateAuth(auth: unknown): asserts auth is AuthOption {
  if (typeof auth === 'function') return;
  if (typeof auth === 'string') {
    validateToken(auth);
  } else if (typeof auth === 'object' && auth !== null) {
    validateFields(auth);
  } else {
    const hint = 'Give a token, a function that makes one, or clientId, clientSecret, username and password.';
    throw new ConfigurationError('"auth" is missing', { hint });
  }
}

/** Whether a token can be sent: one word of visible ASCII. */
export function isSendableToken(token: unknown): token is string {
  return typeof token === 'string' && tokenPattern.test(token);
}

function validateToken(token: string): void {
  const what = token.trim() === '' ? 'an empty token' : 'no access token';
  if (isSendableToken(token)) return;
  throw new ConfigurationError(`"auth" is ${what}`, { hint: 'An access token is one word, without "Bearer".' });
}

function validateFields(auth: object): void {
  const values = new Map<string, unknown>(Object.entries(auth));
  const isText = (name: string): boolean => {
    const value = values.get(name);
    return typeof value === 'string' && value !== '';
  };
  const missing = (values.has('authorizationCode') ? codeFields : credentialFields).filter((name) => !isText(name));
  if (missing.length > 0) throw new ConfigurationError(`"auth" lacks ${missing.join(', ')}`);

  const optional = ['scope', 'codeVerifier'].find((name) => values.get(name) !== undefined && !isText(name));
  if (optional !== undefined) throw new ConfigurationError(`"auth.${optional}" must be a text that is not empty`);

  if (![undefined, 'basic', 'form'].includes(values.get('clientAuthentication') as undefined)) {
    throw new ConfigurationError('"auth.clientAuthentication" must be "basic" or "form"');
  }
}
