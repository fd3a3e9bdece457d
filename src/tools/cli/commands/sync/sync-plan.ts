import type { TimeWindow } from '../../../../core/errors/index.ts';
import { createZone, type PhraseOptions, readInstant, readRange, writeInstead } from '../../../../core/time/index.ts';
import type { SyncOptions } from '../../../sync/index.ts';
import { usageError } from '../../failure.ts';
import { readStorePlace, type StorePlace } from '../../store-place.ts';
import type { Environment } from '../../terminal/reporter.ts';
import type { SyncFlags } from './sync-flags.ts';

/** A run that can start: what was typed, checked without touching the store or the network. */
export interface SyncPlan {
  readonly place: StorePlace;
  readonly mode: NonNullable<SyncOptions['mode']>;
  /** Undefined if the zone is the one that the store knows. */
  readonly timeZone: string | undefined;
  /** The time from the start of a run to that of the next, in milliseconds; undefined for a single run. */
  readonly everyMs: number | undefined;
}

/**
 * Reads the flags.
 *
 * @throws ConfigurationError a flag is missing, invalid, or does not go with another
 */
export function planSync(flags: SyncFlags, env: Environment, now: Date): SyncPlan {
  const place = readStorePlace('--to', flags.to, env);
  if (flags.tz !== undefined) createZone(flags.tz);
  if (flags.parallel !== undefined && flags.accounts === undefined) {
    throw usageError('--parallel needs --accounts', 'Add --accounts, or remove --parallel.');
  }
  if (flags.schedule !== undefined && flags.queue !== true) {
    throw usageError('--schedule needs --queue', 'Add --queue, or remove --schedule.');
  }
  if (flags.queue === true && place.kind !== 'postgres') {
    throw usageError('--queue needs a PostgreSQL database', 'Name one, such as --to postgres://db.example.com/calls.');
  }
  // These are read again for each run and zone. Reading them here reports mistakes at once.
  spansOf(flags, { timeZone: flags.tz, now });
  return {
    place,
    mode: flags.audit ? 'audit' : flags.dryRun ? 'plan' : 'sync',
    timeZone: flags.tz,
    everyMs: flags.every === undefined ? undefined : readInterval('--every', flags.every),
  };
}

/** The spans that the flags name, by the clocks of an account and at the start of a run. */
export interface SyncSpans {
  readonly since: Date | undefined;
  readonly recheck: TimeWindow | undefined;
  /** Sentences about local times that a clock change skips or repeats. */
  readonly notes: readonly string[];
}

/** Throws a `ConfigurationError` for a time that is not understood or lies in the future. */
export function spansOf({ since, recheck }: SyncFlags, options: PhraseOptions & { readonly now: Date }): SyncSpans {
  const first = since === undefined ? undefined : readSince(since, options);
  const again = recheck === undefined ? undefined : readRecheck(recheck, options);
  return { since: first?.at, recheck: again, notes: [...(first?.notes ?? []), ...(again?.notes ?? [])] };
}

type Spoken<Value> = Value & { readonly notes: readonly string[] };

/** An instant, or the beginning of a period such as `2024` or `90d`. */
function readSince(text: string, options: PhraseOptions & { readonly now: Date }): Spoken<{ readonly at: Date }> {
  const instant = readInstant(text, options);
  const period = 'problem' in instant ? readPeriod(text, options) : undefined;
  const read = period === undefined || 'problem' in period ? instant : { at: period.from, notes: period.notes };
  if ('problem' in read) {
    throw usageError(`--since ${read.problem}`, writeInstead(read) ?? 'Expected 2024-01-01, 2024-01, 2024 or 90d.');
  }
  requirePast('--since', text, read.at, options.now);
  return read;
}

/** A range in words, or two instants with `..` between them; the second is the first instant after the range. */
function readRecheck(text: string, options: PhraseOptions & { readonly now: Date }): Spoken<TimeWindow> {
  const [first, end, ...more] = text.split('..');
  const isBounds = first && end && more.length === 0;
  const read = isBounds ? readBounds(first, end, options) : readPeriod(text, options);
  if ('problem' in read) {
    const expected = 'Expected yesterday, 2026-01, 7d or 2026-01-05..2026-01-08.';
    throw usageError(`--recheck ${read.problem}`, writeInstead(read) ?? expected);
  }
  if (read.from >= read.to) {
    throw usageError(
      `--recheck ${JSON.stringify(text)} is empty`,
      'The second time is the first instant after the range.',
    );
  }
  requirePast('--recheck', text, read.from, options.now);
  return read;
}

/** Reads a range as the library does, but `7d` also works without `last` before it. */
function readPeriod(text: string, options: PhraseOptions): ReturnType<typeof readRange> {
  const isSpan = /^\s*\d{1,5} ?[hdw]/i.test(text);
  return readRange(text, isSpan ? { ...options, kind: 'last' } : options);
}

function readBounds(first: string, end: string, options: PhraseOptions): ReturnType<typeof readRange> {
  const [from, to] = [readInstant(first, options), readInstant(end, options)];
  if ('problem' in from) return from;
  if ('problem' in to) return to;
  return { kind: 'last', from: from.at, to: to.at, notes: [...from.notes, ...to.notes] };
}

function requirePast(flag: string, text: string, at: Date, now: Date): void {
  if (at < now) return;
  const summary = `${flag} ${JSON.stringify(text)} lies in the future: it is ${now.toISOString().slice(0, 19)}Z now`;
  throw usageError(summary, 'Give an earlier one, or correct the clock of this computer.');
}

const unitsMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const shortestMs = 1000;
/** The longest interval. Node's timers cannot wait for more than 24 days. */
const longestMs = 7 * 86_400_000;

/**
 * Reads the value of a flag such as `30s`, `5m` or `1h`, in milliseconds.
 *
 * @throws ConfigurationError it is not a time from a second to a week
 */
export function readInterval(flag: string, text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,6}) ?(s|m|min|h|d)$/i.exec(text.trim()) ?? [];
  const intervalMs = Number(count) * (unitsMs[unit.charAt(0).toLowerCase()] ?? NaN);
  if (intervalMs >= shortestMs && intervalMs <= longestMs) return intervalMs;
  throw usageError(
    `${flag} is ${JSON.stringify(text)}, but must be a time from 1s to 7d`,
    'Write it as 30s, 5m or 1h.',
  );
}
