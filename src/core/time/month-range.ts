import { ConfigurationError, type TimeWindow } from '../errors/index.ts';
import { resolveInstant } from './instant.ts';
import { shown } from './shown.ts';

const monthsPerYear = 12;

/**
 * The range of a month given as `yyyy-MM`, by the clocks of a zone (an IANA name; default UTC). Throws a
 * `ConfigurationError` for a month that does not exist and for an unknown zone.
 */
export function monthRange(month: string, timeZone = 'UTC'): TimeWindow {
  const match = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month);
  if (!match) {
    throw new ConfigurationError(`${shown(month)} is not a month`, {
      hint: 'Give a month as "yyyy-MM", such as "2026-03".',
    });
  }
  const monthsSinceYearZero = Number(match[1]) * monthsPerYear + Number(match[2]) - 1;
  return {
    from: resolveInstant(firstDay(monthsSinceYearZero), 'month', timeZone),
    to: resolveInstant(firstDay(monthsSinceYearZero + 1), 'month', timeZone),
  };
}

function firstDay(monthsSinceYearZero: number): string {
  const year = String(Math.floor(monthsSinceYearZero / monthsPerYear)).padStart(4, '0');
  const month = String((monthsSinceYearZero % monthsPerYear) + 1).padStart(2, '0');
  return `${year}-${month}-01`;
}
