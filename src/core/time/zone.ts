import { ConfigurationError } from '../errors/index.ts';
import { option, phrase } from '../errors/phrase.ts';
import { quoted } from '../errors/redact.ts';

/** A time zone of the IANA database. */
export interface Zone {
  readonly name: string;
  /** The offset of the zone's clocks from UTC at an instant, positive if ahead; both in milliseconds. */
  offsetAt(instantMs: number): number;
}

/** Without a formatter, which takes 0.2 ms to make: most ranges are in UTC. */
const utc: Zone = { name: 'UTC', offsetAt: () => 0 };

/** The zone of an IANA name, such as `America/New_York`. Throws a `ConfigurationError` if the platform has none. */
export function createZone(name: string): Zone {
  if (name === utc.name) return utc;
  const format = createFormat(name);
  return {
    name,
    offsetAt(instantMs) {
      const wholeSeconds = Math.floor(instantMs / 1000) * 1000;
      return wallClock(format, wholeSeconds) - wholeSeconds;
    },
  };
}

function createFormat(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    throw new ConfigurationError(phrase`${option('timeZone')} is ${quoted(timeZone)}, which is not a known time zone`, {
      option: 'timeZone',
      hint: 'Use a name from the IANA database, such as "America/New_York" or "UTC".',
    });
  }
}

/** The zone's wall time, read as UTC. */
function wallClock(format: Intl.DateTimeFormat, instantMs: number): number {
  const values: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of format.formatToParts(instantMs)) values[type] = Number(value);
  const { year = NaN, month = NaN, day = NaN, hour = NaN, minute = NaN, second = NaN } = values;
  return calendarMilliseconds({ year, month, day, hour, minute, second }) ?? NaN;
}

/** A date and a time of day as a calendar and a clock show them; months and days are counted from 1. */
export interface CalendarTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/**
 * Milliseconds since 1970 of the calendar time read as UTC, or undefined if there is no such time (30 February, 24:00,
 * a leap second).
 */
export function calendarMilliseconds({ year, month, day, hour, minute, second }: CalendarTime): number | undefined {
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  // Date.UTC would take the years 0 to 99 for 1900 to 1999.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return date.setUTCHours(hour, minute, second);
}

/** No zone changes its clocks twice within two days, so a day before and a day after lie on either side of a change. */
const dayMs = 24 * 60 * 60 * 1000;

/**
 * The instant at which the zone's clocks show a wall time (milliseconds, read as UTC). If they show it twice, the
 * earlier instant; if they skip it, the wall time moves on by the length of the gap. Temporal calls this "compatible".
 */
export function instantOfWallTime(wallMs: number, zone: Zone): number {
  return existingInstant(wallMs, zone) ?? wallMs - zone.offsetAt(wallMs - dayMs);
}

/** The first instant of the day that begins at `midnightMs` (milliseconds, read as UTC), even if midnight is skipped. */
export function startOfDay(midnightMs: number, zone: Zone): number {
  return existingInstant(midnightMs, zone) ?? clockChangeBetween(midnightMs - dayMs, midnightMs + dayMs, zone);
}

function existingInstant(wallMs: number, zone: Zone): number | undefined {
  const offsets = [zone.offsetAt(wallMs - dayMs), zone.offsetAt(wallMs + dayMs)];
  const instants = offsets.map((offset) => wallMs - offset).filter((at) => at + zone.offsetAt(at) === wallMs);
  return instants.length === 0 ? undefined : Math.min(...instants);
}

/** The first instant with the later offset, to the second. */
function clockChangeBetween(beforeMs: number, afterMs: number, zone: Zone): number {
  const offsetBefore = zone.offsetAt(beforeMs);
  let [before, after] = [beforeMs / 1000, afterMs / 1000];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (zone.offsetAt(middle * 1000) === offsetBefore) before = middle;
    else after = middle;
  }
  return after * 1000;
}
