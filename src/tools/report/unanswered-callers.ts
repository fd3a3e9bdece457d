import { isCaller } from '../inbound-calls.ts';
import type { UnansweredCaller, UnansweredCallers } from './figures.ts';
import { createLocalText, dateText, type Day } from './local-time.ts';
import { ownCopy } from './people.ts';

/** The number of callers that are listed, each with a day. */
const mostListed = 50;

/** The number of candidates at which the list is cut back to `mostListed`. */
const mostCandidates = 20 * mostListed;

/** The fewest calls of a repeat caller. */
const fewestCalls = 2;

/** The calls of one caller on one day. */
interface CallerDay {
  readonly caller: string;
  readonly day: Day;
  calls: number;
  firstMs: number;
  lastMs: number;
  reached: boolean;
}

/**
 * Finds callers who rang again and again on a day and were never answered. Holds the callers of the last three local
 * days: neither folding nor a clock change moves a call further back.
 */
export class UnansweredTally {
  readonly #days = new Map<Day, Map<string, CallerDay>>();
  #candidates: CallerDay[] = [];
  #count = 0;
  #calls = 0;

  /** Takes an inbound call. */
  add(caller: string | undefined, day: Day, startMs: number, result: string): void {
    if (result === 'Blocked' || !caller) return;
    const callers = this.#callersOf(day);
    let entry = callers.get(caller);
    if (entry === undefined) {
      if (!isCaller(caller)) return;
      entry = { caller: ownCopy(caller), day, calls: 0, firstMs: Infinity, lastMs: -Infinity, reached: false };
      callers.set(entry.caller, entry);
    }
    // `Blocked` counts neither as a call nor as an answer.
    if (result !== 'Missed' && result !== 'Voicemail') {
      entry.reached = true;
      return;
    }
    entry.calls += 1;
    entry.firstMs = Math.min(entry.firstMs, startMs);
    entry.lastMs = Math.max(entry.lastMs, startMs);
  }

  /** Closes the days that ended before the day before this one. */
  closeBefore(day: Day): void {
    for (const [open, callers] of this.#days) {
      if (open < day - 1) this.#close(open, callers);
    }
  }

  end(timeZone: string, showNumbers: boolean): UnansweredCallers {
    this.closeBefore(Infinity);
    const local = createLocalText(timeZone);
    const callers = sorted(this.#candidates).map(({ caller, day, calls, firstMs, lastMs }): UnansweredCaller => {
      const [first, last] = [local(firstMs), local(lastMs)];
      return { caller: showNumbers ? caller : shortened(caller), date: dateText(day), calls, first, last };
    });
    return { count: this.#count, calls: this.#calls, callers };
  }

  #callersOf(day: Day): Map<string, CallerDay> {
    let callers = this.#days.get(day);
    if (callers === undefined) {
      callers = new Map();
      this.#days.set(day, callers);
    }
    return callers;
  }

  #close(day: Day, callers: ReadonlyMap<string, CallerDay>): void {
    this.#days.delete(day);
    for (const entry of callers.values()) {
      if (entry.calls >= fewestCalls && !entry.reached) this.#keep(entry);
    }
  }

  #keep(entry: CallerDay): void {
    this.#count += 1;
    this.#calls += entry.calls;
    this.#candidates.push(entry);
    if (this.#candidates.length >= mostCandidates) this.#candidates = sorted(this.#candidates);
  }
}

/** The most calls first, then by day, then by number, so that the list is the same on every run. */
function sorted(entries: readonly CallerDay[]): CallerDay[] {
  const order = (a: CallerDay, b: CallerDay): number =>
    b.calls - a.calls || a.day - b.day || (a.caller < b.caller ? -1 : 1);
  return entries.toSorted(order).slice(0, mostListed);
}

const digitsShown = 4;

/** `…0107`. A number of four digits or fewer is an extension, and is shown. */
function shortened(caller: string): string {
  return caller.length > digitsShown ? `…${caller.slice(-digitsShown)}` : caller;
}
