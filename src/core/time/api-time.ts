import { ConfigurationError, MalformedResponseError } from '../errors/index.ts';
import { quoted } from '../errors/redact.ts';

const pattern = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

/**
 * The instant as the API writes and reads it: `yyyy-MM-dd HH:mm:ss` in UTC (fact 18). Fractions of a second are
 * dropped.
 *
 * @throws ConfigurationError the date is invalid, or its year does not have four digits
 */
export function formatApiTime(date: Date): string {
  if (!hasFourDigitYear(date)) {
    throw new ConfigurationError('The date is invalid, or its year does not have four digits', {
      hint: 'The API takes times from 1000-01-01 to 9999-12-31.',
    });
  }
  return date.toISOString().slice(0, 19).replace('T', ' ');
}

/**
 * Parses a time as the API writes it: `yyyy-MM-dd HH:mm:ss`, which means UTC (fact 18). For the times of a row use
 * `callStart` and `callEnd`, whose errors name the server's mistake instead of the caller's.
 *
 * @throws ConfigurationError the string is not such a time
 */
export function parseApiTime(text: string): Date {
  const date = tryParseApiTime(text);
  if (date) return date;
  throw new ConfigurationError(`${quoted(text)} is not a time as the API writes it`, {
    hint: 'Expected an existing time as "yyyy-MM-dd HH:mm:ss", in UTC.',
  });
}

/** Like `parseApiTime`, but returns undefined if the string is not such a time. */
export function tryParseApiTime(text: string): Date | undefined {
  if (!pattern.test(text)) return undefined;
  const date = new Date(`${text.replace(' ', 'T')}Z`);
  // Engines disagree on 30 February and 24:00: some refuse them, and others read them as a later day. All of them
  // refuse month 13.
  return date.getUTCDate() === Number(text.slice(8, 10)) ? date : undefined;
}

/** The start of a call. Throws a `MalformedResponseError` if the row's `start` is not a time of the API (fact 18). */
export function callStart(call: { readonly start: string }): Date {
  return parseField('start', call.start);
}

/** The end of a call. Throws a `MalformedResponseError` if the row's `end` is not a time of the API (fact 18). */
export function callEnd(call: { readonly end: string }): Date {
  return parseField('end', call.end);
}

function parseField(field: string, text: string): Date {
  const date = tryParseApiTime(text);
  if (date) return date;
  throw new MalformedResponseError(`The \`${field}\` of a call is not a time as "yyyy-MM-dd HH:mm:ss"`);
}

/** Tells whether the date is valid and its year, in UTC, has four digits as the API's times do (fact 18). */
export function hasFourDigitYear(date: Date): boolean {
  const year = date.getUTCFullYear();
  return year >= 1000 && year <= 9999;
}
