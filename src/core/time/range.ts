import { ConfigurationError, type TimeWindow } from '../errors/index.ts';
import { type Instant, resolveInstant } from './instant.ts';
import { createZone } from './zone.ts';

/** A range of call starts as a caller names it. */
export interface RangeOptions {
  /** The first instant that belongs to the range. */
  readonly from: Instant;
  /** The first instant that no longer belongs to it. */
  readonly to: Instant;
  /** IANA name of the zone of dates and times without an offset. Default: UTC. */
  readonly timeZone?: string | undefined;
}

/** The range in instants, to the second. */
export interface ResolvedRange extends TimeWindow {
  /** A part of the range has not happened yet, so its calls cannot be listed yet. */
  readonly endsInFuture: boolean;
}

/**
 * The range in instants. Throws a `ConfigurationError` for what is no point in time, an unknown zone, a range that
 * holds no second, and one that lies wholly in the future.
 */
export function resolveRange({ from, to, timeZone = 'UTC' }: RangeOptions, now: Date): ResolvedRange {
  createZone(timeZone);
  const first = resolveInstant(from, 'from', timeZone);
  const end = resolveInstant(to, 'to', timeZone);
  if (end <= first) {
    throw new ConfigurationError(
      `The range is empty: "to" (${iso(end)}) is ${end < first ? 'before' : 'the same second as'} "from" (${iso(first)})`,
      {
        hint: '"from" is inclusive and "to" exclusive, so "to" must be later: for one day, give the next day as "to".',
      },
    );
  }
  // Bounds are rounded up to the second, and so must be what they are compared with: `to: new Date()` is not the future.
  const present = resolveInstant(now, 'now');
  if (first >= present) {
    throw new ConfigurationError(
      `The range lies in the future: "from" is ${iso(first)}, and it is ${iso(present)} now`,
      {
        hint: 'Give an earlier "from", and check the clock of this computer if it is wrong.',
      },
    );
  }
  return { from: first, to: end, endsInFuture: end > present };
}

/** To the second, in UTC. */
function iso(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}
