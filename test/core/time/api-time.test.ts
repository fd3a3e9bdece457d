import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ConfigurationError, MalformedResponseError } from '../../../src/core/errors/index.ts';
import { callEnd, callStart, formatApiTime, parseApiTime, tryParseApiTime } from '../../../src/core/time/index.ts';

const apiDates = fc.date({
  min: new Date('1000-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});

describe('times as the API writes them (fact 18)', () => {
  it('are yyyy-MM-dd HH:mm:ss in UTC', () => {
    expect(formatApiTime(new Date('2026-03-01T05:06:07.999Z'))).toBe('2026-03-01 05:06:07');
    expect(parseApiTime('2026-03-01 05:06:07')).toEqual(new Date('2026-03-01T05:06:07Z'));
  });

  it('come back as they went, to the second', () => {
    fc.assert(
      fc.property(apiDates, (date) => {
        expect(parseApiTime(formatApiTime(date)).getTime()).toBe(Math.floor(date.getTime() / 1000) * 1000);
      }),
    );
  });

  it.each([
    ['an ISO instant', '2026-03-01T05:06:07Z'],
    ['a day that does not exist', '2026-02-30 00:00:00'],
    ['29 February of a common year', '2026-02-29 00:00:00'],
    ['month 13', '2026-13-01 00:00:00'],
    ['month 0', '2026-00-01 00:00:00'],
    ['24:00:00', '2026-03-01 24:00:00'],
    ['a leap second', '2016-12-31 23:59:60'],
    ['a date alone', '2026-03-01'],
    ['text around it', ' 2026-03-01 05:06:07'],
    ['a fraction', '2026-03-01 05:06:07.0'],
    ['nothing', ''],
  ])('are strict: %s is refused', (_what, text) => {
    expect(tryParseApiTime(text)).toBeUndefined();
    expect(() => parseApiTime(text)).toThrow(ConfigurationError);
  });

  it.each([new Date(NaN), new Date('+010000-01-01T00:00:00Z'), new Date('0999-12-31T23:59:59Z')])(
    'are not written for a date that has none: %p',
    (date) => {
      expect(() => formatApiTime(date)).toThrow(ConfigurationError);
    },
  );
});

describe('the times of a call', () => {
  it('are its start and its end, read as UTC', () => {
    const call = { start: '2026-03-01 23:59:50', end: '2026-03-02 00:00:10' };
    expect(callStart(call)).toEqual(new Date('2026-03-01T23:59:50Z'));
    expect(callEnd(call)).toEqual(new Date('2026-03-02T00:00:10Z'));
  });

  it('blame the server when a row holds something else, and print none of it', () => {
    expect(() => callStart({ start: '17325550100' })).toThrow(MalformedResponseError);
    expect(() => callEnd({ end: '17325550100' })).toThrow(/^(?!.*1732).*`end`/);
  });
});
