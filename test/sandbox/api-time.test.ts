import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { apiTime } from '../../src/sandbox/calls/api-time.ts';

const utc = apiTime('UTC');
const newYork = apiTime('America/New_York');
const second = (iso: string): number => Date.parse(iso) / 1000;

describe('times as the API writes them (fact 18)', () => {
  it('times are read and written to the second', () => {
    expect(utc.format(second('2026-03-08T23:59:59Z'))).toBe('2026-03-08 23:59:59');
    expect(utc.parse('2026-03-08 23:59:59')).toBe(second('2026-03-08T23:59:59Z'));
  });

  it.each(['2026-03-08T23:59:59', '2026-03-08T23:59:59Z', '2026-03-08', '2026-02-30 00:00:00', '2026-03-08 24:00:01'])(
    '%s is not a time of the API',
    (text) => {
      expect(utc.parse(text)).toBeUndefined();
    },
  );

  it('a time that is written and read is the same, in every zone whose clocks never go back', () => {
    const instants = fc.integer({ min: second('2020-01-01T00:00:00Z'), max: second('2035-01-01T00:00:00Z') });
    for (const zone of ['UTC', 'Asia/Kolkata', 'Asia/Kathmandu', 'Pacific/Kiritimati']) {
      const time = apiTime(zone);
      fc.assert(fc.property(instants, (instant) => time.parse(time.format(instant)) === instant));
    }
  });

  it('a time that a clock change skips or repeats is read with the offset from before the change', () => {
    expect(newYork.format(second('2026-03-08T06:59:59Z'))).toBe('2026-03-08 01:59:59');
    expect(newYork.format(second('2026-03-08T07:00:00Z'))).toBe('2026-03-08 03:00:00');
    expect(newYork.parse('2026-03-08 03:00:00')).toBe(second('2026-03-08T07:00:00Z'));
    expect(newYork.parse('2026-03-08 02:30:00')).toBe(second('2026-03-08T07:30:00Z'));
    expect(newYork.parse('2026-11-01 01:30:00')).toBe(second('2026-11-01T05:30:00Z'));
    expect(newYork.parse('2026-11-01 03:30:00')).toBe(second('2026-11-01T08:30:00Z'));
  });
});
