import { describe, expect, it } from '@jest/globals';
import { writeInstead } from '../../../src/core/time/phrase-problems.ts';
import { ConfigurationError } from '../../../src/core/errors/index.ts';
import { parseRange, type PhraseKind, readInstant, readRange } from '../../../src/core/time/range-phrases.ts';

/** A Wednesday afternoon in UTC, Wednesday morning in New York, and already Thursday in Auckland. */
const now = new Date('2026-03-11T15:30:20.500Z');
const zones = ['UTC', 'America/New_York', 'Pacific/Auckland'] as const;

function span({ from, to }: { readonly from: Date; readonly to: Date }): string {
  return `${seconds(from)} → ${seconds(to)}`;
}

function seconds(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}

/** The instants were computed by another program (Python's zoneinfo) from the local times that are meant. */
const understood: readonly (readonly [phrase: string, utc: string, newYork: string, auckland: string])[] = [
  [
    'today',
    '2026-03-11T00:00:00Z → 2026-03-12T00:00:00Z',
    '2026-03-11T04:00:00Z → 2026-03-12T04:00:00Z',
    '2026-03-11T11:00:00Z → 2026-03-12T11:00:00Z',
  ],
  [
    'Today',
    '2026-03-11T00:00:00Z → 2026-03-12T00:00:00Z',
    '2026-03-11T04:00:00Z → 2026-03-12T04:00:00Z',
    '2026-03-11T11:00:00Z → 2026-03-12T11:00:00Z',
  ],
  [
    ' today ',
    '2026-03-11T00:00:00Z → 2026-03-12T00:00:00Z',
    '2026-03-11T04:00:00Z → 2026-03-12T04:00:00Z',
    '2026-03-11T11:00:00Z → 2026-03-12T11:00:00Z',
  ],
  [
    'yesterday',
    '2026-03-10T00:00:00Z → 2026-03-11T00:00:00Z',
    '2026-03-10T04:00:00Z → 2026-03-11T04:00:00Z',
    '2026-03-10T11:00:00Z → 2026-03-11T11:00:00Z',
  ],
  [
    'YESTERDAY',
    '2026-03-10T00:00:00Z → 2026-03-11T00:00:00Z',
    '2026-03-10T04:00:00Z → 2026-03-11T04:00:00Z',
    '2026-03-10T11:00:00Z → 2026-03-11T11:00:00Z',
  ],
  [
    '2026-01-05',
    '2026-01-05T00:00:00Z → 2026-01-06T00:00:00Z',
    '2026-01-05T05:00:00Z → 2026-01-06T05:00:00Z',
    '2026-01-04T11:00:00Z → 2026-01-05T11:00:00Z',
  ],
  [
    '2024-02-29',
    '2024-02-29T00:00:00Z → 2024-03-01T00:00:00Z',
    '2024-02-29T05:00:00Z → 2024-03-01T05:00:00Z',
    '2024-02-28T11:00:00Z → 2024-02-29T11:00:00Z',
  ],
  [
    '2026-03-08',
    '2026-03-08T00:00:00Z → 2026-03-09T00:00:00Z',
    '2026-03-08T05:00:00Z → 2026-03-09T04:00:00Z',
    '2026-03-07T11:00:00Z → 2026-03-08T11:00:00Z',
  ],
  [
    '2025-11-02',
    '2025-11-02T00:00:00Z → 2025-11-03T00:00:00Z',
    '2025-11-02T04:00:00Z → 2025-11-03T05:00:00Z',
    '2025-11-01T11:00:00Z → 2025-11-02T11:00:00Z',
  ],
  [
    '2026-04-05',
    '2026-04-05T00:00:00Z → 2026-04-06T00:00:00Z',
    '2026-04-05T04:00:00Z → 2026-04-06T04:00:00Z',
    '2026-04-04T11:00:00Z → 2026-04-05T12:00:00Z',
  ],
  [
    '2025-12-31',
    '2025-12-31T00:00:00Z → 2026-01-01T00:00:00Z',
    '2025-12-31T05:00:00Z → 2026-01-01T05:00:00Z',
    '2025-12-30T11:00:00Z → 2025-12-31T11:00:00Z',
  ],
  [
    'this week',
    '2026-03-09T00:00:00Z → 2026-03-16T00:00:00Z',
    '2026-03-09T04:00:00Z → 2026-03-16T04:00:00Z',
    '2026-03-08T11:00:00Z → 2026-03-15T11:00:00Z',
  ],
  [
    'last week',
    '2026-03-02T00:00:00Z → 2026-03-09T00:00:00Z',
    '2026-03-02T05:00:00Z → 2026-03-09T04:00:00Z',
    '2026-03-01T11:00:00Z → 2026-03-08T11:00:00Z',
  ],
  [
    'last  week',
    '2026-03-02T00:00:00Z → 2026-03-09T00:00:00Z',
    '2026-03-02T05:00:00Z → 2026-03-09T04:00:00Z',
    '2026-03-01T11:00:00Z → 2026-03-08T11:00:00Z',
  ],
  [
    'Last Week',
    '2026-03-02T00:00:00Z → 2026-03-09T00:00:00Z',
    '2026-03-02T05:00:00Z → 2026-03-09T04:00:00Z',
    '2026-03-01T11:00:00Z → 2026-03-08T11:00:00Z',
  ],
  [
    '2026-W01',
    '2025-12-29T00:00:00Z → 2026-01-05T00:00:00Z',
    '2025-12-29T05:00:00Z → 2026-01-05T05:00:00Z',
    '2025-12-28T11:00:00Z → 2026-01-04T11:00:00Z',
  ],
  [
    '2026W01',
    '2025-12-29T00:00:00Z → 2026-01-05T00:00:00Z',
    '2025-12-29T05:00:00Z → 2026-01-05T05:00:00Z',
    '2025-12-28T11:00:00Z → 2026-01-04T11:00:00Z',
  ],
  [
    '2026-w01',
    '2025-12-29T00:00:00Z → 2026-01-05T00:00:00Z',
    '2025-12-29T05:00:00Z → 2026-01-05T05:00:00Z',
    '2025-12-28T11:00:00Z → 2026-01-04T11:00:00Z',
  ],
  [
    '2026-W10',
    '2026-03-02T00:00:00Z → 2026-03-09T00:00:00Z',
    '2026-03-02T05:00:00Z → 2026-03-09T04:00:00Z',
    '2026-03-01T11:00:00Z → 2026-03-08T11:00:00Z',
  ],
  [
    '2020-W53',
    '2020-12-28T00:00:00Z → 2021-01-04T00:00:00Z',
    '2020-12-28T05:00:00Z → 2021-01-04T05:00:00Z',
    '2020-12-27T11:00:00Z → 2021-01-03T11:00:00Z',
  ],
  [
    '2026-W53',
    '2026-12-28T00:00:00Z → 2027-01-04T00:00:00Z',
    '2026-12-28T05:00:00Z → 2027-01-04T05:00:00Z',
    '2026-12-27T11:00:00Z → 2027-01-03T11:00:00Z',
  ],
  [
    'this month',
    '2026-03-01T00:00:00Z → 2026-04-01T00:00:00Z',
    '2026-03-01T05:00:00Z → 2026-04-01T04:00:00Z',
    '2026-02-28T11:00:00Z → 2026-03-31T11:00:00Z',
  ],
  [
    'last month',
    '2026-02-01T00:00:00Z → 2026-03-01T00:00:00Z',
    '2026-02-01T05:00:00Z → 2026-03-01T05:00:00Z',
    '2026-01-31T11:00:00Z → 2026-02-28T11:00:00Z',
  ],
  [
    '2026-01',
    '2026-01-01T00:00:00Z → 2026-02-01T00:00:00Z',
    '2026-01-01T05:00:00Z → 2026-02-01T05:00:00Z',
    '2025-12-31T11:00:00Z → 2026-01-31T11:00:00Z',
  ],
  [
    '2025-12',
    '2025-12-01T00:00:00Z → 2026-01-01T00:00:00Z',
    '2025-12-01T05:00:00Z → 2026-01-01T05:00:00Z',
    '2025-11-30T11:00:00Z → 2025-12-31T11:00:00Z',
  ],
  [
    '2024-02',
    '2024-02-01T00:00:00Z → 2024-03-01T00:00:00Z',
    '2024-02-01T05:00:00Z → 2024-03-01T05:00:00Z',
    '2024-01-31T11:00:00Z → 2024-02-29T11:00:00Z',
  ],
  [
    '2025-11',
    '2025-11-01T00:00:00Z → 2025-12-01T00:00:00Z',
    '2025-11-01T04:00:00Z → 2025-12-01T05:00:00Z',
    '2025-10-31T11:00:00Z → 2025-11-30T11:00:00Z',
  ],
  [
    'this quarter',
    '2026-01-01T00:00:00Z → 2026-04-01T00:00:00Z',
    '2026-01-01T05:00:00Z → 2026-04-01T04:00:00Z',
    '2025-12-31T11:00:00Z → 2026-03-31T11:00:00Z',
  ],
  [
    'last quarter',
    '2025-10-01T00:00:00Z → 2026-01-01T00:00:00Z',
    '2025-10-01T04:00:00Z → 2026-01-01T05:00:00Z',
    '2025-09-30T11:00:00Z → 2025-12-31T11:00:00Z',
  ],
  [
    '2026-Q1',
    '2026-01-01T00:00:00Z → 2026-04-01T00:00:00Z',
    '2026-01-01T05:00:00Z → 2026-04-01T04:00:00Z',
    '2025-12-31T11:00:00Z → 2026-03-31T11:00:00Z',
  ],
  [
    '2026q1',
    '2026-01-01T00:00:00Z → 2026-04-01T00:00:00Z',
    '2026-01-01T05:00:00Z → 2026-04-01T04:00:00Z',
    '2025-12-31T11:00:00Z → 2026-03-31T11:00:00Z',
  ],
  [
    '2025-Q4',
    '2025-10-01T00:00:00Z → 2026-01-01T00:00:00Z',
    '2025-10-01T04:00:00Z → 2026-01-01T05:00:00Z',
    '2025-09-30T11:00:00Z → 2025-12-31T11:00:00Z',
  ],
  [
    'this year',
    '2026-01-01T00:00:00Z → 2027-01-01T00:00:00Z',
    '2026-01-01T05:00:00Z → 2027-01-01T05:00:00Z',
    '2025-12-31T11:00:00Z → 2026-12-31T11:00:00Z',
  ],
  [
    '2026',
    '2026-01-01T00:00:00Z → 2027-01-01T00:00:00Z',
    '2026-01-01T05:00:00Z → 2027-01-01T05:00:00Z',
    '2025-12-31T11:00:00Z → 2026-12-31T11:00:00Z',
  ],
  [
    'last year',
    '2025-01-01T00:00:00Z → 2026-01-01T00:00:00Z',
    '2025-01-01T05:00:00Z → 2026-01-01T05:00:00Z',
    '2024-12-31T11:00:00Z → 2025-12-31T11:00:00Z',
  ],
  [
    '2025',
    '2025-01-01T00:00:00Z → 2026-01-01T00:00:00Z',
    '2025-01-01T05:00:00Z → 2026-01-01T05:00:00Z',
    '2024-12-31T11:00:00Z → 2025-12-31T11:00:00Z',
  ],
  [
    'last 24h',
    '2026-03-10T15:30:21Z → 2026-03-11T15:30:21Z',
    '2026-03-10T15:30:21Z → 2026-03-11T15:30:21Z',
    '2026-03-10T15:30:21Z → 2026-03-11T15:30:21Z',
  ],
  [
    'last 24 hours',
    '2026-03-10T15:30:21Z → 2026-03-11T15:30:21Z',
    '2026-03-10T15:30:21Z → 2026-03-11T15:30:21Z',
    '2026-03-10T15:30:21Z → 2026-03-11T15:30:21Z',
  ],
  [
    'last 1h',
    '2026-03-11T14:30:21Z → 2026-03-11T15:30:21Z',
    '2026-03-11T14:30:21Z → 2026-03-11T15:30:21Z',
    '2026-03-11T14:30:21Z → 2026-03-11T15:30:21Z',
  ],
  [
    'last 1 hour',
    '2026-03-11T14:30:21Z → 2026-03-11T15:30:21Z',
    '2026-03-11T14:30:21Z → 2026-03-11T15:30:21Z',
    '2026-03-11T14:30:21Z → 2026-03-11T15:30:21Z',
  ],
  [
    'last 7d',
    '2026-03-04T15:30:21Z → 2026-03-11T15:30:21Z',
    '2026-03-04T16:30:21Z → 2026-03-11T15:30:21Z',
    '2026-03-04T15:30:21Z → 2026-03-11T15:30:21Z',
  ],
  [
    'last 7 days',
    '2026-03-04T15:30:21Z → 2026-03-11T15:30:21Z',
    '2026-03-04T16:30:21Z → 2026-03-11T15:30:21Z',
    '2026-03-04T15:30:21Z → 2026-03-11T15:30:21Z',
  ],
  [
    'last 1w',
    '2026-03-04T15:30:21Z → 2026-03-11T15:30:21Z',
    '2026-03-04T16:30:21Z → 2026-03-11T15:30:21Z',
    '2026-03-04T15:30:21Z → 2026-03-11T15:30:21Z',
  ],
  [
    'last 1 week',
    '2026-03-04T15:30:21Z → 2026-03-11T15:30:21Z',
    '2026-03-04T16:30:21Z → 2026-03-11T15:30:21Z',
    '2026-03-04T15:30:21Z → 2026-03-11T15:30:21Z',
  ],
  [
    'last 1d',
    '2026-03-10T15:30:21Z → 2026-03-11T15:30:21Z',
    '2026-03-10T15:30:21Z → 2026-03-11T15:30:21Z',
    '2026-03-10T15:30:21Z → 2026-03-11T15:30:21Z',
  ],
  [
    'last 4w',
    '2026-02-11T15:30:21Z → 2026-03-11T15:30:21Z',
    '2026-02-11T16:30:21Z → 2026-03-11T15:30:21Z',
    '2026-02-11T15:30:21Z → 2026-03-11T15:30:21Z',
  ],
  [
    'last 28d',
    '2026-02-11T15:30:21Z → 2026-03-11T15:30:21Z',
    '2026-02-11T16:30:21Z → 2026-03-11T15:30:21Z',
    '2026-02-11T15:30:21Z → 2026-03-11T15:30:21Z',
  ],
  [
    'last 365d',
    '2025-03-11T15:30:21Z → 2026-03-11T15:30:21Z',
    '2025-03-11T15:30:21Z → 2026-03-11T15:30:21Z',
    '2025-03-11T15:30:21Z → 2026-03-11T15:30:21Z',
  ],
];

