import { inspect } from 'node:util';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { excerpt, redact, safeCause, withoutSecrets } from '../../../src/core/errors/redact.ts';

const characters = (alphabet: string, min: number, max: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...Array.from(alphabet)), minLength: min, maxLength: max });

const wordCharacters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const anyToken = characters(wordCharacters + '-_', 24, 900);
const anyShortToken = characters(wordCharacters + '-._', 8, 23);
const anyPassword = characters(wordCharacters + '!#$%()*', 4, 40);
const words = fc.constantFrom('', 'The value ', 'refused: ', 'user jane, ', '<b>', '{"message":"', 'x '.repeat(300));

const separators = fc.constantFrom('', ' ', '-', '.', '/', '_', ')', ') ', ' - ', '\n', '\u0000', '\u2011', '\u2013');
const anyNumber = fc
  .tuple(
    fc.constantFrom('', '+', '00'),
    fc.array(characters('0123456789', 2, 4), { minLength: 4, maxLength: 5 }),
    separators,
  )
  .map(([prefix, groups, separator]) => ({ text: prefix + groups.join(separator), groups }));

describe('a text that is shown', () => {
  it('holds no long token, wherever it stands', () => {
    fc.assert(
      fc.property(words, anyToken, words, (before, token, after) => {
        expect(redact(before + token + after)).not.toContain(token);
        expect(excerpt(before + token + after)).not.toContain(token);
      }),
    );
  });

  it.each(['Bearer ', 'bearer ', 'Basic ', 'access_token=', 'refresh_token: ', '"token":"', 'token='])(
    'holds no short token after «%s»',
    (label) => {
      fc.assert(
        fc.property(words, anyShortToken, (before, token) => {
          expect(excerpt(`${before.slice(0, 100)}${label}${token} and more`)).not.toContain(token);
        }),
      );
    },
  );

  it.each(['password=', '"password": "', 'client_secret=', 'secret: ', 'Password = '])(
    'holds no password after «%s»',
    (label) => {
      fc.assert(
        fc.property(anyPassword, (password) => {
          expect(excerpt(`grant_type=x&${label}${password}&scope=openid`)).not.toContain(`${label}${password}`);
        }),
      );
    },
  );

  it('holds no phone number, however it is grouped', () => {
    fc.assert(
      fc.property(words, anyNumber, (before, { text, groups }) => {
        const shown = excerpt(before.slice(0, 100) + text);
        expect(shown).not.toContain(groups.join(''));
        expect(shown.match(/\d/g)?.length ?? 0).toBeLessThan(7);
      }),
    );
  });

  it.each([
    '+17325550100',
    '1732 555 0100',
    '+1 (732) 555-0100',
    '(732) 555-0100',
    '0049 30 1234567',
    '732/555/0100',
    '٠١٧٣٢٥٥٥٠١٠٠',
    '%2B17325550100',
  ])('says [number] in place of %s', (number) => {
    const shown = excerpt(`from ${number} is no extension`);
    expect(shown).toContain('[number] is no extension');
    expect(shown).not.toMatch(/732|0100|1234567/);
  });

  it('keeps fault codes, statuses and ordinary words', () => {
    const text = 'Fault 900901 (401): Invalid Credentials for account 913874, page 12 of 340';
    expect(excerpt(text)).toBe(text);
  });

  it('is one line of at most 200 characters, without control characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
        const shown = excerpt(text);
        expect(shown.length).toBeLessThanOrEqual(200);
        expect(shown).not.toMatch(/\p{Cc}/u);
      }),
    );
  });

  it('costs the same for a body of megabytes', () => {
    expect(excerpt('1'.repeat(5_000_000))).toBe('[redacted]');
  });
});

describe('a text without known secrets', () => {
  it('holds none, in whatever spelling a server repeats it', () => {
    const secret = 'p&ss "w<rd" +1';
    const spellings = [
      secret,
      encodeURIComponent(secret),
      new URLSearchParams({ secret }).toString(),
      JSON.stringify({ secret }),
      'p&amp;ss &quot;w&lt;rd&quot; +1',
    ];
    for (const spelling of spellings) {
      expect(withoutSecrets(`wrong: ${spelling}, sorry`, [secret])).toMatch(/^wrong: .*\[redacted\].*, sorry$/);
      expect(withoutSecrets(spelling, [secret])).not.toContain('ss');
    }
  });

  it('keeps what only looks like a very short secret', () => {
    expect(withoutSecrets('the password is wrong', ['the'])).toBe('the password is wrong');
  });
});

const longToken = 'abcdefghijklmnopqrstuvwxyz0123456789';

describe('a foreign error kept as a cause', () => {
  it('keeps its name, code and message', () => {
    const foreign = Object.assign(new TypeError('fetch failed'), { code: 'ECONNRESET' });
    expect(safeCause(foreign)).toMatchObject({ name: 'TypeError', code: 'ECONNRESET', message: 'fetch failed' });
  });

  it('loses what hangs on it, such as a request with its headers, on every level', () => {
    const inner = Object.assign(new Error(`sent Bearer ${longToken}`), {
      request: { headers: { authorization: longToken } },
    });
    const foreign = Object.assign(new Error('fetch failed', { cause: inner }), { config: { token: longToken } });
    const shown = inspect(safeCause(foreign), { depth: Infinity, showHidden: true });
    expect(shown).toContain('fetch failed');
    expect(shown).toContain('Bearer [redacted]');
    expect(shown).not.toContain(longToken);
  });

  it('ends, even where a cause is its own cause', () => {
    const foreign = new Error('again');
    foreign.cause = foreign;
    expect(inspect(safeCause(foreign), { depth: Infinity })).toContain('again');
  });

  it('is an error, even where a text or nothing was thrown', () => {
    expect(safeCause(`token=${longToken}`).message).toBe('token=[redacted]');
    expect(safeCause(undefined).message).toBe('undefined');
  });
});
