import { describe, expect, it } from '@jest/globals';
import { readSettings } from '../../../src/tools/cli/read-settings.ts';

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

  it('take VBC_ACCESS_TOKEN in place of the credentials', () => {
    expect(readSettings({}, { VBC_ACCOUNT_ID: '1', VBC_ACCESS_TOKEN: 'token' }).auth).toBe('token');
  });

  it('name every variable that is missing or empty, and print no value', () => {
    const read = (): unknown => readSettings({}, { ...env, VBC_CLIENT_SECRET: '', VBC_PASSWORD: undefined });
    expect(read).toThrow(/^Not set: VBC_CLIENT_SECRET, VBC_PASSWORD\. /);
    expect(read).not.toThrow(/913874|jane/);
  });
});
