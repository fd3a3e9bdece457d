import { Calls, firstIndex } from '../calls/calls.ts';
import { LONGEST_CALL_SECONDS } from '../calls/patterns.ts';
import { draw, fraction } from '../calls/random.ts';
import type { CallRow } from '../calls/row.ts';
import type { ApiTime } from '../calls/api-time.ts';
import type { SandboxSettings } from '../options.ts';
import type { AppearanceLatency, SandboxSwitches } from '../switches.ts';

import { filterTest, type CallLogsQuery, type Span } from './query.ts';

const LATE = 0x4000;
const LATENCY = 0x4001;
const RELEASE = 0x4002;

/**
 * All calls of the sandbox, and which of them are listed at an instant: those that have ended and whose latency has
 * passed (fact 19), except for the ones held back until a client pages through their range (fact 17).
 */
export class CallStore {
  readonly #calls: Calls;
  readonly #time: ApiTime;
  readonly #seed: number;
  readonly #latency: AppearanceLatency | null;
  #heldBack: ReadonlySet<number>;
  #releases = 0;
  readonly #removed = new Set<number>();
  readonly #corrections = new Map<number, Partial<CallRow>>();
  #listed: Uint32Array = new Uint32Array();
  #listedKey = '';

  constructor({ seed, switches, calls: count, fromSeconds: from, toSeconds: to }: SandboxSettings, time: ApiTime) {
    this.#calls = new Calls({ ...switches, seed, from, to, count });
    this.#time = time;
    this.#seed = seed;
    this.#latency = switches.appearanceLatency;
    this.#heldBack = drawLateCalls(this.#calls, draw(seed, LATE), switches.lateCalls);
  }

