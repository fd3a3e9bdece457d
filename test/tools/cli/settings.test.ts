import { describe, expect, it } from '@jest/globals';
import { readSettings } from '../../../src/tools/cli/settings.ts';

const env = {
  VBC_ACCOUNT_ID: '913874',
  VBC_CLIENT_ID: 'client',
  VBC_CLIENT_SECRET: 'secret',
  VBC_USERNAME: 'jane',
  VBC_PASSWORD: 'password',
};

describe('settings', () => {
  it('come from the environment', () => {
    expect(readSettings({}, { ...env, VBC_BASE_URL: 'https://a.example', VBC_TOKEN_URL: 'https://b.example' })).toEqual(
      {
        accountId: '913874',
        auth: { clientId: 'client', clientSecret: 'secret', username: 'jane', password: 'password' },
        baseUrl: 'https://a.example',
        tokenUrl: 'https://b.example',
        warnings: [],
      },
    );
  });

  it('come from flags first', () => {
    const flags = { accountId: '1', clientId: 'other', username: 'joe', baseUrl: 'https://c.example' };
    expect(readSettings(flags, { ...env, VBC_BASE_URL: 'https://a.example' })).toMatchObject({
      accountId: '1',
      auth: { clientId: 'other', username: 'joe', password: 'password' },
      baseUrl: 'https://c.example',
    });
  });

  it('take VBC_ACCESS_TOKEN instead of the credentials', () => {
    expect(readSettings({}, { VBC_ACCOUNT_ID: '1', VBC_ACCESS_TOKEN: 'token' }).auth).toBe('token');
  });

  it('name every variable that is missing or empty, and print no value', () => {
    const read = (): unknown => readSettings({}, { ...env, VBC_CLIENT_SECRET: '', VBC_PASSWORD: undefined });
    expect(read).toThrow(/^Not set: VBC_CLIENT_SECRET, VBC_PASSWORD\. /);
    expect(read).not.toThrow(/913874|jane/);
  });
});

describe('white space and quotes around a setting', () => {
  it.each([
    ['VBC_ACCOUNT_ID', ' 913874 '],
    ['VBC_ACCOUNT_ID', '913874\r'],
    ['VBC_ACCOUNT_ID', '913874\r\n'],
    ['VBC_ACCOUNT_ID', '"913874"'],
    ['VBC_ACCOUNT_ID', "'913874'\r"],
    ['VBC_ACCOUNT_ID', '\ufeff913874'],
    ['VBC_ACCOUNT_ID', '\u00a0913874\u200b'],
    ['VBC_CLIENT_ID', 'client\t'],
    ['VBC_CLIENT_ID', '"client"'],
    ['VBC_USERNAME', 'jane\r'],
    ['VBC_USERNAME', ' "jane" '],
    ['VBC_BASE_URL', 'https://a.example\r'],
    ['VBC_BASE_URL', '"https://a.example"'],
    ['VBC_TOKEN_URL', ' https://b.example '],
    ['VBC_TOKEN_URL', "'https://b.example'"],
  ])('is dropped: %s=%j', (name, value) => {
    const whole = { ...env, VBC_BASE_URL: 'https://a.example', VBC_TOKEN_URL: 'https://b.example' };
    expect(readSettings({}, { ...whole, [name]: value })).toEqual(readSettings({}, whole));
  });

  it.each(['token\r', '"token"', ' token ', 'Bearer token', 'bearer  token'])(
    'is dropped from a token: %j',
    (token) => {
      expect(readSettings({}, { VBC_ACCOUNT_ID: '1', VBC_ACCESS_TOKEN: token }).auth).toBe('token');
    },
  );

  it('is dropped from flags, too', () => {
    expect(readSettings({ accountId: ' 1 ', username: '"joe"' }, env)).toMatchObject({
      accountId: '1',
      auth: { username: 'joe' },
    });
  });

  it.each([
    ['VBC_PASSWORD', 'hunter2\r', 'VBC_PASSWORD ends with a carriage return'],
    ['VBC_PASSWORD', 'hunter2\r\n', 'VBC_PASSWORD ends with a carriage return'],
    ['VBC_PASSWORD', 'hunter2\n', 'VBC_PASSWORD ends with a line break'],
    ['VBC_PASSWORD', 'hun\tter2', 'VBC_PASSWORD contains a control character'],
    ['VBC_CLIENT_SECRET', 'hunter2\r', 'VBC_CLIENT_SECRET ends with a carriage return'],
  ])('is an error in a secret if it is a control character: %s=%j', (name, value, message) => {
    const read = (): unknown => readSettings({}, { ...env, [name]: value });
    expect(read).toThrow(message);
    expect(read).not.toThrow(/hunter|ter2/);
  });

  it('is an error that names both secrets', () => {
    const read = (): unknown => readSettings({}, { ...env, VBC_CLIENT_SECRET: 's\r', VBC_PASSWORD: 'p\r' });
    expect(read).toThrow('VBC_CLIENT_SECRET ends with a carriage return and VBC_PASSWORD ends with a carriage return.');
  });

  it.each([
    ['VBC_PASSWORD', ' hunter2', 'VBC_PASSWORD begins with a space.'],
    ['VBC_PASSWORD', 'hunter2 ', 'VBC_PASSWORD ends with a space.'],
    ['VBC_PASSWORD', '"hunter2"', 'VBC_PASSWORD is in quotes.'],
    ['VBC_PASSWORD', "'hunter2'", 'VBC_PASSWORD is in quotes.'],
    [
      'VBC_PASSWORD',
      '\ufeffhunter2\u00a0',
      'VBC_PASSWORD begins with an invisible character (U+FEFF) and ends with an invisible character (U+00A0).',
    ],
    ['VBC_CLIENT_SECRET', 'hunter2\u200b', 'VBC_CLIENT_SECRET ends with an invisible character (U+200B).'],
  ])('stays in a secret, with a warning: %s=%j', (name, value, warning) => {
    const { auth, warnings } = readSettings({}, { ...env, [name]: value });
    expect(warnings).toEqual([`${warning} If the login is refused, check that first.`]);
    expect(Object.values(auth)).toContain(value);
  });

  it('makes a setting of nothing else one that is not set', () => {
    expect(() => readSettings({}, { ...env, VBC_CLIENT_ID: ' \r', VBC_PASSWORD: '  ' })).toThrow(
      'Not set: VBC_CLIENT_ID, VBC_PASSWORD.',
    );
  });
});
