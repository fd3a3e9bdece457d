import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ConfigurationError } from '../../../src/index.ts';
import { createTokenCipher } from '../../../src/tools/token-store/token-cipher.ts';
import { credentials, errorOf } from '../../core/auth/set-up.ts';
import { draws } from '../../support/draws.ts';

const tokens = { accessToken: 'token-1', refreshToken: 'refresh-1' };
const code = {
  clientId: 'client-7',
  clientSecret: 'sesame',
  authorizationCode: 'code-1',
  redirectUri: 'https://e.com',
};

describe('encrypted tokens', () => {
  const cipher = createTokenCipher(credentials);

  it('are decrypted by the same credentials in another process', async () => {
    const encrypted = await cipher.encrypt('key', tokens);
    await expect(createTokenCipher({ ...credentials }).decrypt('key', encrypted)).resolves.toEqual(tokens);
  });

  it('are decrypted in any spelling of the user name, since the row belongs to the user', async () => {
    const encrypted = await cipher.encrypt('key', tokens);
    const spelt = createTokenCipher({ ...credentials, username: 'JANE@example.com@vbc.prod ' });
    await expect(spelt.decrypt('key', encrypted)).resolves.toEqual(tokens);
  });

  it('differ each time, with one salt as long as the row has the same credentials', async () => {
    const [one, other] = [await cipher.encrypt('key', tokens), await cipher.encrypt('key', tokens)];
    expect(one).not.toBe(other);
    expect(one.split('.')[1]).toBe(other.split('.')[1]);
    const later = createTokenCipher(credentials);
    await later.decrypt('key', one);
    expect((await later.encrypt('key', tokens)).split('.')[1]).toBe(one.split('.')[1]);
  });

  it('have a salt for each row', async () => {
    const [one, other] = [await cipher.encrypt('key', tokens), await cipher.encrypt('other', tokens)];
    expect(one.split('.')[1]).not.toBe(other.split('.')[1]);
  });

  it.each([
    ['password', { ...credentials, password: 'changed' }],
    ['client secret', { ...credentials, clientSecret: 'changed' }],
    ['grant', code],
  ])('are unknown, and not damaged, after a change of the %s', async (_what, changed) => {
    const encrypted = await cipher.encrypt('key', tokens);
    await expect(createTokenCipher(changed).decrypt('key', encrypted)).resolves.toBeUndefined();
  });

  it('of an authorization code are decrypted by the same code', async () => {
    const encrypted = await createTokenCipher(code).encrypt('key', tokens);
    await expect(createTokenCipher(code).decrypt('key', encrypted)).resolves.toEqual(tokens);
    const another = createTokenCipher({ ...code, authorizationCode: 'code-2' });
    await expect(another.decrypt('key', encrypted)).resolves.toBeUndefined();
  });

  it('cannot be decrypted in another row', async () => {
    const error = await errorOf(cipher.decrypt('other', await cipher.encrypt('key', tokens)));
    expect(error.message).toBe('The row is damaged or of another release');
  });

  it('are never decrypted to anything else after a change of any character', async () => {
    const encrypted = await cipher.encrypt('key', tokens);
    const character = fc.constantFrom('A', 'Z', 'a', 'z', '0', '9', '-', '_', '.');
    await fc.assert(
      fc.asyncProperty(fc.nat(encrypted.length - 1), character, async (index, other) => {
        const changed = encrypted.slice(0, index) + other + encrypted.slice(index + 1);
        // The last bits of a word may have no meaning.
        const found = await cipher.decrypt('key', changed).catch(() => undefined);
        expect([undefined, tokens]).toContainEqual(found);
        if (found !== undefined) expect(bytesOf(changed)).toEqual(bytesOf(encrypted));
      }),
      { numRuns: draws(100, 500) },
    );
  });

  it.each(['', '1', '1....', 'nonsense', '2.a.b.c.d', '1.AAAA.AAAA.AAAA.AAAA'])(
    'that no release wrote are damaged: "%s"',
    async (encrypted) => {
      await expect(cipher.decrypt('key', encrypted)).rejects.toThrow('The row is damaged or of another release');
    },
  );
});

describe('a cipher', () => {
  it.each([
    ['password', { ...credentials, password: '' }],
    ['client secret', { ...credentials, clientSecret: undefined }],
    ['credentials', 'a-token'],
  ])('is not made without a %s, and does not show the others', (_what, incomplete) => {
    const make = (): unknown => createTokenCipher(incomplete as typeof credentials);
    expect(make).toThrow(ConfigurationError);
    expect(make).not.toThrow(/sesame|staple|a-token/);
  });
});

function bytesOf(encrypted: string): string[] {
  return encrypted.split('.').map((word) => Buffer.from(word, 'base64url').toString('hex'));
}
