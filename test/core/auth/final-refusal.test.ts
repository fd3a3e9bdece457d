import { describe, expect, it } from '@jest/globals';
import type { AuthOption } from '../../../src/core/auth/auth-option.ts';
import type { TokenRefusal } from '../../../src/core/http/send.ts';
import { credentials, granted, patient, setUp } from './set-up.ts';

const code = { clientId: 'c', clientSecret: 's', authorizationCode: 'x', redirectUri: 'https://a.example/' };

/** The problem that a client names when its new token is refused on its first use. */
async function problemOf(
  auth: AuthOption,
  refusal: Partial<TokenRefusal>,
  scope: string | undefined,
): Promise<string | undefined> {
  const { authoriser } = setUp({ auth, respond: (_request, number) => granted(number, { scope }) });
  for (;;) {
    const token = await authoriser.authorise(patient());
    const verdict = authoriser.refused({ token, renewals: 0, ...refusal });
    if (!verdict.replay) return verdict.problem;
  }
}

let made = 0;
const makeToken = (): string => `made-${(made += 1)}`;
const retired = { title: 'Problem With Provided Token.' };
const unknownToken = { faultCode: '900901' };

describe('a final refusal', () => {
  it.each<[string, AuthOption, Partial<TokenRefusal>, string, string]>([
    ['a login with the scope openid', credentials, {}, 'profile openid', 'no-role-or-wrong-account'],
    ['a login without the scope openid (fact 6)', credentials, {}, 'default device_1', 'missing-scope'],
    ['a login whose token the gateway does not know (fact 2)', credentials, unknownToken, 'openid', 'token-unknown'],
    ['a login whose token was retired (fact 9)', credentials, retired, 'openid', 'new-token-retired'],
    ['a code without the scope openid', code, {}, 'default', 'missing-scope'],
    ['a code whose token the gateway does not know', code, unknownToken, 'openid', 'token-unknown'],
    ['a given token (facts 4, 6, 7)', 'a-token', {}, '', 'no-scope-role-or-wrong-account'],
    ['a given token that was retired (fact 9)', 'a-token', retired, '', 'token-retired'],
    ['a token function (facts 4, 6, 7)', makeToken, {}, '', 'no-scope-role-or-wrong-account'],
    ['a token function whose token was retired', makeToken, retired, '', 'new-token-retired'],
    ['a token function whose token is invalid', makeToken, unknownToken, '', 'token-invalid'],
  ])('of %s names its cause', async (_what, auth, refusal, scope, problem) => {
    await expect(problemOf(auth, refusal, scope)).resolves.toBe(problem);
  });

  it.each(['900901', '900902', '900905', '900907', '900909', '900911'])(
    'calls a given token invalid or expired for %s (fact 29)',
    async (faultCode) => {
      await expect(problemOf('a-token', { faultCode }, undefined)).resolves.toBe('token-invalid');
    },
  );

  it('knows the granted scope of a token from the store too', async () => {
    const { authorise, another } = setUp({
      respond: (_request, number) => granted(number, { scope: 'default' }),
    });
    await authorise();
    const later = another();
    later.refused({ token: await later.authorise(patient()), renewals: 0 });
    const next = await later.authorise(patient());
    expect(later.refused({ token: next, renewals: 0 })).toMatchObject({ problem: 'missing-scope' });
  });
});
