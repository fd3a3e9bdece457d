import { describe, expect, it } from '@jest/globals';
import { createLocalTimeFormatter, formatForPeople } from '../../../src/core/time/index.ts';

describe('an instant for people', () => {
  it.each([
    ['2026-03-01T05:00:00Z', 'America/New_York', '2026-03-01 00:00 EST (UTC-05:00)'],
    ['2026-04-01T04:00:30Z', 'America/New_York', '2026-04-01 00:00:30 EDT (UTC-04:00)'],
    ['2026-03-01T05:00:00Z', 'Europe/Berlin', '2026-03-01 06:00 (UTC+01:00)'],
    ['2026-03-01T05:00:00Z', 'Asia/Kathmandu', '2026-03-01 10:45 (UTC+05:45)'],
    ['2026-03-01T05:00:00Z', 'UTC', '2026-03-01 05:00 UTC'],
  ])('%s in %s is %s', (instant, timeZone, expected) => {
    expect(formatForPeople(new Date(instant), timeZone)).toBe(expected);
  });
});

describe('an instant as a local time', () => {
  it('carries its offset, on both sides of a change of the clocks', () => {
    const format = createLocalTimeFormatter('America/New_York');
    const instants = ['2026-03-08T06:59:59Z', '2026-03-08T07:00:00Z'];
    expect(instants.map((instant) => format(new Date(instant)))).toEqual([
      '2026-03-08T01:59:59-05:00',
      '2026-03-08T03:00:00-04:00',
    ]);
  });
});
