import { usageError } from './usage-error.ts';

/** The number of a flag, undefined if it was not given. Its bounds are checked where it is used. */
export function parseNumber(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw usageError(`${flag} must be a number from 0, not ${JSON.stringify(text)}`);
}
