import { ConfigurationError, type TimeWindow } from '../errors/index.ts';
import { resolveInstant } from './instant.ts';
import { problemOfPhrase, problemOfSpan, type PhraseProblem, writeInstead } from './phrase-problems.ts';
import { createZone, type Zone } from './zone.ts';

/** The options for reading a phrase. */
export interface PhraseOptions {
  /** IANA name of the zone whose days, weeks and months are meant. Default: UTC. */
  readonly timeZone?: string | undefined;
  /** The present, from which `today`, `last month` and `last 7d` are counted. Default: the platform's clock. */
  readonly now?: Date | undefined;
}

/** A calendar period, or `last`: a span that ends now, such as 7 days. */
export type PhraseKind = 'day' | 'week' | 'month' | 'quarter' | 'year' | 'last';

/** The range that a phrase names, its kind, and notes about its bounds. */
export interface PhraseRange extends TimeWindow {
  /** The kind of period that the phrase names. */
  readonly kind: PhraseKind;
  /** One sentence for each bound that a clock change skips or repeats. Usually empty. */
  readonly notes: readonly string[];
}

/** The instant that a phrase names. */
export interface PhraseInstant {
  readonly at: Date;
  /** One sentence, if a clock change skips or repeats the local time that was given. */
  readonly notes: readonly string[];
}

/**
 * Reads a range as people name it, by the clocks of a zone.
 *
 * - `today`, `yesterday`, `2026-01-05`: a day, from midnight to midnight (23 or 25 hours where clocks change).
 * - `this week`, `last week`, `2026-W02`: a week from Monday to Sunday (ISO 8601).
 * - `this month`, `last month`, `2026-01` · `this quarter`, `last quarter`, `2026-Q1` · `this year`, `last year`, `2026`.
 * - `last 24h`, `last 7d`, `last 4w` (also `last 7 days`): a span that ends now. Hours are exact; days and weeks begin at
 *   the same time of day. Every other phrase names the whole period, even if its end is still to come.
 *
 * @returns the instants, to the second; `from` is inclusive and `to` exclusive. `list` takes them as they are.
 * @throws ConfigurationError for any other phrase, such as the ambiguous `1/2/2026`, and for an unknown zone. The hint
 * has the right form.
 */
export function parseRange(phrase: string, options: PhraseOptions = {}): TimeWindow {
  const result = readRange(phrase, options);
  if (!('problem' in result)) return { from: result.from, to: result.to };
  const expected = 'Give a range such as "yesterday", "2026-01-05", "last week", "2026-01", "2026-Q1" or "last 7d".';
  throw new ConfigurationError(result.problem, { hint: writeInstead(result) ?? expected });
}

/**
 * Reads a range as `parseRange` does, but returns a problem instead of throwing, and returns more about the range. With
 * a `kind`, only phrases of that kind are understood, and `this`, `last` or `7d` need no further word.
 */
export function readRange(
  phrase: string,
  { timeZone = 'UTC', now = new Date(), kind }: PhraseOptions & { readonly kind?: PhraseKind },
): PhraseRange | PhraseProblem {
  const zone = createZone(timeZone);
  const text = phrase.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  if (kind === 'last' || (kind === undefined && /^last -?\d/.test(text))) {
    const span = readSpan(text.replace(/^last /, ''), zone, now);
    return span ?? problemOfSpan(phrase, text.replace(/^last /, ''));
  }
  const today = localMidnight(now, zone);
  for (const unit of kind === undefined ? units : [kind]) {
    const first = readPeriod(unit, wordsFor(unit, text, kind), today);
    if (first === undefined) continue;
    const from = startOfDay(first, zone);
    const to = startOfDay(shift(unit, first, 1), zone);
    if (from === undefined || to === undefined) break;
    return { kind: unit, from: from.at, to: to.at, notes: [...from.notes, ...to.notes] };
  }
  return problemOfPhrase(phrase, text, kind === undefined ? 'a range' : `a ${kind}`);
}

/**
 * Reads a bound of a range: `now`, the first instant of `today`, `yesterday` or `tomorrow`, or a date or time as the
 * option `from` of `list` takes it. Throws a `ConfigurationError` only for an unknown zone.
 */
export function readInstant(
  phrase: string,
  { timeZone = 'UTC', now = new Date() }: PhraseOptions,
): PhraseInstant | PhraseProblem {
  const zone = createZone(timeZone);
  const text = phrase.trim().toLowerCase();
  if (text === 'now') return { at: wholeSecond(now), notes: [] };
  const days = { yesterday: -1, today: 0, tomorrow: 1 }[text];
  const at = days === undefined ? undefined : startOfDay(localMidnight(now, zone) + days * dayMs, zone);
  return at ?? readLocalTime(phrase.trim(), zone) ?? problemOfPhrase(phrase, text, 'a date or time');
}

type Unit = Exclude<PhraseKind, 'last'>;

const units: readonly Unit[] = ['day', 'week', 'month', 'quarter', 'year'];
const dayMs = 86_400_000;
const hourMs = 3_600_000;

// Dates of a calendar are held as the milliseconds of their midnight, read as UTC.

function localMidnight(instant: Date, zone: Zone): number {
  const wallMs = instant.getTime() + zone.offsetAt(instant.getTime());
  return Math.floor(wallMs / dayMs) * dayMs;
}

