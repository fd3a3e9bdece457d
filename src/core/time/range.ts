import { ConfigurationError, type TimeWindow } from '../errors/index.ts';
import { option, phrase } from '../errors/phrase.ts';
import { type Instant, resolveInstant } from './instant.ts';
import { quoted } from '../errors/redact.ts';
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
  const summary = phrase`The range is empty: ${option('to')} (${iso(to)}) is ${relation} ${option('from')} (${iso(from)})`;
  return new ConfigurationError(summary, {
    option: 'to',
    hint: phrase`${option('from')} is inclusive and ${option('to')} exclusive. For one day, give the next day as ${option('to')}.`,
  });
}

function futureRange(from: Date, present: Date): ConfigurationError {
  return new ConfigurationError(
    phrase`The range lies in the future: ${option('from')} is ${iso(from)}, and it is ${iso(present)} now`,
    {
      option: 'from',
      hint: phrase`Give an earlier ${option('from')}, or correct the clock of this computer.`,
    },
  );
}

/** To the second, in UTC. */
function iso(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}

const monthsPerYear = 12;

/**
 * The range of a month given as `yyyy-MM`, by the clocks of a zone (an IANA name; default UTC). Throws a
 * `ConfigurationError` for a month that does not exist and for an unknown zone.
 */
export function monthRange(month: string, timeZone = 'UTC'): TimeWindow {
  const match = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month);
  if (!match) {
    throw new ConfigurationError(phrase`${option('month')} is ${quoted(month)}, which is not a month`, {
      option: 'month',
      hint: 'Give a month as "yyyy-MM", such as "2026-03".',
    });
  }
  const monthsSinceYearZero = Number(match[1]) * monthsPerYear + Number(match[2]) - 1;
  return {
    from: resolveInstant(firstDay(monthsSinceYearZero), 'month', timeZone),
    to: resolveInstant(firstDay(monthsSinceYearZero + 1), 'month', timeZone),
  };
}

function firstDay(monthsSinceYearZero: number): string {
  const year = String(Math.floor(monthsSinceYearZero / monthsPerYear)).padStart(4, '0');
  const month = String((monthsSinceYearZero % monthsPerYear) + 1).padStart(2, '0');
  return `${year}-${month}-01`;
}
