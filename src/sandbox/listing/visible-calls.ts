import { draw, fraction } from '../chance.ts';
import { LONGEST_CALL_SECONDS } from '../rows/call-length.ts';
import type { Calls } from '../rows/calls.ts';
import type { AppearanceLatency, SandboxSwitches } from '../switches.ts';

import { atLeast } from './sorted.ts';

/** Which calls are listed at an instant: those with an index below `end`, but the hidden ones (ascending). */
export interface VisibleCalls {
  readonly end: number;
  readonly hidden: readonly number[];
  /** Differs whenever the calls listed differ. */
  readonly version: number;
}

const LATE = 0x4000;
const LATENCY = 0x4001;
const RELEASE = 0x4002;

/**
 * Keeps track of which calls are listed: those that ended, and whose latency has passed (fact 19), but the ones held
 * back until somebody pages through their range (fact 17).
 */
export class Visibility {
  readonly #calls: Calls;
  readonly #latency: AppearanceLatency | null;
  readonly #heldBack: number[];
  readonly #latencySeed: number;
  #released = 0;
  #latest: VisibleCalls = { end: 0, hidden: [], version: 0 };
  #latestKey = '';

  constructor(calls: Calls, { appearanceLatency, lateCalls }: SandboxSwitches) {
    this.#calls = calls;
    this.#latency = appearanceLatency;
    this.#latencySeed = draw(calls.seed, LATENCY);
    this.#heldBack = lateCalls === 0 ? [] : drawLateCalls(calls, lateCalls);
  }

  at(now: Date): VisibleCalls {
    const second = Math.floor(now.getTime() / 1000);
    const key = `${second}/${this.#released}`;
    if (key === this.#latestKey) return this.#latest;
    this.#latestKey = key;
    const seen = this.#look(second);
    if (!isSame(seen, this.#latest)) this.#latest = { ...seen, version: this.#latest.version + 1 };
    return this.#latest;
  }

  /** Logs one held-back call with an index from `low` (inclusive) to `high` (exclusive), if there is one. */
  release(low: number, high: number): void {
    const first = atLeast(this.#heldBack, low);
    const count = atLeast(this.#heldBack, high) - first;
    if (count === 0) return;
    this.#heldBack.splice(first + (draw(this.#calls.seed + this.#released, RELEASE) % count), 1);
    this.#released += 1;
  }

  #look(second: number): Omit<VisibleCalls, 'version'> {
    const { starts } = this.#calls;
    const end = atLeast(starts, second + 1);
    const worstSeconds = (this.#latency?.worstMs ?? 0) / 1000;
    const hidden = this.#heldBack.slice(0, atLeast(this.#heldBack, end));
    const held = new Set(hidden);
    for (let index = atLeast(starts, second - LONGEST_CALL_SECONDS - worstSeconds); index < end; index += 1) {
      if (!held.has(index) && this.#appearsAt(index) > second) hidden.push(index);
    }
    return { end, hidden: hidden.sort((one, other) => one - other) };
  }

  /** The second at which a call is listed. */
  #appearsAt(index: number): number {
    const end = this.#calls.end(index);
    return this.#latency === null ? end : end + latencySeconds(this.#latency, fraction(this.#latencySeed, index));
  }
}

function isSame(one: Omit<VisibleCalls, 'version'>, other: VisibleCalls): boolean {
  const isEquallyLong = one.end === other.end && one.hidden.length === other.hidden.length;
  return isEquallyLong && one.hidden.every((index, place) => index === other.hidden[place]);
}

function drawLateCalls({ seed, starts }: Calls, share: number): number[] {
  const lateSeed = draw(seed, LATE);
  const late: number[] = [];
  for (let index = 0; index < starts.length; index += 1) {
    if (fraction(lateSeed, index) < share) late.push(index);
  }
  return late;
}

/** Straight lines through the measured points: half by the median, nine in ten by the next, all by the worst. */
function latencySeconds(latency: AppearanceLatency, drawn: number): number {
  const { medianMs, ninetiethPercentileMs, worstMs } = latency;
  if (drawn < 0.5) return (medianMs * (drawn / 0.5)) / 1000;
  if (drawn < 0.9) return (medianMs + (ninetiethPercentileMs - medianMs) * ((drawn - 0.5) / 0.4)) / 1000;
  return (ninetiethPercentileMs + (worstMs - ninetiethPercentileMs) * ((drawn - 0.9) / 0.1)) / 1000;
}
