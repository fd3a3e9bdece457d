import { describe, expect, it } from '@jest/globals';
import { refusalHint } from '../../../src/core/auth/refusal-hint.ts';
import { granted, patient, setUp } from './set-up.ts';

describe('the hint of a finally refused token', () => {
  it('tells the four causes apart that all look like 401 (facts 4, 6, 7, 9)', () => {
    const hints = [
      refusalHint({ auth: 'login', scope: 'default' }),
      refusalHint({ auth: 'login', scope: 'openid' }),
      refusalHint({ auth: 'login', scope: 'openid', faultCode: '900901' }),
      refusalHint({ auth: 'login', scope: 'openid', title: 'Problem with provided token' }),
    ];
    expect(new Set(hints).size).toBe(4);
  });

  it('names the scope when the login was granted one without openid (fact 6)', () => {
    expect(refusalHint({ auth: 'login', scope: 'default device_1' })).toContain('without the scope openid');
  });

  it('names role, account and client_credentials when the scope is right (facts 3, 4, 7)', () => {
    const hint = refusalHint({ auth: 'login', scope: 'profile openid' });
    expect(hint).toContain('account administrator');
    expect(hint).toContain('account id');
    expect(hint).not.toContain('without');
  });

  it('says what is knowable of a token of unknown scope: scope, role, account and grant', () => {
    for (const auth of ['token', 'function'] as const) {
      const hint = refusalHint({ auth });
      expect(hint).toContain('openid');
      expect(hint).toContain('account administrator');
      expect(hint).toContain('client_credentials');
    }
  });

  it.each(['900901', '900902', '900905', '900907', '900909', '900911'])(
    'calls a token string invalid or expired for %s (fact 29)',
    (faultCode) => {
      expect(refusalHint({ auth: 'token', faultCode })).toContain('invalid or has expired');
    },
  );

  it('tells the two token hosts apart when the gateway does not know a new token (fact 2)', () => {
    expect(refusalHint({ auth: 'login', faultCode: '900901', scope: 'openid' })).toContain(
      'token URL and the base URL',
    );
  });

  it('tells of tokens that are retired early, by the title alone (fact 9)', () => {
    expect(refusalHint({ auth: 'token', title: 'Problem with provided token' })).toContain(
      'minutes after they were made',
    );
    expect(refusalHint({ auth: 'login', title: 'Problem With Provided Token.' })).toContain('ask the provider');
  });
});

describe('a final refusal', () => {
  it('knows the granted scope, also of a token from the store', async () => {
    const { authorise, authoriser, another } = setUp({
      respond: (_request, number) => granted(number, { scope: 'default' }),
    });
    const token = await authorise();
    const verdict = authoriser.refused({ token, renewals: 0 });
    expect(verdict).toEqual({ replay: false, hint: expect.stringContaining('without the scope openid') });

    const later = another();
    later.refused({ token: await later.authorise(patient()), renewals: 0 });
    const next = await later.authorise(patient());
    expect(later.refused({ token: next, renewals: 0 })).toMatchObject({
      hint: expect.stringContaining('without the scope openid'),
    });
  });
});