describe('a range phrase', () => {
  it.each(understood)('"%s" names the same range in every zone, by that zone\'s clocks', (phrase, ...expected) => {
    expect(zones.map((timeZone) => span(parseRange(phrase, { timeZone, now })))).toEqual(expected);
  });

  it('is read in UTC unless a zone is given', () => {
    expect(span(parseRange('yesterday', { now }))).toBe('2026-03-10T00:00:00Z → 2026-03-11T00:00:00Z');
  });

  it.each([
    ['yesterday', 'day'],
    ['2026-W02', 'week'],
    ['last month', 'month'],
    ['2026-Q1', 'quarter'],
    ['2026', 'year'],
    ['last 7d', 'last'],
  ])('"%s" is of the kind %s', (phrase, kind) => {
    expect(readRange(phrase, { now })).toMatchObject({ kind });
  });
});

describe('a refused phrase', () => {
  it.each([
    ['1/2/2026', '"1/2/2026" may mean two dates. Write "2026-02-01" or "2026-01-02".'],
    ['01.02.26', '"01.02.26" may mean two dates. Write "2026-02-01" or "2026-01-02".'],
    ['13/2/2026', '"13/2/2026" is not a range. Write "2026-02-13".'],
    ['2/13/2026', '"2/13/2026" is not a range. Write "2026-02-13".'],
    ['2026/01/05', '"2026/01/05" is not a range. Write "2026-01-05".'],
    ['2026-1-5', '"2026-1-5" is not a range. Write "2026-01-05".'],
    ['20260105', '"20260105" is not a range. Write "2026-01-05".'],
    ['5 Jan 2026', '"5 Jan 2026" is not a range. Write "2026-01-05".'],
    ['January 5th, 2026', '"January 5th, 2026" is not a range. Write "2026-01-05".'],
    ['January 2026', '"January 2026" is not a range. Write "2026-01".'],
    ['1/2026', '"1/2026" is not a range. Write "2026-01".'],
    ['2026/1', '"2026/1" is not a range. Write "2026-01".'],
    ['2026-02-30', '"2026-02-30" is a date that does not exist.'],
    ['2026-13', '"2026-13" is not a range.'],
    ['2026-W54', '"2026-W54" is not a range.'],
    ['2026-Q5', '"2026-Q5" is not a range.'],
    ['0099-01', '"0099-01" is not a range.'],
    ['last 30m', '"last 30m" may mean minutes or months.'],
    ['last 7', '"last 7" has no unit. Write "7d" or "7h" or "7w".'],
    ['last 0d', '"last 0d" is not a number of hours, days or weeks.'],
    ['last -7d', '"last -7d" is not a number of hours, days or weeks.'],
    ['last 7.5h', '"last 7.5h" is not a number of hours, days or weeks.'],
    ['last 2 years', '"last 2 years" is not in hours, days or weeks.'],
    ['last monday', '"last monday" is not a range.'],
    ['next week', '"next week" is not a range.'],
    ['tomorrow', '"tomorrow" is not a range.'],
    ['last 99999w', '"last 99999w" reaches too far back.'],
    ['', '"" is not a range.'],
    ['x'.repeat(60), `"${'x'.repeat(40)}…" is not a range.`],
  ])('%j is shown as it was typed, with the right form where there is one', (phrase, message) => {
    expect(() => parseRange(phrase, { now })).toThrow(message);
    expect(() => parseRange(phrase, { now })).toThrow(ConfigurationError);
  });

  it('in an unknown zone names the zone', () => {
    expect(() => parseRange('today', { timeZone: 'Mars/Olympus', now })).toThrow(
      'is "Mars/Olympus", which is not a known time zone',
    );
  });
});

