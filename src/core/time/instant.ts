import { ConfigurationError, type OptionName } from '../errors/index.ts';
import { option, phrase } from '../errors/phrase.ts';
import { hasFourDigitYear } from './api-time.ts';
import { quoted } from '../errors/redact.ts';
import { calendarMilliseconds, createZone, instantOfWallTime, startOfDay } from './zone.ts';

/**
 * A point in time: a `Date`, an ISO string with an offset (`2026-03-01T09:30:00-05:00`, `…Z`), or a date or local time
 * (`2026-03-01`, `2026-03-01T09:30`) which is read in the `timeZone` given with it (default: UTC).
 */
export type Instant = Date | string;

const datePattern = String.raw`(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)`;
const timePattern = String.raw`(?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d)(?:\.(?<fraction>\d{1,9}))?)?`;
const offsetPattern = String.raw`Z|(?<sign>[+-])(?<offsetHours>[01]\d|2[0-3]):?(?<offsetMinutes>[0-5]\d)`;
const pattern = new RegExp(`^${datePattern}(?<time>[T ]${timePattern}(?<offset>${offsetPattern})?)?$`);

/**
 * The instant, to the second: fractions round up, since the API's times have none (fact 18). A local time that the
 * zone's clocks skip or show twice is resolved as Temporal's "compatible" does; a date alone means the first instant of
 * that day. Throws a `ConfigurationError` that names the option.
 */
export function resolveInstant(value: Instant, name: OptionName, timeZone = 'UTC'): Date {
  const milliseconds = value instanceof Date ? value.getTime() : parse(value, timeZone);
  const date = new Date(Math.ceil((milliseconds ?? NaN) / 1000) * 1000);
  if (hasFourDigitYear(date)) return date;
  const what = value instanceof Date ? 'an invalid or out-of-range Date' : quoted(value);
  throw new ConfigurationError(phrase`${option(name)} is ${what}, which is not a point in time`, {
    option: name,
    hint: 'Give an existing date or time, such as "2026-03-01", "2026-03-01T09:30" or "2026-03-01T09:30:00-05:00".',
  });
}

/** Milliseconds since 1970, or undefined if the value (from JavaScript it may be anything) is not a time. */
function parse(value: unknown, timeZone: string): number | undefined {
  const groups = typeof value === 'string' ? pattern.exec(value)?.groups : undefined;
  if (!groups) return undefined;
  const wallMs = calendarMilliseconds({
    year: Number(groups.year),
    month: Number(groups.month),
    day: Number(groups.day),
    hour: Number(groups.hour ?? 0),
    minute: Number(groups.minute ?? 0),
    second: Number(groups.second ?? 0),
  });
  if (wallMs === undefined) return undefined;
  // The result is rounded up to a whole second, so it only matters whether there is a fraction.
  const roundedUpMs = Number(groups.fraction ?? 0) > 0 ? 1000 : 0;
  if (groups.offset !== undefined) return wallMs - offsetMilliseconds(groups) + roundedUpMs;
  const zone = createZone(timeZone);
  return groups.time === undefined ? startOfDay(wallMs, zone) : instantOfWallTime(wallMs, zone) + roundedUpMs;
}

function offsetMilliseconds({ sign, offsetHours = '0', offsetMinutes = '0' }: Partial<Record<string, string>>): number {
  const minutes = Number(offsetHours) * 60 + Number(offsetMinutes);
  return (sign === '-' ? -minutes : minutes) * 60_000;
}
