import type { ApiTime } from './api-time.ts';
import { createMonths, type CoveredRange, type Hour, type Month } from './months.ts';
import { continuesGroup, patternNumber, Patterns, type CallPattern } from './patterns.ts';
import { draw, fraction } from './random.ts';
import { callId, patternRow, type CallRow } from './row.ts';

/** Everything that the calls depend on. */
export interface CallsSettings extends CoveredRange {
  /** The number of calls that start in one second, once in 1,024 calls. */
  readonly tieRun: number;
  readonly startPrecision: 'second' | 'millisecond';
  readonly hostileText: boolean;
}

const TIE_PERCENT = 2;
const TIE_RUN_EVERY = 1024;
const JITTER = 0x11;
const TIE = 0x12;
const GROUP_GAP = 0x13;
const MILLISECOND = 0x14;

/**
 * All calls of a sandbox, by index, in order of start. Ten bytes are held for each call: its start and the number of
 * its pattern. Its row is made when it is requested.
 */
export class Calls {
  readonly count: number;
  /** Seconds since 1970, ascending; with fractions where the precision is a millisecond. */
  readonly starts: Float64Array;
  readonly #patterns: Patterns;
  readonly #patternNumbers: Uint16Array;
  readonly #patternRows: (CallRow | undefined)[] = [];
  readonly #months: readonly Month[];
  readonly #seed: number;

  constructor(settings: CallsSettings) {
    const { seed, hostileText } = settings;
    this.#seed = seed;
    this.#months = createMonths(settings);
    this.count = this.#months.reduce((sum, { count }) => sum + count, 0);
    this.#patterns = new Patterns(seed, hostileText);
    this.starts = new Float64Array(this.count);
    this.#patternNumbers = new Uint16Array(this.count);
    for (const month of this.#months) this.#fillMonth(month, settings);
  }

  /** Returns seconds since 1970. */
  start(index: number): number {
    return this.starts[index] ?? 0;
  }

  /** Returns seconds since 1970. */
  end(index: number): number {
    return this.start(index) + this.pattern(index).length;
  }

  /** Returns the pattern that a call follows. */
  pattern(index: number): CallPattern {
    return this.#patterns.get(this.#patternNumbers[index] ?? 0);
  }

  /** Makes a call's row: the fields of its pattern with its own id, start and end. */
  row(index: number, time: ApiTime): CallRow {
    const number = this.#patternNumbers[index] ?? 0;
    const fields = (this.#patternRows[number] ??= patternRow(this.#patterns.get(number)));
    return { ...fields, id: this.#id(index), start: time.format(this.start(index)), end: time.format(this.end(index)) };
  }

  #id(index: number): string {
    const next = firstIndex(this.#months.length, (place) => (this.#months[place]?.first ?? 0) > index);
    const month = this.#months[next - 1];
    return callId(this.#seed, month?.number ?? 0, index - (month?.first ?? 0));
  }

  #fillMonth(month: Month, { tieRun, startPrecision }: CallsSettings): void {
    const starts = this.starts.subarray(month.first, month.first + month.count);
    const numbers = this.#patternNumbers.subarray(month.first, month.first + month.count);
    let weight = 0;
    let place = 0;
    for (const hour of month.hours) {
      weight += hour.weight;
      const end = Math.round((month.count * weight) / month.weight);
      fillHour(starts, month.seed, { hour, first: place, end, tieRun });
      for (; place < end; place += 1) numbers[place] = patternNumber(month.seed, place, hour.mood);
    }
    if (startPrecision === 'millisecond') addMilliseconds(starts, month.seed);
  }
}

/** Returns the first index from 0 for which a condition holds, or `length`. From that index on it must always hold. */
export function firstIndex(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The calls of an hour: their places in the month, `end` exclusive. */
interface HourCalls {
  readonly hour: Hour;
  readonly first: number;
  readonly end: number;
  readonly tieRun: number;
}

/** Spreads the calls of an hour evenly, each a little off its place; ties and call groups follow the call before. */
function fillHour(starts: Float64Array, seed: number, { hour, first, end, tieRun }: HourCalls): void {
  for (let place = first; place < end; place += 1) {
    const share = (place - first + fraction(seed ^ place, JITTER)) / (end - first);
    const regular = hour.from + Math.floor(share * hour.seconds);
    const previous = starts[place - 1];
    const gap = previous === undefined ? undefined : gapAfterPrevious(seed, place, tieRun);
    const start = gap === undefined ? regular : (previous ?? 0) + gap;
    starts[place] = Math.max(previous ?? 0, Math.min(start, hour.from + hour.seconds - 1));
  }
}

/** Returns the seconds since the call before for a tie or a call group; `undefined` for all others. */
function gapAfterPrevious(seed: number, place: number, tieRun: number): number | undefined {
  const inTieRun = place % TIE_RUN_EVERY;
  if (inTieRun > 0 && inTieRun < tieRun) return 0;
  if (continuesGroup(seed, place)) return draw(seed ^ place, GROUP_GAP) % 3;
  return draw(seed ^ place, TIE) % 100 < TIE_PERCENT ? 0 : undefined;
}

/** Moves the calls of each second to ascending milliseconds within it. */
function addMilliseconds(starts: Float64Array, seed: number): void {
  for (let begin = 0, end = 0; begin < starts.length; begin = end) {
    const second = starts[begin] ?? 0;
    while (starts[end] === second) end += 1;
    for (let place = begin; place < end; place += 1) {
      const share = (place - begin + fraction(seed ^ place, MILLISECOND)) / (end - begin);
      starts[place] = second + Math.floor(share * 1000) / 1000;
    }
  }
}