describe('a phrase of a given kind', () => {
  it.each<[PhraseKind, string, string]>([
    ['day', 'yesterday', '2026-03-10T00:00:00Z → 2026-03-11T00:00:00Z'],
    ['week', 'last', '2026-03-02T00:00:00Z → 2026-03-09T00:00:00Z'],
    ['week', 'this', '2026-03-09T00:00:00Z → 2026-03-16T00:00:00Z'],
    ['month', 'last', '2026-02-01T00:00:00Z → 2026-03-01T00:00:00Z'],
    ['quarter', 'last', '2025-10-01T00:00:00Z → 2026-01-01T00:00:00Z'],
    ['year', 'this', '2026-01-01T00:00:00Z → 2027-01-01T00:00:00Z'],
    ['last', '7d', '2026-03-04T15:30:21Z → 2026-03-11T15:30:21Z'],
  ])('%s needs no further word than "%s"', (kind, phrase, expected) => {
    const range = readRange(phrase, { now, kind });
    expect('problem' in range ? range.problem : span(range)).toBe(expected);
  });

  it.each<[PhraseKind, string, string, string | undefined]>([
    ['day', '2026-01', '"2026-01" is not a day', undefined],
    ['day', 'last', '"last" is not a day', undefined],
    ['month', '2026-01-05', '"2026-01-05" is not a month', undefined],
    ['month', 'January 2026', '"January 2026" is not a month', 'Write "2026-01".'],
    ['week', '2026-01', '"2026-01" is not a week', undefined],
    ['last', '7', '"7" has no unit', 'Write "7d" or "7h" or "7w".'],
    ['last', 'week', '"week" is not a number of hours, days or weeks', undefined],
  ])('%s does not understand "%s"', (kind, phrase, problem, instead) => {
    const result = readRange(phrase, { now, kind });
    expect(result).toMatchObject({ problem });
    expect('problem' in result ? writeInstead(result) : 'understood').toBe(instead);
  });
});

