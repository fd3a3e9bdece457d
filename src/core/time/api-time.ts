import { ConfigurationError } from '../errors/index.ts';
import { hasFourDigitYear } from './four-digit-year.ts';
import { shown } from './shown.ts';

const pattern = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

/**
 * The instant as the API writes and reads it: `yyyy-MM-dd HH:mm:ss` in UTC (fact 18). What is below the second is
 * dropped. Throws a `ConfigurationError` for an invalid date and for years that do not have four digits.
 */
export function formatApiTime(date: Date): string {
  if (!hasFourDigitYear(date)) {
    throw new ConfigurationError('The date is invalid, or its year does not have four digits', {
      hint: 'The API knows times from 1000-01-01 to 9999-12-31.',
    });
  }
  return date.toISOString().slice(0, 19).replace('T', ' ');
}

/**
 * The instant of a time as the API writes it, `yyyy-MM-dd HH:mm:ss` in UTC with no mark of the zone (fact 18).
 * Throws a `ConfigurationError` for any other text: it is the caller who says that this is such a time. The times of
 * a row are read by `callStart` and `callEnd`, which blame the server instead.
 */
export function parseApiTime(text: string): Date {
  const date = tryParseApiTime(text);
  if (date) return date;
  throw new ConfigurationError(`${shown(text)} is not a time as the API writes it`, {
    hint: 'Expected an existing time as "yyyy-MM-dd HH:mm:ss", in UTC.',
  });
}

/** As `parseApiTime`, for text whose faults are the server's: undefined if it is no such time. */
export function tryParseApiTime(text: string): Date | undefined {
  if (!pattern.test(text)) return undefined;
  const date = new Date(`${text.replace(' ', 'T')}Z`);
  // Engines differ in whether 30 February and 24:00 are no dates or the day after; month 13 is none to all of them.
  return date.getUTCDate() === Number(text.slice(8, 10)) ? date : undefined;
}
