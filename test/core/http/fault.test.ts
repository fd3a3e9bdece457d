import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { readFault, readRetryAfter, type Fault } from '../../../src/core/http/fault.ts';
import { exampleResponse } from './example-response.ts';

const xml = (namespace: string, prefix: string, more = ''): string =>
  `<${prefix}:fault xmlns:${prefix}="${namespace}"><${prefix}:code>900901</${prefix}:code>` +
  `<${prefix}:message>Invalid Credentials</${prefix}:message>` +
  `<${prefix}:description>Access failure for API</${prefix}:description>${more}</${prefix}:fault>`;

describe('a fault', () => {
  it.each<[string, unknown, Fault]>([
    [
      'JSON, wrapped, with the code as a number',
      { fault: { code: 900901, message: 'Invalid Credentials', description: 'Access failure for API' } },
      { code: '900901', message: 'Invalid Credentials', description: 'Access failure for API' },
    ],
    [
      'JSON, flat, with the code as a text and nextAccessTime',
      { code: '900804', message: 'Throttled', nextAccessTime: '2026-Sep-12 20:00:00+0000 UTC' },
      { code: '900804', message: 'Throttled', nextAccessTime: '2026-Sep-12 20:00:00+0000 UTC' },
    ],
    [
      'JSON with a title alone (fact 9)',
      { title: 'Problem with provided token', status: 401 },
      { message: 'Problem with provided token' },
    ],
    ["the document's ErrorResponse with msg", { status: 500, msg: 'Internal' }, { message: 'Internal' }],
    [
      'an OAuth error (RFC 6749, 5.2)',
      { error: 'invalid_grant', error_description: '17003 User account is locked' },
      { code: 'invalid_grant', description: '17003 User account is locked' },
    ],
    [
      "the document's ValidationErrorsResponse",
      { title: 'Bad request', invalid_parameters: [{ name: 'page', reason: 'too low' }, { name: 7 }, 'nonsense'] },
      {
        message: 'Bad request',
        invalidParameters: [
          { name: 'page', reason: 'too low' },
          { name: '7', reason: '' },
        ],
      },
    ],
    [
      'XML of the security handler, prefix ams',
      xml('http://wso2.org/apimanager/security', 'ams'),
      { code: '900901', message: 'Invalid Credentials', description: 'Access failure for API' },
    ],
    [
      'XML of the throttling handler, prefix amt, after an XML declaration',
      `<?xml version="1.0"?>\n${xml('http://wso2.org/apimanager/throttling', 'amt', '<amt:nextAccessTime>2026-Sep-12 20:00:00+0000 UTC</amt:nextAccessTime>')}`,
      {
        code: '900901',
        message: 'Invalid Credentials',
        description: 'Access failure for API',
        nextAccessTime: '2026-Sep-12 20:00:00+0000 UTC',
      },
    ],
    ['XML without a prefix', '<fault><code>101503</code></fault>', { code: '101503' }],
    [
      'HTML of the edge: its title',
      '<!DOCTYPE html><html><head><title> 503 Service Unavailable </title></head></html>',
      { message: '503 Service Unavailable' },
    ],
    [
      'HTML without a doctype',
      '<html><head><title>502 Bad Gateway</title></head></html>',
      { message: '502 Bad Gateway' },
    ],
    ['an empty body', '', {}],
    ['a JSON array', '[{"code":900901}]', {}],
    ['plain text', 'upstream connect error', {}],
    ['JSON that says nothing known', { hello: 'world', code: null, fault: 'x' }, {}],
  ])('is read from %s', async (_shape, body, expected) => {
    expect(readFault(await exampleResponse({ status: 500, body }))).toEqual(expected);
  });

  it('is read from any body without a throw, and holds texts only', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (body) => {
        const answer = await exampleResponse({ status: 500, body });
        const { code, message, description, nextAccessTime } = readFault(answer);
        for (const text of [code, message, description, nextAccessTime]) {
          expect(['string', 'undefined']).toContain(typeof text);
        }
      }),
    );
  });
});

