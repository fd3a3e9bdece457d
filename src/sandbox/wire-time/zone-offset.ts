/** Seconds by which a zone's wall clock is ahead of UTC at an instant. */
export type ZoneOffset = (utcSeconds: number) => number;

const QUARTER_HOUR_SECONDS = 900;

/** The offsets of an IANA zone, looked up once a quarter of an hour (zones change on quarters). Throws a RangeError for an unknown zone. */
export function zoneOffset(timeZone: string): ZoneOffset {
  const format = wallClock(timeZone);
  if (timeZone === 'UTC') return () => 0;
  const known = new Map<number, number>();
  return (utcSeconds) => {
    const quarter = Math.floor(utcSeconds / QUARTER_HOUR_SECONDS);
    const found = known.get(quarter);
    if (found !== undefined) return found;
    const offset = offsetAt(format, quarter * QUARTER_HOUR_SECONDS);
    known.set(quarter, offset);
    return offset;
  };
}

/** The UTC second of a wall-clock time: the earlier of two where clocks are set back; where they skip, as if they had not yet. */
export function wallToUtc(wallSeconds: number, offset: ZoneOffset): number {
  const dayBefore = offset(wallSeconds - 86_400);
  const first = wallSeconds - dayBefore;
  if (offset(first) === dayBefore) return first;
  const second = wallSeconds - offset(wallSeconds + 86_400);
  return offset(second) + second === wallSeconds ? second : first;
}

function wallClock(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
}

function offsetAt(format: Intl.DateTimeFormat, utcSeconds: number): number {
  const parts = new Map(format.formatToParts(utcSeconds * 1000).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return wall / 1000 - utcSeconds;
}
