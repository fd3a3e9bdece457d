import { describe, expect, it } from '@jest/globals';
import { ConfigurationError } from '../../../src/core/errors/index.ts';
import { resolveInstant, resolveRange } from '../../../src/core/time/index.ts';

const now = new Date('2026-06-15T12:00:00.250Z');
const newYork = 'America/New_York';

function hours({ from, to }: { from: Date; to: Date }): number {
  return (to.getTime() - from.getTime()) / 3_600_000;
}

describe('a range', () => {
  it('without a zone is UTC', () => {
    expect(resolveRange({ from: '2026-03-01', to: '2026-04-01' }, now)).toEqual({
      from: new Date('2026-03-01T00:00:00Z'),
      to: new Date('2026-04-01T00:00:00Z'),
      endsInFuture: false,
    });
  });

  it.each([
    ['a Date', new Date('2026-03-01T14:30:00Z')],
    ['an instant in UTC', '2026-03-01T14:30:00Z'],
    ['an instant with an offset', '2026-03-01T09:30:00-05:00'],
    ['an offset without a colon', '2026-03-01 09:30:00-0500'],
    ['a local time', '2026-03-01T09:30'],
    ['a local time with a space and seconds', '2026-03-01 09:30:00'],
  ])('takes %s', (_what, from) => {
    const range = resolveRange({ from, to: '2026-04-01', timeZone: newYork }, now);
    expect(range.from).toEqual(new Date('2026-03-01T14:30:00Z'));
    expect(range.to).toEqual(new Date('2026-04-01T04:00:00Z'));
  });

  it('of the day the clocks go forward has 23 hours, and back 25', () => {
    expect(hours(resolveRange({ from: '2026-03-08', to: '2026-03-09', timeZone: newYork }, now))).toBe(23);
    expect(hours(resolveRange({ from: '2025-11-02', to: '2025-11-03', timeZone: newYork }, now))).toBe(25);
  });

  it('moves a skipped local time on by the gap, and takes the earlier of two', () => {
    expect(resolveInstant('2026-03-08T02:30', 'from', newYork)).toEqual(new Date('2026-03-08T07:30:00Z'));
    expect(resolveInstant('2025-11-02T01:30', 'from', newYork)).toEqual(new Date('2025-11-02T05:30:00Z'));
  });

  it('begins with the first instant of a day that has no midnight', () => {
    // Beirut skips 00:00 to 01:00, Toronto skipped 23:30 to 00:30 in 1919, and Samoa a whole day.
    expect(resolveInstant('2026-03-29', 'from', 'Asia/Beirut')).toEqual(new Date('2026-03-28T22:00:00Z'));
    expect(resolveInstant('1919-03-31', 'from', 'America/Toronto')).toEqual(new Date('1919-03-31T04:30:00Z'));
    expect(resolveInstant('2011-12-30', 'from', 'Pacific/Apia')).toEqual(new Date('2011-12-30T10:00:00Z'));
  });

  it.each([
    ['2026-03-01T00:00:00.001Z', '2026-03-01T00:00:01Z'],
    ['2026-03-01T00:00:00.000000001Z', '2026-03-01T00:00:01Z'],
    ['2026-03-01T00:00:00.000Z', '2026-03-01T00:00:00Z'],
    ['2026-03-01T00:00:00.000001', '2026-03-01T00:00:01Z'],
  ])('rounds a bound below the second up: %s', (given, expected) => {
    expect(resolveInstant(given, 'from')).toEqual(new Date(expected));
  });

  it('rounds within the earlier of two hours that the clocks show twice', () => {
    expect(resolveInstant('2025-11-02T01:59:59.5', 'from', newYork)).toEqual(new Date('2025-11-02T06:00:00Z'));
  });

  it('that ends now does not end in the future, and one that ends later does', () => {
    expect(resolveRange({ from: '2026-06-15', to: now }, now).endsInFuture).toBe(false);
    expect(resolveRange({ from: '2026-06-15', to: '2026-06-15T12:00:02Z' }, now).endsInFuture).toBe(true);
  });

  it.each([
    ['whose end comes first', { from: '2026-04-01', to: '2026-03-01' }, 'before `from` (2026-04-01T00:00:00Z)'],
    ['of no length', { from: '2026-03-01', to: '2026-03-01' }, 'the same second as'],
    ['within a second', { from: '2026-03-01T00:00:00.2Z', to: '2026-03-01T00:00:00.7Z' }, 'the same second as'],
    ['wholly in the future', { from: '2026-06-16', to: '2026-06-17' }, 'in the future'],
    ['from now on', { from: now, to: '2026-06-17' }, 'in the future'],
    ['in an unknown zone', { from: '2026-03-01', to: '2026-03-02', timeZone: 'America/Newark' }, '"America/Newark"'],
    ['in an unknown zone it does not need', { from: new Date(0), to: now, timeZone: '' }, 'not a known time zone'],
    ['from 30 February', { from: '2026-02-30', to: '2026-03-02' }, '`from` is "2026-02-30"'],
    ['to 24:00', { from: '2026-02-01', to: '2026-02-02T24:00' }, '`to` is "2026-02-02T24:00"'],
    ['from an invalid Date', { from: new Date(NaN), to: now }, '`from` is an invalid'],
    ['of free text', { from: 'yesterday', to: now }, '`from` is "yesterday"'],
    ['of a date with an offset', { from: '2026-02-01Z', to: now }, '"2026-02-01Z"'],
    ['of an impossible offset', { from: '2026-02-01T00:00+24:00', to: now }, '`from`'],
    ['beyond the four digits of a year', { from: new Date(0), to: new Date(8.64e15) }, '`to` is an invalid'],
  ])('%s is refused in a sentence', (_what, range, text) => {
    expect(() => resolveRange(range, now)).toThrow(ConfigurationError);
    expect(() => resolveRange(range, now)).toThrow(text);
  });

  it('refuses what JavaScript may hand in', () => {
    const missing = undefined as unknown as string;
    expect(() => resolveRange({ from: missing, to: now }, now)).toThrow('`from` is a value of type undefined');
  });

  it('does not print a phone number given as `from` by mistake', () => {
    expect(() => resolveRange({ from: '+1 732 555 0100', to: now }, now)).toThrow(/^(?!.*0100)`from`/);
  });
});
