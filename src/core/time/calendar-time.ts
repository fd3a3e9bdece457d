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
