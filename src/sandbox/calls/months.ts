import { zoneOffset, type ZoneOffset } from './api-time.ts';
import type { Mood } from './patterns.ts';
import { draw, scramble } from './random.ts';

/** The range that the sandbox covers, and its number of calls. */
export interface CoveredRange {
  readonly seed: number;
  /** Seconds since 1970; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
  /** The number of calls; `undefined` for 2,000 a month. */
  readonly count: number | undefined;
  /** The IANA zone whose office hours shape the calls. */
  readonly officeTimeZone: string;
}

/** A calendar month, or the covered part of it. Its calls depend only on its seed, whatever else is covered. */
export interface Month {
  /** Months since January of year 0. */
  readonly number: number;
  readonly seed: number;
  readonly hours: readonly Hour[];
  readonly weight: number;
  /** The index of the month's first call among all calls. */
  readonly first: number;
  readonly count: number;
}

/** An hour of a month. */
export interface Hour {
  /** Seconds since 1970. */
  readonly from: number;
  /** An hour, or less where the covered range ends. */
  readonly seconds: number;
  /** The hour's share of the month's calls, on an arbitrary scale. */
  readonly weight: number;
  readonly mood: Mood;
}

const CALLS_PER_MONTH = 2_000;
const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3600;
const OUTAGE = 0x10;

/** The relative number of calls in each hour of a working day, from midnight on. */
const DAY_SHAPE = [1, 1, 1, 1, 1, 1, 2, 5, 18, 40, 46, 42, 28, 36, 42, 40, 34, 18, 8, 5, 4, 3, 2, 1];
/** The relative number of calls on each day of the week, from Sunday on. */
const WEEK_SHAPE = [0.08, 1, 1, 0.95, 0.95, 0.9, 0.2];
/** The factor by which the mood of an hour changes its number of calls. */
const MOOD_FACTORS: Readonly<Record<Mood, number>> = { usual: 1, rush: 2.5, outage: 2 };

/** Cuts a range into calendar months and spreads the calls over them by how busy their hours are. */
export function createMonths({ seed, from, to, count, officeTimeZone }: CoveredRange): Month[] {
  const offset = zoneOffset(officeTimeZone);
  const start = new Date(from * 1000);
  const months = [];
  for (let number = start.getUTCFullYear() * 12 + start.getUTCMonth(); monthStart(number) < to; number += 1) {
    const monthSeed = draw(scramble(seed), number);
    const span = { from: Math.max(from, monthStart(number)), to: Math.min(to, monthStart(number + 1)) };
    const hours = hoursOf(span, outageDay(monthSeed, number), offset);
    const weight = hours.reduce((sum, hour) => sum + hour.weight, 0);
    const length = monthStart(number + 1) - monthStart(number);
    const usual = Math.round((CALLS_PER_MONTH * (span.to - span.from)) / length);
    months.push({ number, seed: monthSeed, hours, weight, usual });
  }
  return placeCalls(months, count);
}

/** Without a count each month holds its usual number; otherwise the calls are spread by weight. */
function placeCalls(
  months: readonly Omit<Month & { usual: number }, 'first' | 'count'>[],
  count: number | undefined,
): Month[] {
  const whole = months.reduce((sum, { weight }) => sum + weight, 0);
  let first = 0;
  let before = 0;
  return months.map((month) => {
    before += month.weight;
    const end = count === undefined ? first + month.usual : Math.round((count * before) / whole);
    const placed = { ...month, first, count: end - first };
    first = end;
    return placed;
  });
}

function monthStart(number: number): number {
  return Date.UTC(Math.floor(number / 12), number % 12) / 1000;
}

/** Draws the day of the month on whose afternoon the lines fail: a weekday from the 8th to the 21st. */
function outageDay(monthSeed: number, number: number): number {
  const day = 8 + (draw(monthSeed, OUTAGE) % 14);
  const weekday = new Date((monthStart(number) + (day - 1) * DAY_SECONDS) * 1000).getUTCDay();
  if (weekday === 0) return day + 1;
  return weekday === 6 ? day - 1 : day;
}

function hoursOf({ from, to }: { from: number; to: number }, outage: number, offset: ZoneOffset): Hour[] {
  const hours: Hour[] = [];
  for (let second = from; second < to; second += HOUR_SECONDS) {
    // The offset is looked up once a day, as it takes 3 µs: on the day of a clock change some hours are one hour off.
    const wall = new Date((second + offset(Math.floor(second / DAY_SECONDS) * DAY_SECONDS)) * 1000);
    const mood = moodOf(wall, outage);
    const seconds = Math.min(HOUR_SECONDS, to - second);
    const busy = (DAY_SHAPE[wall.getUTCHours()] ?? 1) * (WEEK_SHAPE[wall.getUTCDay()] ?? 1) * MOOD_FACTORS[mood];
    hours.push({ from: second, seconds, weight: (busy * seconds) / HOUR_SECONDS, mood });
  }
  return hours;
}

/** Returns the mood of an hour; the UTC fields of the date hold the office's wall clock. */
function moodOf(wall: Date, outage: number): Mood {
  const hour = wall.getUTCHours();
  if (wall.getUTCDate() === outage && hour >= 13 && hour < 17) return 'outage';
  return wall.getUTCDay() === 1 && hour >= 9 && hour < 11 ? 'rush' : 'usual';
}
