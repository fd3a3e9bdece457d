import type { TimeWindow } from '../../core/errors/index.ts';
import {
  createOffsets,
  type PhraseInstant,
  type PhraseKind,
  type PhraseOptions,
  type PhraseProblem,
  readInstant,
  readRange,
  resolveInstant,
  resolveRange,
  type ResolvedRange,
  writeInstead,
} from '../../core/time/index.ts';
import { usageError } from './failure.ts';
import { type FlagGroups, ValueFlag, zoneFlag } from './flags.ts';

/** The flags that name a range, by the start of the calls. */
export interface RangeFlags {
  readonly day?: string;
  readonly last?: string;
  readonly week?: string;
  readonly month?: string;
  readonly quarter?: string;
  readonly from?: string;
  readonly to?: string;
  readonly tz?: string;
}

const periods = {
  day: { value: 'day', help: 'a whole day: today, yesterday or a date such as 2026-03-09', example: 'yesterday' },
  last: {
    value: 'span',
    help: 'hours, days or weeks up to now: a number with its unit such as 24h, 7d or 4w',
    example: '7d',
  },
  week: { value: 'week', help: 'a week from Monday to Sunday: this, last or a week such as 2026-W10', example: 'last' },
  month: { value: 'month', help: 'a whole month: this, last or a month such as 2026-03', example: 'last' },
  quarter: { value: 'quarter', help: 'a whole quarter: this, last or a quarter such as 2026-Q1', example: 'last' },
} as const;

const periodNames = ['day', 'last', 'week', 'month', 'quarter'] as const satisfies readonly PhraseKind[];

/** The flags that name a range, with two dashes. A suggested command that resumes with other bounds leaves them out. */
export const rangeFlagNames: readonly string[] = [...periodNames, 'from', 'to'].map((name) => `--${name}`);

export function rangeFlags(): FlagGroups {
  const from = 'first instant: now, today, yesterday, 2026-03-01, 2026-03-01T09:30 or with offset';
  return {
    'Range, by the start of the calls (one of these; --from goes with --to):': [
      ...periodNames.map((name) => {
        const { value, help, example } = periods[name];
        return new ValueFlag(`--${name} <${value}>`, help, example);
      }),
      new ValueFlag('--from <time>', from, '2026-03-01'),
      new ValueFlag('--to <time>', 'first instant after the range, written like --from', 'now'),
      zoneFlag('time zone of days and times without an offset (default: UTC)'),
    ],
  };
}

/** The range that the flags name. */
export interface NamedRange {
  readonly range: ResolvedRange;
  readonly timeZone: string;
  /** Sentences about local times that a clock change skips or repeats. */
  readonly notes: readonly string[];
}

/** Throws a `ConfigurationError` unless the flags name one range that has begun. */
export function readRangeFlags(flags: RangeFlags, now: Date): NamedRange {
  const { tz: timeZone = 'UTC' } = flags;
  const given = [...periodNames, 'from' as const, 'to' as const].filter((name) => flags[name] !== undefined);
  const [first, second] = given;
  if (first === undefined) {
    throw usageError('The range is missing', 'Add --day, --last, --week, --month, --quarter, or --from and --to.');
  }
  if (second !== undefined && (first !== 'from' || second !== 'to')) {
    throw usageError(`--${first} and --${second} cannot be used together`, 'Name one range.');
  }
  const { notes, ...bounds } =
    first === 'from' || first === 'to' ? readBounds(flags, timeZone, now) : readPeriod(first, flags, timeZone, now);
  return { range: resolveRange({ ...bounds, timeZone }, now), timeZone, notes };
}

/**
 * The span before a range that the flags name: the day, week, month or quarter before, the same number of days or hours
 * before `--last`, and a span of the same length by the zone's clocks before `--from` and `--to`.
 */
export function previousRange(flags: RangeFlags, { range: { from, to }, timeZone }: NamedRange): TimeWindow {
  const name = periodNames.find((period) => flags[period] !== undefined);
  if (name !== undefined) {
    const phrase = { day: 'yesterday', last: flags.last ?? '' }[name as string] ?? 'last';
    const before = readRange(phrase, { kind: name, timeZone, now: from });
    if (!('problem' in before)) return { from: before.from, to: from };
  }
  const offsetAt = createOffsets(timeZone);
  const wallMs = (instant: Date): number => instant.getTime() + offsetAt(instant.getTime());
  const before = new Date(2 * wallMs(from) - wallMs(to)).toISOString().slice(0, 19);
  return { from: resolveInstant(before, 'from', timeZone), to: from };
}

/** Returns whether the flags name a range. */
export function namesRange(flags: RangeFlags): boolean {
  return [...periodNames, 'from' as const, 'to' as const].some((name) => flags[name] !== undefined);
}

interface Bounds {
  readonly from: Date;
  readonly to: Date;
  readonly notes: readonly string[];
}

function readPeriod(name: (typeof periodNames)[number], flags: RangeFlags, timeZone: string, now: Date): Bounds {
  const text = flags[name] ?? '';
  const result = readRange(text, { kind: name, timeZone, now });
  if ('problem' in result) throw refusedPhrase(`--${name}`, result, periods[name].help.replace(/^.*: /, ''));
  // The library would call this bound --from.
  if (result.from >= now) {
    const summary = `--${name} ${JSON.stringify(text)} lies in the future: it is ${now.toISOString().slice(0, 19)}Z now`;
    throw usageError(summary, 'Give an earlier one, or correct the clock of this computer.');
  }
  return result;
}

function readBounds({ from, to }: RangeFlags, timeZone: string, now: Date): Bounds {
  if (to === undefined) throw usageError('--to is missing', 'Add the first instant after the range, such as --to now.');
  if (from === undefined) throw usageError('--from is missing', 'Add the first instant of the range.');
  const first = readTimeFlag('--from', from, { timeZone, now });
  const end = readTimeFlag('--to', to, { timeZone, now });
  return { from: first.at, to: end.at, notes: [...first.notes, ...end.notes] };
}

/** Reads the value of a flag that names an instant. Throws a `ConfigurationError` that shows what was typed. */
export function readTimeFlag(name: string, text: string, options: PhraseOptions): PhraseInstant {
  const result = readInstant(text, options);
  if (!('problem' in result)) return result;
  const expected = 'now, today, yesterday, 2026-03-01, 2026-03-01T09:30 or 2026-03-01T09:30:00-05:00';
  throw refusedPhrase(name, result, expected);
}

function refusedPhrase(name: string, problem: PhraseProblem, expected: string): Error {
  return usageError(`${name} ${problem.problem}`, writeInstead(problem) ?? `Expected ${expected}.`);
}