describe('a bound', () => {
  it.each([
    ['now', '2026-03-11T15:30:21Z', '2026-03-11T15:30:21Z', '2026-03-11T15:30:21Z'],
    ['today', '2026-03-11T00:00:00Z', '2026-03-11T04:00:00Z', '2026-03-11T11:00:00Z'],
    ['yesterday', '2026-03-10T00:00:00Z', '2026-03-10T04:00:00Z', '2026-03-10T11:00:00Z'],
    ['tomorrow', '2026-03-12T00:00:00Z', '2026-03-12T04:00:00Z', '2026-03-12T11:00:00Z'],
    ['2026-01-05', '2026-01-05T00:00:00Z', '2026-01-05T05:00:00Z', '2026-01-04T11:00:00Z'],
    ['2026-01-05T09:30', '2026-01-05T09:30:00Z', '2026-01-05T14:30:00Z', '2026-01-04T20:30:00Z'],
    ['2026-01-05 09:30:15', '2026-01-05T09:30:15Z', '2026-01-05T14:30:15Z', '2026-01-04T20:30:15Z'],
    ['2026-01-05T09:30+01:00', '2026-01-05T08:30:00Z', '2026-01-05T08:30:00Z', '2026-01-05T08:30:00Z'],
    ['2026-01-05T09:30:00Z', '2026-01-05T09:30:00Z', '2026-01-05T09:30:00Z', '2026-01-05T09:30:00Z'],
  ])('"%s" is an instant in every zone', (phrase, ...expected) => {
    const read = (timeZone: string): string => {
      const result = readInstant(phrase, { timeZone, now });
      return 'problem' in result ? result.problem : seconds(result.at);
    };
    expect(zones.map(read)).toEqual(expected);
  });

  it.each([
    ['1/2/2026 09:30', '"1/2/2026 09:30" may mean two dates', 'Write "2026-02-01T09:30" or "2026-01-02T09:30".'],
    ['17325550100', '"17325550100" is not a date or time', undefined],
    ['2026-02-30T10:00', '"2026-02-30T10:00" is a date that does not exist', undefined],
    ['2026-02-03T25:00', '"2026-02-03T25:00" is not a date or time', undefined],
    ['noon', '"noon" is not a date or time', undefined],
  ])('%j is refused', (phrase, problem, instead) => {
    const result = readInstant(phrase, { now });
    expect(result).toMatchObject({ problem });
    expect('problem' in result ? writeInstead(result) : 'understood').toBe(instead);
  });
});

