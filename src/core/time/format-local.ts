import { createZone } from './zone.ts';

/** No zone changes its clocks and back within an hour, so one offset at both ends of an hour holds throughout it. */
const hourMs = 60 * 60 * 1000;

/** To the second, in UTC: `2026-03-01T00:00:00Z`. */
export function instantText(instant: Date): string {
  return instant.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** For people: `2026-03-01 00:00 EST (UTC-05:00)`, seconds only where there are any, `2026-03-01 00:00 UTC` in UTC. */
export function formatForPeople(instant: Date, timeZone: string): string {
  const zone = createZone(timeZone);
  const offsetMs = zone.offsetAt(instant.getTime());
  const [date, time] = wallText(instant.getTime() + offsetMs);
  const clock = time.endsWith(':00') ? time.slice(0, -3) : time;
  if (timeZone === 'UTC') return `${date} ${clock} UTC`;
  const abbreviation = zoneAbbreviation(instant, timeZone);
  return `${date} ${clock} ${abbreviation === undefined ? '' : `${abbreviation} `}(UTC${offsetText(offsetMs)})`;
}

/** Formats instants as ISO local times with the offset, `2026-03-01T00:00:00-05:00`; fastest when they come in order. */
export function createLocalTimeFormatter(timeZone: string): (instant: Date) => string {
  const offsetAt = createOffsets(timeZone);
  return (instant) => {
    const offsetMs = offsetAt(instant.getTime());
    const [date, time] = wallText(instant.getTime() + offsetMs);
    return `${date}T${time}${offsetText(offsetMs)}`;
  };
}

/**
 * Returns the offset of a zone's clocks from UTC at an instant, both in milliseconds; fastest for instants in order.
 * Asking the platform takes microseconds, so the offset of the last hour is remembered.
 */
export function createOffsets(timeZone: string): (instantMs: number) => number {
  const zone = createZone(timeZone);
  let hour: number | undefined;
  let offsetMs: number | undefined;
  return (instantMs) => {
    const wanted = Math.floor(instantMs / hourMs);
    if (wanted !== hour) {
      const atStart = zone.offsetAt(wanted * hourMs);
      hour = wanted;
      offsetMs = atStart === zone.offsetAt((wanted + 1) * hourMs) ? atStart : undefined;
    }
    return offsetMs ?? zone.offsetAt(instantMs);
  };
}

function wallText(wallMs: number): [date: string, time: string] {
  const text = new Date(wallMs).toISOString();
  return [text.slice(0, 10), text.slice(11, 19)];
}

function offsetText(offsetMs: number): string {
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  const digits = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'));
  return `${offsetMs < 0 ? '-' : '+'}${digits.join(':')}`;
}

/** The usual name of the zone at that time (`EST`); undefined if the platform knows only its offset. */
function zoneAbbreviation(instant: Date, timeZone: string): string | undefined {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'short' }).formatToParts(instant);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value;
  return name === undefined || /^(GMT|UTC)[+-]/.test(name) ? undefined : name;
}
