import { excerpt } from '../errors/redact.ts';

const maxCharacters = 40;

/**
 * A caller's text in quotes, for a message. Redacted unless it begins as a date does: `from` is also the API's name for
 * the caller's phone number, and a mix-up must not print it.
 */
export function shown(value: unknown): string {
  if (typeof value !== 'string') return value === null ? 'null' : `a value of type ${typeof value}`;
  const text = /^\d{4}-\d\d?-\d\d?(?!\d)/.test(value) ? value : excerpt(value);
  return JSON.stringify(text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters)}…`);
}