describe('a local time that a clock change skips or repeats', () => {
  it.each([
    [
      '2026-03-08T02:30',
      'America/New_York',
      '2026-03-08T07:30:00Z',
      'The clocks of America/New_York skip 2026-03-08 02:30; 2026-03-08 03:30 is used.',
    ],
    [
      '2026-11-01T01:30',
      'America/New_York',
      '2026-11-01T05:30:00Z',
      'The clocks of America/New_York show 2026-11-01 01:30 twice; the first is used (2026-11-01T05:30:00Z).',
    ],
    [
      '2018-11-04',
      'America/Sao_Paulo',
      '2018-11-04T03:00:00Z',
      'The clocks of America/Sao_Paulo skip 2018-11-04 00:00; 2018-11-04 01:00 is used.',
    ],
    [
      '2011-12-30',
      'Pacific/Apia',
      '2011-12-30T10:00:00Z',
      'The clocks of Pacific/Apia skip 2011-12-30 00:00; 2011-12-31 00:00 is used.',
    ],
    ['2026-11-01T01:30-05:00', 'America/New_York', '2026-11-01T06:30:00Z', undefined],
    ['2026-03-08T03:30', 'America/New_York', '2026-03-08T07:30:00Z', undefined],
    ['2026-03-08T01:30', 'America/New_York', '2026-03-08T06:30:00Z', undefined],
    ['2026-11-01', 'America/New_York', '2026-11-01T04:00:00Z', undefined],
  ])('"%s" in %s has a note with the instant that is used', (phrase, timeZone, at, note) => {
    expect(readInstant(phrase, { timeZone })).toEqual({
      at: new Date(at),
      notes: note === undefined ? [] : [note],
    });
  });

  it('is noted for the beginning of a span, too', () => {
    const range = readRange('last 7d', { timeZone: 'America/New_York', now: new Date('2026-03-15T06:30:00Z') });
    expect(range).toMatchObject({
      from: new Date('2026-03-08T07:30:00Z'),
      notes: ['The clocks of America/New_York skip 2026-03-08 02:30; 2026-03-08 03:30 is used.'],
    });
  });
});