  /** Returns every call that is listed now, as indices in order of start; `lag` leaves out that many of the newest. */
  listed(now: Date, lag = 0): Uint32Array {
    const second = Math.floor(now.getTime() / 1000);
    const key = `${second}/${this.#releases}/${this.#removed.size}`;
    if (key !== this.#listedKey) this.#listed = this.#findListed(second);
    this.#listedKey = key;
    return this.#listed.subarray(0, Math.max(0, this.#listed.length - lag));
  }

  /** Returns the listed calls that match a query, in its order. Calls of one second change their order with `turn`. */
  find(query: CallLogsQuery, listed: Uint32Array, turn: number | undefined): Uint32Array {
    const { start, end, filters, order } = query;
    const inSpan = this.#inSpan(listed, start);
    const passesFilters = filterTest(filters);
    const matches = (index: number): boolean => {
      const endsAt = this.#calls.end(index);
      const isInEnd = end === undefined || (end.reaches(endsAt) && !end.passes(endsAt));
      return isInEnd && passesFilters(this.#calls.pattern(index));
    };
    const found = end === undefined && filters.size === 0 ? inSpan : inSpan.filter(matches);
    const ordered = order === 'asc' ? found : found.toReversed();
    return turn === undefined ? ordered : rotateTies(ordered, this.#calls, turn);
  }

  /** Makes the row of a call. */
  row(index: number): CallRow {
    const row = this.#calls.row(index, this.#time);
    const correction = this.#corrections.get(index);
    return correction === undefined ? row : { ...row, ...correction };
  }

  /** Lists a call no longer. Returns false if there is none with this id. */
  remove(id: string): boolean {
    const index = this.#indexOf(id);
    if (index !== undefined) this.#removed.add(index);
    return index !== undefined;
  }

  /** Lists a call with other values from now on. Returns false if there is none with this id. */
  correct(id: string, fields: Partial<CallRow>): boolean {
    const index = this.#indexOf(id);
    if (index !== undefined) this.#corrections.set(index, { ...this.#corrections.get(index), ...fields });
    return index !== undefined;
  }

  /** Lists one of the held-back calls of a span, if there is one (fact 17). */
  listLateCall(span: Span): void {
    const candidates = [...this.#heldBack].filter((index) => {
      return span.reaches(this.#calls.start(index)) && !span.passes(this.#calls.start(index));
    });
    const released = candidates[draw(this.#seed + this.#releases, RELEASE) % candidates.length];
    if (released === undefined) return;
    this.#heldBack = new Set([...this.#heldBack].filter((index) => index !== released));
    this.#releases += 1;
  }

  /** Returns the true rows of a span by start, then id; without `now` also those that are not listed yet. */
  truth(span: Span, now: Date | undefined): CallRow[] {
    const all = now === undefined ? this.#all() : this.listed(now);
    const rows = [...this.#inSpan(all, span)].map((index) => ({ second: this.#second(index), row: this.row(index) }));
    rows.sort((one, other) => one.second - other.second || (one.row.id < other.row.id ? -1 : 1));
    return rows.map(({ row }) => row);
  }

  #all(): Uint32Array {
    const all = Uint32Array.from({ length: this.#calls.count }, (_, index) => index);
    return this.#removed.size === 0 ? all : all.filter((index) => !this.#removed.has(index));
  }

  /** Looks at one call after the other: ids are not stored. */
  #indexOf(id: string): number | undefined {
    for (let index = 0; index < this.#calls.count; index += 1) {
      if (this.#calls.row(index, this.#time).id === id && !this.#removed.has(index)) return index;
    }
    return undefined;
  }

  #second(index: number): number {
    return Math.floor(this.#calls.start(index));
  }

  #inSpan(listed: Uint32Array, { reaches, passes }: Span): Uint32Array {
    const startAt = (place: number): number => this.#calls.start(listed[place] ?? 0);
    const low = firstIndex(listed.length, (place) => reaches(startAt(place)));
    const high = firstIndex(listed.length, (place) => passes(startAt(place)));
    return listed.subarray(low, Math.max(low, high));
  }

  #findListed(second: number): Uint32Array {
    const { starts } = this.#calls;
    const worstSeconds = (this.#latency?.worstMs ?? 0) / 1000;
    const begun = firstIndex(starts.length, (index) => this.#calls.start(index) > second);
    const oldest = second - LONGEST_CALL_SECONDS - worstSeconds;
    const settled = firstIndex(begun, (index) => this.#calls.start(index) >= oldest);
    const listed = new Uint32Array(begun);
    const isHidden = this.#heldBack.size > 0 || this.#removed.size > 0;
    let count = 0;
    for (let index = 0; index < begun; index += 1) {
      const isListed = index < settled || this.#listedFrom(index) <= second;
      if (isListed && !(isHidden && this.#isHidden(index))) listed[count++] = index;
    }
    return listed.subarray(0, count);
  }

  #isHidden(index: number): boolean {
    return this.#heldBack.has(index) || this.#removed.has(index);
  }

  /** Returns the second from which a call is listed. */
  #listedFrom(index: number): number {
    const end = this.#calls.end(index);
    const drawn = fraction(draw(this.#seed, LATENCY), index);
    return this.#latency === null ? end : end + latencySeconds(this.#latency, drawn);
  }
}

/** Changes the order within each second by the turn: every run of calls of one second is rotated (fact 16). */
function rotateTies(listing: Uint32Array, calls: Calls, turn: number): Uint32Array {
  const secondAt = (place: number): number => Math.floor(calls.start(listing[place] ?? 0));
  const rotated = new Uint32Array(listing.length);
  let begin = 0;
  let second = secondAt(0);
  for (let end = 1; end <= listing.length; end += 1) {
    const next = end < listing.length ? secondAt(end) : undefined;
    if (next === second) continue;
    const shift = draw(turn, second) % (end - begin);
    rotated.set(listing.subarray(begin + shift, end), begin);
    rotated.set(listing.subarray(begin, begin + shift), end - shift);
    begin = end;
    second = next ?? 0;
  }
  return rotated;
}

function drawLateCalls({ count }: Calls, seed: number, share: SandboxSwitches['lateCalls']): ReadonlySet<number> {
  const late = new Set<number>();
  for (let index = 0; share > 0 && index < count; index += 1) {
    if (fraction(seed, index) < share) late.add(index);
  }
  return late;
}

/**
 * Interpolates between the measured points: half of the calls by the median, nine in ten by the next, all by the
 * worst.
 */
function latencySeconds(latency: AppearanceLatency, drawn: number): number {
  const { medianMs, ninetiethPercentileMs, worstMs } = latency;
  if (drawn < 0.5) return (medianMs * (drawn / 0.5)) / 1000;
  if (drawn < 0.9) return (medianMs + (ninetiethPercentileMs - medianMs) * ((drawn - 0.5) / 0.4)) / 1000;
  return (ninetiethPercentileMs + (worstMs - ninetiethPercentileMs) * ((drawn - 0.9) / 0.1)) / 1000;
}
