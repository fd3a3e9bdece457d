import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { readRetryAfter } from '../../../src/core/http/retry-after.ts';

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

  it('a date that has passed is no wait', () => {
    expect(read({ 'retry-after': 'Sat, 12 Sep 2026 19:00:00 GMT' })).toBe(0);
  });

  it.each([
    ['nothing', {}],
    ['an empty header', { 'retry-after': '' }],
    ['a negative number', { 'retry-after': '-5' }],
    ['a fraction', { 'retry-after': '1.5' }],
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

  it('never throws and is never negative, whatever stands there', () => {
    const anyHeader = fc.string({ unit: 'grapheme-ascii' });
    fc.assert(
      fc.property(anyHeader, anyHeader, fc.string(), (retryAfter, date, nextAccessTime) => {
        const wait = read({ 'retry-after': retryAfter, date }, nextAccessTime);
        expect(wait ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
