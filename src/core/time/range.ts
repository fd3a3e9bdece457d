import { ConfigurationError, type TimeWindow } from '../errors/index.ts';
import { option, phrase } from '../errors/phrase.ts';
import { instantText } from './format-local.ts';
import { type Instant, resolveInstant } from './instant.ts';
import { createZone } from './zone.ts';

/** A range of call starts as a caller names it. */
export interface RangeOptions {
  /** The first instant of the range. */
  readonly from: Instant;
  /** The first instant after the range. */
  readonly to: Instant;
  /** IANA name of the zone of dates and times without an offset. Default: UTC. */
  readonly timeZone?: string | undefined;
}

/** The range in instants, to the second. */
export interface ResolvedRange extends TimeWindow {
  /** Part of the range is in the future, so its calls cannot be listed yet. */
  readonly endsInFuture: boolean;
}

/**
 * The range in instants.
 *
 * @throws ConfigurationError a bound is not a point in time, the zone is unknown, or the range is empty or wholly in
 *   the future
 */
export function resolveRange({ from, to, timeZone = 'UTC' }: RangeOptions, now: Date): ResolvedRange {
  createZone(timeZone);
  const first = resolveInstant(from, 'from', timeZone);
  const end = resolveInstant(to, 'to', timeZone);
  if (end <= first) throw emptyRange(first, end);
  // Bounds are rounded up to the second, so the present has to be as well: `to: new Date()` is not the future.
  const present = new Date(Math.ceil(now.getTime() / 1000) * 1000);
  if (first >= present) throw futureRange(first, present);
  return { from: first, to: end, endsInFuture: end > present };
}

function emptyRange(from: Date, to: Date): ConfigurationError {
  const relation = to < from ? 'before' : 'the same second as';
  const summary = phrase`The range is empty: ${option('to')} (${instantText(to)}) is ${relation} ${option('from')} (${instantText(from)})`;
  return new ConfigurationError(summary, {
    option: 'to',
    hint: phrase`${option('from')} is inclusive and ${option('to')} exclusive. For one day, give the next day as ${option('to')}.`,
  });
}

function futureRange(from: Date, present: Date): ConfigurationError {
  return new ConfigurationError(
    phrase`The range lies in the future: ${option('from')} is ${instantText(from)}, and it is ${instantText(present)} now`,
    {
      option: 'from',
      hint: phrase`Give an earlier ${option('from')}, or correct the clock of this computer.`,
    },
  );
}
