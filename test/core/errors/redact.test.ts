import { inspect } from 'node:util';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { excerpt, redact, safeCause, shownId, withoutSecrets } from '../../../src/core/errors/redact.ts';

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
  it('holds no long token, wherever it was', () => {
    fc.assert(
      fc.property(words, anyToken, words, (before, token, after) => {
        expect(redact(before + token + after)).not.toContain(token);
        expect(excerpt(before + token + after)).not.toContain(token);
      }),
    );
  });

  it.each(['Bearer ', 'bearer ', 'Basic ', 'access_token=', 'refresh_token: ', '"token":"', 'token='])(
    'holds no short token after "%s"',
    (label) => {
      fc.assert(
        fc.property(words, anyShortToken, (before, token) => {
          expect(excerpt(`${before.slice(0, 100)}${label}${token} and more`)).not.toContain(token);
        }),
      );
    },
  );

  it.each(['password=', '"password": "', 'client_secret=', 'secret: ', 'Password = '])(
    'holds no password after "%s"',
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
  ])('says [number] instead of %s', (number) => {
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
  const secret = 'p&ss "w<rd" (é)\'!*~ +1/=';
  const decimal = (text: string): string => Array.from(text, (one) => `&#${one.codePointAt(0) ?? 0};`).join('');
  const hexadecimal = (text: string): string =>
    Array.from(text, (one) => `&#x${(one.codePointAt(0) ?? 0).toString(16).toUpperCase()};`).join('');
  const inHtml = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  const lowerCase = (text: string): string => text.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());

  it.each([
    ['as it is', secret],
    ['in a URL', encodeURIComponent(secret)],
    ['in a URL in lower case', lowerCase(encodeURIComponent(secret))],
    ['in a URL, encoded twice', encodeURIComponent(encodeURIComponent(secret))],
    ['in a form', new URLSearchParams({ secret }).toString()],
    ['in a form in lower case', lowerCase(new URLSearchParams({ secret }).toString())],
    ['in JSON', JSON.stringify({ secret })],
    ['in JSON with escaped slashes', JSON.stringify({ secret }).replaceAll('/', '\\/')],
    ['in JSON as ASCII', JSON.stringify({ secret }).replaceAll('é', '\\u00E9').replaceAll('&', '\\u0026')],
    ['in HTML by name', inHtml(secret)],
    ['in HTML with apostrophes', inHtml(secret).replaceAll("'", '&#39;')],
    ['in HTML by name of the apostrophe', inHtml(secret).replaceAll("'", '&apos;')],
  ])('holds none %s', (_how, spelling) => {
    expect(withoutSecrets(`wrong: ${spelling}, sorry`, [secret])).toMatch(/^wrong: .*\[redacted\].*, sorry$/);
    expect(withoutSecrets(spelling, [secret])).not.toContain('ss');
  });

  it('holds none even if every character is escaped in a different way', () => {
    const escapes = fc.constantFrom(
      (one: string) => one,
      encodeURIComponent,
      (one: string) => lowerCase(encodeURIComponent(one)),
      (one: string) => inHtml(one),
      (one: string) => (/[A-Za-z0-9]/.test(one) ? one : decimal(one)),
      (one: string) => (/[A-Za-z0-9]/.test(one) ? one : hexadecimal(one)),
      (one: string) => JSON.stringify(one).slice(1, -1),
    );
    const characters = fc.array(fc.tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }), escapes), {
      minLength: 4,
      maxLength: 30,
    });
    fc.assert(
      fc.property(characters, (parts) => {
        const known = parts.map(([one]) => one).join('');
        const repeated = parts.map(([one, escape]) => Array.from(one, escape).join('')).join('');
        expect(withoutSecrets(`<${repeated}>`, [known])).toBe('<[redacted]>');
      }),
    );
  });

  it('holds none with characters that mean something in a pattern, or beyond ASCII', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 4, maxLength: 30 }), (secret) => {
        for (const spelling of [secret, new URLSearchParams({ secret }).toString(), JSON.stringify({ secret })]) {
          expect(withoutSecrets(spelling, [secret])).toContain('[redacted]');
        }
      }),
    );
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

describe("a server's id of a request", () => {
  it.each(['550e8400-e29b-41d4-a716-446655440000', '8f3a2bc1d4e5f607-FRA', 'req-4711', 'deadbeef0123456789abcdef'])(
    'is shown as it is: %s',
    (id) => {
      expect(shownId(id, [])).toBe(id);
    },
  );

  it.each([
    ['17325550100', '[number]'],
    ['call +1 732 555 0100', 'call [number]'],
    ['550e8400-17325550100-token-4711', '550e8400-[number]-token-4711'],
    ['for sesame%2b1', 'for [redacted]'],
  ])('shows neither a phone number nor a secret: %s', (id, shown) => {
    expect(shownId(id, ['sesame+1'])).not.toMatch(/17325550100|732 555|sesame/);
    expect(shownId(id, ['sesame+1'])).toContain(shown.slice(0, 4));
  });

  it('is at most 100 characters long', () => {
    expect(shownId('x'.repeat(500), [])).toHaveLength(100);
  });
});
