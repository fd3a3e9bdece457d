import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { countTicks } from '../../../../src/tools/report/page/charts/drawing.ts';
import {
  clockDuration,
  durationBucket,
  longTime,
  percent,
  rangeTitle,
  shortCount,
  spokenDuration,
} from '../../../../src/tools/report/page/format.ts';
import { stepLimits } from '../../../../src/tools/report/page/charts/hours.ts';

describe('a share', () => {
  it.each([
    [0, '0%'],
    [0.001, '<1%'],
    [0.614, '61%'],
    [0.9999, '>99%'],
    [1, '100%'],
  ])('of %d is %s: 100% means all and 0% means none', (share, expected) => {
    expect(percent(share)).toBe(expected);
  });
});

describe('a number in a cell', () => {
  it.each([
    [999, '999'],
    [1_000, '1.0k'],
    [9_949, '9.9k'],
    [12_345, '12k'],
    [999_499, '999k'],
    [999_500, '1.0M'],
    [25_000_000, '25M'],
  ])('%d is %s', (value, expected) => {
    expect(shortCount(value)).toBe(expected);
  });

  it('has at most four characters below a thousand million', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 999_000_000 }), (value) => shortCount(value).length <= 4));
  });
});

describe('a duration', () => {
  it('in a table is exact', () => {
    fc.assert(
      fc.property(fc.nat(100_000_000), (seconds) => {
        const [hours = 0, minutes = 0, rest = 0] = clockDuration(seconds).replaceAll(',', '').split(':').map(Number);
        expect(hours * 3600 + minutes * 60 + rest).toBe(seconds);
      }),
    );
  });

  it.each([
    [0, '0 s'],
    [59, '59 s'],
    [60, '1 min'],
    [423, '7 min 3 s'],
    [3_600, '1 h'],
    [526_200, '146 h 10 min'],
    [6_577_200, '1,827 h'],
  ])('of %d seconds in a sentence is %s', (seconds, expected) => {
    expect(spokenDuration(seconds)).toBe(expected);
  });

  it.each([
    [0, 30, 'under 30 s'],
    [30, 60, '30 s – 1 min'],
    [60, 120, '1–2 min'],
    [1_800, 3_600, '30 min – 1 h'],
    [3_600, null, '1 h or more'],
  ])('from %d to %d seconds is %s', (from, to, expected) => {
    expect(durationBucket(from, to)).toBe(expected);
  });
});

describe('a range', () => {
  it.each([
    ['a month', '2026-01-01T00:00:00-05:00', '2026-02-01T00:00:00-05:00', 'January 2026'],
    ['February of a leap year', '2024-02-01T00:00:00Z', '2024-03-01T00:00:00Z', 'February 2024'],
    ['a year', '2025-01-01T00:00:00Z', '2026-01-01T00:00:00Z', '2025'],
    ['a day', '2026-01-05T00:00:00Z', '2026-01-06T00:00:00Z', 'Monday 5 January 2026'],
    ['days of a month', '2026-01-05T00:00:00Z', '2026-01-19T00:00:00Z', '5 to 18 January 2026'],
    ['days of two months', '2026-01-05T00:00:00Z', '2026-02-04T00:00:00Z', '5 January to 3 February 2026'],
    ['months', '2026-01-01T00:00:00Z', '2026-04-01T00:00:00Z', '1 January to 31 March 2026'],
    ['days of two years', '2025-12-24T00:00:00Z', '2026-01-02T00:00:00Z', '24 December 2025 to 1 January 2026'],
    ['hours of a day', '2026-01-05T09:00:00Z', '2026-01-05T17:30:00Z', '5 January 2026, 09:00 to 17:30'],
    ['hours', '2026-01-05T09:00:00Z', '2026-01-07T00:00:00Z', '5 January 2026, 09:00 to 7 January 2026, 00:00'],
  ])('of %s is named as people name it', (_what, from, to, expected) => {
    expect(rangeTitle(from, to)).toBe(expected);
  });
});

describe('a time at the foot', () => {
  it.each([
    ['2026-01-01T00:00:00-05:00', '1 January 2026, 00:00:00 −05:00'],
    ['2026-01-01T05:30:00+05:30', '1 January 2026, 05:30:00 +05:30'],
    ['2026-01-01T05:00:00Z', '1 January 2026, 05:00:00 UTC'],
  ])('%s is %s', (iso, expected) => {
    expect(longTime(iso)).toBe(expected);
  });
});

describe('the ticks of an axis', () => {
  it('are whole numbers from 0, at most the highest value, and few', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000_000_000 }), (most) => {
        const ticks = countTicks(most);
        expect(ticks[0]).toBe(0);
        expect(ticks.every((tick) => Number.isInteger(tick) && tick <= most)).toBe(true);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(6);
      }),
    );
  });

  it('without calls are only 0', () => {
    expect(countTicks(0)).toEqual([0]);
  });
});

describe('the steps of a heat map', () => {
  it('are at most five, of one size, in whole numbers, and the highest value is in the last', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), (most) => {
        const limits = stepLimits(most);
        expect(limits.length).toBeLessThanOrEqual(4);
        expect(limits).toEqual(limits.map((_, index) => (index + 1) * (limits[0] ?? 0)));
        expect(limits.every((limit) => Number.isInteger(limit) && limit < most)).toBe(true);
        expect(most).toBeLessThanOrEqual((limits[0] ?? most) * 5);
      }),
    );
  });
});
