import { describe, expect, it } from '@jest/globals';

import { ConfigurationError, createReportsClient, type ClientOptions } from '../../src/index.ts';

const secret = 'correct-horse-battery-staple';
const good: ClientOptions = {
  accountId: '913874',
  auth: { clientId: 'app', clientSecret: secret, username: 'jane', password: secret },
};

function refusalOf(options: unknown): ConfigurationError {
  try {
    createReportsClient(options as ClientOptions);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('the options were taken');
}

describe('createReportsClient', () => {
  it('makes no request, and needs only the account and the credentials', () => {
    let requests = 0;
    createReportsClient({ ...good, fetch: () => Promise.reject(new Error(String((requests += 1)))) });
    expect(requests).toBe(0);
  });

  it('treats an option given as undefined as left out', () => {
    const nothing = {
      baseUrl: undefined,
      timeoutMs: undefined,
      retry: undefined,
      on: undefined,
      concurrency: undefined,
    };
    expect(() => createReportsClient({ ...good, ...nothing })).not.toThrow();
  });

  it.each([
    ['accountId', 'self'],
    ['accountId', ''],
    ['accountId', '913874/../1'],
    ['accountId', '..'],
    ['accountId', '913874/call-logs'],
    ['accountId', ' 913874'],
    ['accountId', '913874\n'],
    ['accountId', '%2e%2e'],
    ['accountId', '９１３８７４'],
    ['accountId', 913874],
    ['accountId', undefined],
    ['auth', undefined],
    ['auth', null],
    ['auth', 7],
    ['auth', ''],
    ['auth', `Bearer ${secret}`],
    ['auth', { ...(good.auth as object), password: '' }],
    ['auth', { ...(good.auth as object), clientId: undefined }],
    ['auth', { clientId: 'app', clientSecret: secret, authorizationCode: secret }],
    ['auth.clientAuthentication', { ...(good.auth as object), clientAuthentication: 'header' }],
    ['baseUrl', 'api.vonage.com'],
    ['baseUrl', `https://jane:${secret}@api.vonage.com`],
    ['baseUrl', `https://:${secret}@api.vonage.com`],
    ['baseUrl', `https://api.vonage.com/?token=${secret}`],
    ['baseUrl', 'ftp://api.vonage.com'],
    ['baseUrl', 7],
    ['tokenUrl', 'token'],
    ['tokenUrl', `https://api.vonage.com/token#${secret}`],
    ['timeoutMs', 0],
    ['timeoutMs', -1],
    ['timeoutMs', NaN],
    ['timeoutMs', '60000'],
    ['deadlineMs', 0],
    ['requestsPerSecond', 0],
    ['requestsPerSecond', -5],
    ['concurrency', 0],
    ['concurrency', 1.5],
    ['concurrency', 101],
    ['concurrency', '4'],
    ['pageSize', 0],
    ['pageSize', 10_001],
    ['pageSize', 1.5],
    ['pageSize', null],
    ['retry.maxAttempts', { maxAttempts: 0 }],
    ['retry.maxAttempts', { maxAttempts: 2.5 }],
    ['retry.maxRetryAfterMs', { maxRetryAfterMs: -1 }],
    ['retry.maxRetryAfterMs', { maxRetryAfterMs: NaN }],
    ['retry.maxTries', { maxTries: 3 }],
    ['retry', 3],
    ['fetch', 'node-fetch'],
    ['on', 'log'],
    ['on.retry', { retry: 'log' }],
    ['on.retries', { retries: () => undefined }],
    ['signal', 'abort'],
    ['userAgent', 'two\nlines'],
    ['userAgent', 7],
    ['tokenStore', {}],
    ['clock', { now: 0 }],
    ['random', 0.5],
    ['timeout', 60_000],
    ['password', secret],
  ])('refuses %s %j at once, in one line that names the option and shows no secret', (name, value) => {
    const option = name.split('.')[0] ?? name;
    const error = refusalOf({ ...good, [option]: value });
    expect(error.code).toBe('configuration');
    expect(error.message).toMatch(new RegExp(`["\`]${name}\\b`));
    expect(error.message).not.toContain('\n');
    expect(error.message + JSON.stringify(error)).not.toContain(secret);
  });

  it.each([undefined, null, 'options', 7])('refuses %j instead of options', (options) => {
    expect(refusalOf(options).message).toContain('options');
  });

  it('names what is missing from the credentials', () => {
    expect(refusalOf({ ...good, auth: { clientId: 'app' } }).message).toContain('clientSecret, username, password');
  });

  it('says what an account id looks like', () => {
    expect(refusalOf({ ...good, accountId: 'self' }).message).toContain('a string of digits');
  });

  it('needs a fetch where the runtime has none, and says so at once', () => {
    const { fetch } = globalThis;
    Reflect.deleteProperty(globalThis, 'fetch');
    try {
      expect(refusalOf(good)).toMatchObject({ option: 'fetch', problem: 'no-fetch' });
      expect(() => createReportsClient({ ...good, fetch })).not.toThrow();
    } finally {
      globalThis.fetch = fetch;
    }
  });
});
