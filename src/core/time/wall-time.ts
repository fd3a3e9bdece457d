import type { Zone } from './zone.ts';

/** No zone changes its clocks twice within two days, so a day before and after a time lie on either side of a change. */
const dayMs = 24 * 60 * 60 * 1000;

/**
 * The instant at which the zone's clocks show a wall time (milliseconds, read as UTC); of two the earlier. A time that
 * the clocks skip moves on by the length of the gap. That is what Temporal calls "compatible".
 */
export function instantOfWallTime(wallMs: number, zone: Zone): number {
  return existingInstant(wallMs, zone) ?? wallMs - zone.offsetAt(wallMs - dayMs);
}

/** The first instant of the day that begins at `midnightMs` (milliseconds, read as UTC), also where midnight is skipped. */
export function startOfDay(midnightMs: number, zone: Zone): number {
  return existingInstant(midnightMs, zone) ?? clockChangeBetween(midnightMs - dayMs, midnightMs + dayMs, zone);
}

function existingInstant(wallMs: number, zone: Zone): number | undefined {
  const offsets = [zone.offsetAt(wallMs - dayMs), zone.offsetAt(wallMs + dayMs)];
  const instants = offsets.map((offset) => wallMs - offset).filter((at) => at + zone.offsetAt(at) === wallMs);
  return instants.length === 0 ? undefined : Math.min(...instants);
}

/** The first instant with the later offset, to the second. */
function clockChangeBetween(beforeMs: number, afterMs: number, zone: Zone): number {
  const offsetBefore = zone.offsetAt(beforeMs);
  let [before, after] = [beforeMs / 1000, afterMs / 1000];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (zone.offsetAt(middle * 1000) === offsetBefore) before = middle;
    else after = middle;
  }
  return after * 1000;
}
