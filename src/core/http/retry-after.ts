import type { Answer } from './answer.ts';
import type { Fault } from './read-fault.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * How long the server asks to wait, in milliseconds: `Retry-After` in seconds or as an HTTP date (RFC 9110, 10.2.3),
 * else the fault's `nextAccessTime` (fact 30). Dates count from the answer's own `Date`, so that a wrong clock on this
 * side doesn't matter. Undefined if the server does not say, or not readably.
 */
export function readRetryAfter({ headers }: Pick<Answer, 'headers'>, fault: Fault, now: number): number | undefined {
  const header = headers.get('retry-after')?.trim();
  if (header !== undefined && /^\d+$/.test(header)) return Number(header) * 1000;

  const until = readHttpDate(header) ?? readNextAccessTime(fault.nextAccessTime);
  if (until === undefined) return undefined;
  const serverNow = readHttpDate(headers.get('date')) ?? now;
  return Math.max(0, until - serverNow);
}

/** `Date.parse` alone would take numbers and much else for a date; every form of an HTTP date has a time in it. */
function readHttpDate(text: string | null | undefined): number | undefined {
  if (text === null || text === undefined || !/^[A-Z][a-z]+,? .*\d\d:\d\d:\d\d/.test(text)) return undefined;
  // The asctime form names no zone and means GMT, which Date.parse would take for local time.
  const time = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(time) ? undefined : time;
}

/** `2026-Sep-12 20:00:00+0000 UTC` */
function readNextAccessTime(text: string | undefined): number | undefined {
  const match = /^(\d{4})-([A-Z][a-z]{2})-(\d\d) (\d\d:\d\d:\d\d)([+-]\d\d):?(\d\d)/.exec(text ?? '');
  if (!match) return undefined;
  const [, year, monthName = '', day, time, offsetHours, offsetMinutes] = match;
  const month = String(months.indexOf(monthName) + 1).padStart(2, '0');
  const parsed = Date.parse(`${year}-${month}-${day}T${time}${offsetHours}:${offsetMinutes}`);
  return Number.isNaN(parsed) ? undefined : parsed;
}
