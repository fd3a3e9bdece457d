import { ConfigurationError } from '../errors/index.ts';
import { calendarMilliseconds } from './calendar-time.ts';
import { shown } from './shown.ts';

/** A time zone of the IANA database, as far as times need it. */
export interface Zone {
  readonly name: string;
  /** How far the zone's clocks are ahead of UTC at an instant; both in milliseconds. */
  offsetAt(instantMs: number): number;
}

/** The zone of an IANA name, such as `America/New_York`. Throws a `ConfigurationError` if the platform knows none. */
export function createZone(name: string): Zone {
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
    throw new ConfigurationError(`The time zone ${shown(timeZone)} is unknown`, {
      hint: 'Use a name of the IANA database, such as "America/New_York" or "UTC".',
    });
  }
}

/** What the zone's clocks show, read as UTC. */
function wallClock(format: Intl.DateTimeFormat, instantMs: number): number {
  const values: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of format.formatToParts(instantMs)) values[type] = Number(value);
  const { year = NaN, month = NaN, day = NaN, hour = NaN, minute = NaN, second = NaN } = values;
  return calendarMilliseconds({ year, month, day, hour, minute, second }) ?? NaN;
}
