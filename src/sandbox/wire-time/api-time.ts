import { wallToUtc, zoneOffset } from './zone-offset.ts';

/** Times as the API writes them: `yyyy-MM-dd HH:mm:ss`, whole seconds, no mark of the zone (fact 18). */
export interface ApiTime {
  /** Seconds since 1970 as a string of the API. */
  format(utcSeconds: number): string;
  /** Seconds since 1970, or `undefined` where the text is no time of that shape or no day of the calendar. */
  parse(text: string): number | undefined;
}

const DAY_SECONDS = 86_400;
const SHAPE = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/;
const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

/** UTC by fact 18; another zone shows what a server would do that speaks the account's local time. */
export function apiTime(timeZone: string): ApiTime {
  const offset = zoneOffset(timeZone);
  let latestDay = 0;
  let latestDate = '1970-01-01';
  const dateOf = (day: number): string => {
    if (day !== latestDay) latestDate = new Date(day * DAY_SECONDS * 1000).toISOString().slice(0, 10);
    latestDay = day;
    return latestDate;
  };
  return {
    format: (utcSeconds) => {
      const wall = utcSeconds + offset(utcSeconds);
      const day = Math.floor(wall / DAY_SECONDS);
      return `${dateOf(day)} ${timeOfDay(wall - day * DAY_SECONDS)}`;
    },
    parse: (text) => {
      const wall = parseWallTime(text);
      return wall === undefined ? undefined : wallToUtc(wall, offset);
    },
  };
}

function timeOfDay(seconds: number): string {
  const hours = TWO_DIGITS[Math.floor(seconds / 3600)] ?? '';
  const minutes = TWO_DIGITS[Math.floor(seconds / 60) % 60] ?? '';
  return `${hours}:${minutes}:${TWO_DIGITS[seconds % 60] ?? ''}`;
}

function parseWallTime(text: string): number | undefined {
  if (!SHAPE.test(text)) return undefined;
  const milliseconds = Date.parse(`${text.replace(' ', 'T')}Z`);
  const isReal = !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().startsWith(text.slice(0, 10));
  return isReal ? milliseconds / 1000 : undefined;
}
