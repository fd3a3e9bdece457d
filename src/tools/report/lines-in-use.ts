import type { LinesInUse } from './figures.ts';
import { createLocalHours, createLocalText, type Day } from './local-time.ts';

/** Since 1972 every zone has changed its clocks on a quarter of an hour, so that a quarter lies within one local hour. */
const quarterSeconds = 900;
const hoursOfDay = 24;

/** A call counts for at most this long: a row with a longer call is broken. */
const longestCallSeconds = 7 * 86_400;

/**
 * Counts calls at the same time, second by second. Holds a counter for each second of the quarters of an hour that
 * calls in progress reach into: those of one week at most (3 MB), however many calls there are.
 */
export class LinesTally {
  readonly mostByDay = new Map<Day, number>();
  readonly #mostByHour = new Array<number>(hoursOfDay).fill(0);
  readonly #localHour: ReturnType<typeof createLocalHours>;
  readonly #localText: ReturnType<typeof createLocalText>;
  /** By quarter since 1970: the change of the level at each of its seconds. */
  readonly #changes = new Map<number, Int32Array>();
  /** The next quarter to be swept. */
  #next: number | undefined;
  #level = 0;
  #most = 0;
  #mostAt: number | undefined;

  constructor(timeZone: string) {
    this.#localHour = createLocalHours(timeZone);
    this.#localText = createLocalText(timeZone);
  }

  /** Counts a call from its start up to its end, both in whole seconds since 1970. */
  add(start: number, end: number): void {
    this.#change(start, 1);
    this.#change(Math.min(Math.max(end, start + 1), start + longestCallSeconds), -1);
  }

  /** Counts all seconds before this one. Every call that started before it must have been added. */
  sweep(second: number): void {
    const end = Math.floor(second / quarterSeconds);
    if (this.#next === undefined || end <= this.#next) return;
    for (let quarter = this.#next; quarter < end; quarter += 1) this.#sweepQuarter(quarter, quarterSeconds);
    this.#next = end;
  }

  /** Returns the figures of the calls before this second, the end of the range. */
  end(second: number): LinesInUse {
    this.sweep(second);
    if (this.#next !== undefined) this.#sweepQuarter(this.#next, second - this.#next * quarterSeconds);
    const at = this.#mostAt === undefined ? null : this.#localText(this.#mostAt * 1000);
    return { most: this.#most, at, byHour: this.#mostByHour };
  }

  #change(second: number, by: number): void {
    const quarter = Math.floor(second / quarterSeconds);
    this.#next = Math.min(this.#next ?? quarter, quarter);
    let changes = this.#changes.get(quarter);
    if (changes === undefined) {
      changes = new Int32Array(quarterSeconds);
      this.#changes.set(quarter, changes);
    }
    const place = second - quarter * quarterSeconds;
    changes[place] = (changes[place] ?? 0) + by;
  }

  /** Sweeps the first seconds of a quarter. */
  #sweepQuarter(quarter: number, seconds: number): void {
    if (seconds <= 0) return;
    const changes = this.#changes.get(quarter);
    this.#changes.delete(quarter);
    // The level before the first second was that of the quarter before.
    this.#level += changes?.[0] ?? 0;
    let [most, mostAt] = [this.#level, 0];
    for (let place = 1; changes !== undefined && place < seconds; place += 1) {
      this.#level += changes[place] ?? 0;
      if (this.#level > most) [most, mostAt] = [this.#level, place];
    }
    this.#note(most, quarter * quarterSeconds, mostAt);
  }

  #note(most: number, quarterStart: number, mostAt: number): void {
    if (most > this.#most) [this.#most, this.#mostAt] = [most, quarterStart + mostAt];
    const { day, hour } = this.#localHour(quarterStart * 1000);
    this.#mostByHour[hour] = Math.max(this.#mostByHour[hour] ?? 0, most);
    if (most > (this.mostByDay.get(day) ?? 0)) this.mostByDay.set(day, most);
  }
}