const now = Date.UTC(2026, 8, 12, 19, 59, 0);

function read(headers: Record<string, string>, nextAccessTime?: string): number | undefined {
  const fault = nextAccessTime === undefined ? {} : { nextAccessTime };
  return readRetryAfter({ headers: new Headers(headers) }, fault, now);
}

describe('how long the server asks to wait', () => {
  it.each([
    ['0', 0],
    ['1', 1000],
    ['120', 120_000],
    [' 7 ', 7000],
    ['299.997', 299_997],
    ['1.5', 1500],
  ])('Retry-After "%s" is in seconds', (header, expected) => {
    expect(read({ 'retry-after': header })).toBe(expected);
  });

  it.each([
    ['IMF-fixdate', 'Sat, 12 Sep 2026 20:00:00 GMT'],
    ['RFC 850', 'Saturday, 12-Sep-26 20:00:00 GMT'],
    ['asctime, which names no zone and means GMT', 'Sat Sep 12 20:00:00 2026'],
  ])('Retry-After takes the HTTP date in the form of %s', (_form, header) => {
    expect(read({ 'retry-after': header })).toBe(60_000);
  });

  it.each([
    ['2026-Sep-12 20:00:00+0000 UTC', 60_000],
    ['2026-Sep-12 22:00:00+0200 CEST', 60_000],
    ['2026-Sep-12 20:00:00+00:00 UTC', 60_000],
  ])('nextAccessTime "%s" counts where Retry-After is absent (fact 30)', (nextAccessTime, expected) => {
    expect(read({}, nextAccessTime)).toBe(expected);
  });

  it('Retry-After comes before nextAccessTime', () => {
    expect(read({ 'retry-after': '5' }, '2026-Sep-12 20:00:00+0000 UTC')).toBe(5000);
  });

  it("counts a date from the server's own Date, so that a wrong clock here doesn't matter", () => {
    const date = 'Sat, 12 Sep 2026 08:00:00 GMT';
    expect(read({ date, 'retry-after': 'Sat, 12 Sep 2026 08:00:30 GMT' })).toBe(30_000);
    expect(read({ date }, '2026-Sep-12 08:00:45+0000 UTC')).toBe(45_000);
  });

  it('a date that has passed means no wait', () => {
    expect(read({ 'retry-after': 'Sat, 12 Sep 2026 19:00:00 GMT' })).toBe(0);
  });

  it.each([
    ['nothing', {}],
    ['an empty header', { 'retry-after': '' }],
    ['a negative number', { 'retry-after': '-5' }],
    ['a fraction without a whole part', { 'retry-after': '.5' }],
    ['a bare year', { 'retry-after': '2026 ' + 'GMT' }],
    ['words', { 'retry-after': 'Later today' }],
    ['a day that does not exist', { 'retry-after': 'Sat, 99 Foo 2026 20:00:00 GMT' }],
  ])('is unknown with %s', (_what, headers) => {
    expect(read(headers as Record<string, string>)).toBeUndefined();
  });

  it.each(['2026-Foo-12 20:00:00+0000 UTC', '2026-Sep-99 20:00:00+0000 UTC', 'soon', ''])(
    'is unknown with nextAccessTime "%s"',
    (nextAccessTime) => {
      expect(read({}, nextAccessTime)).toBeUndefined();
    },
  );

  it('falls back to nextAccessTime where Retry-After can not be read', () => {
    expect(read({ 'retry-after': 'later' }, '2026-Sep-12 20:00:00+0000 UTC')).toBe(60_000);
  });

  it('never throws and is never negative, whatever the header holds', () => {
    const anyHeader = fc.string({ unit: 'grapheme-ascii' });
    fc.assert(
      fc.property(anyHeader, anyHeader, fc.string(), (retryAfter, date, nextAccessTime) => {
        const wait = read({ 'retry-after': retryAfter, date }, nextAccessTime);
        expect(wait ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