/** In a phrase without a kind, `this` and `last` need their unit: `last week`. */
function wordsFor(unit: Unit, text: string, kind: PhraseKind | undefined): string {
  if (kind === undefined) return text.replace(new RegExp(`^(this|last) ${unit}$`), '$1!');
  return /^(this|last)$/.test(text) ? `${text}!` : text;
}

/** The first day of the period that the words name. */
function readPeriod(unit: Unit, words: string, today: number): number | undefined {
  const present = startOf(unit, today);
  if (unit === 'day') {
    if (words === 'today') return present;
    if (words === 'yesterday') return present - dayMs;
  } else {
    if (words === 'this!') return present;
    if (words === 'last!') return shift(unit, present, -1);
  }
  const [, year = '', part = '1', day = '1'] = named[unit].exec(words) ?? [];
  return year === '' ? undefined : firstDayOf(unit, Number(year), Number(part), Number(day));
}

const named: Readonly<Record<Unit, RegExp>> = {
  day: /^([1-9]\d{3})-(\d\d)-(\d\d)$/,
  week: /^([1-9]\d{3})-?w(\d\d)$/,
  month: /^([1-9]\d{3})-(\d\d)$/,
  quarter: /^([1-9]\d{3})-?q([1-4])$/,
  year: /^([1-9]\d{3})$/,
};

function firstDayOf(unit: Unit, year: number, part: number, day: number): number | undefined {
  if (unit === 'week') {
    // Week 1 is the one with 4 January, and a week belongs to the year of its Thursday (ISO 8601).
    const monday = startOf('week', Date.UTC(year, 0, 4)) + (part - 1) * 7 * dayMs;
    return new Date(monday + 3 * dayMs).getUTCFullYear() === year ? monday : undefined;
  }
  const month = unit === 'quarter' ? 3 * part - 2 : part;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined;
}

function startOf(unit: Unit, day: number): number {
  const date = new Date(day);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  switch (unit) {
    case 'day':
      return day;
    case 'week':
      return day - ((date.getUTCDay() + 6) % 7) * dayMs;
    case 'month':
      return Date.UTC(year, month, 1);
    case 'quarter':
      return Date.UTC(year, month - (month % 3), 1);
    case 'year':
      return Date.UTC(year, 0, 1);
  }
}

/** Returns the first day of the period that lies `count` periods later. */
function shift(unit: Unit, first: number, count: number): number {
  if (unit === 'day') return first + count * dayMs;
  if (unit === 'week') return first + count * 7 * dayMs;
  const date = new Date(first);
  const months = { month: 1, quarter: 3, year: 12 }[unit];
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + count * months, 1);
}

const spanPattern = /^(\d{1,5}) ?(h|hours?|d|days?|w|weeks?)$/;

function readSpan(text: string, zone: Zone, now: Date): PhraseRange | undefined {
  const [, digits = '0', unit = ''] = spanPattern.exec(text) ?? [];
  const count = Number(digits);
  if (count === 0) return undefined;
  const to = wholeSecond(now);
  if (unit.startsWith('h')) return { kind: 'last', from: new Date(to.getTime() - count * hourMs), to, notes: [] };
  const days = unit.startsWith('w') ? 7 * count : count;
  const wallMs = to.getTime() + zone.offsetAt(to.getTime()) - days * dayMs;
  const from = readLocalTime(wallText(wallMs), zone);
  return from && { kind: 'last', from: from.at, to, notes: from.notes };
}

/** Bounds are whole seconds, rounded up as those of `list` are. */
function wholeSecond(instant: Date): Date {
  return new Date(Math.ceil(instant.getTime() / 1000) * 1000);
}

/** `2026-03-01T09:30:00`. */
function wallText(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 19);
}

function startOfDay(midnight: number, zone: Zone): PhraseInstant | undefined {
  return Number.isFinite(midnight) ? readLocalTime(wallText(midnight).slice(0, 10), zone) : undefined;
}

/** A date or time in ISO's form, with a note if the zone's clocks skip or repeat it. */
function readLocalTime(text: string, zone: Zone): PhraseInstant | undefined {
  const at = tryResolve(text, zone);
  if (at === undefined) return undefined;
  const [, date = '', time = '00:00:00', offset] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)[.\d]*(.*))?$/i.exec(text) ?? [];
  if (date === '' || (offset ?? '') !== '') return { at, notes: [] };
  const note = clockChangeNote(Date.parse(`${date}T${time}Z`), at, zone);
  return { at, notes: note === undefined ? [] : [note] };
}

function tryResolve(text: string, zone: Zone): Date | undefined {
  try {
    return resolveInstant(text, 'from', zone.name);
  } catch {
    return undefined;
  }
}

function clockChangeNote(wallMs: number, at: Date, zone: Zone): string | undefined {
  const shownMs = at.getTime() + zone.offsetAt(at.getTime());
  const written = minutes(wallMs);
  if (shownMs - wallMs >= 1000) {
    return `The clocks of ${zone.name} skip ${written}; ${minutes(shownMs)} is used.`;
  }
  const later = wallMs - zone.offsetAt(at.getTime() + dayMs);
  if (later <= at.getTime() || later + zone.offsetAt(later) !== wallMs) return undefined;
  const utc = at.toISOString().replace('.000Z', 'Z');
  return `The clocks of ${zone.name} show ${written} twice; the first is used (${utc}).`;
}

/** `2026-03-08 02:30`. */
function minutes(wallMs: number): string {
  return wallText(wallMs).slice(0, 16).replace('T', ' ');
}
