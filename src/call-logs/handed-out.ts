import type { ResumeWindow, TimeWindow } from '../core/errors/index.ts';
import type { CallLog } from './call-log.ts';
import { keyOf } from './engine/axis.ts';
import { createFingerprintKey, encodeFingerprints, fingerprintOf, FingerprintSet } from './fingerprints.ts';
import type { ResumedWindow } from './resume.ts';

/** More fingerprints than this are not put into a `resume` value: it should stay below a megabyte or two. */
const mostKnown = 100_000;

/** The positions among the fingerprints of the calls that were handed out from a window. */
interface Part {
  readonly window: TimeWindow;
  readonly from: number;
  readonly to: number;
}

/** The calls that a reading has handed out, as fingerprints of their ids: eight bytes a call. */
export class HandedOutCalls {
  readonly #windows: readonly ResumedWindow[];
  readonly #key: ReturnType<typeof createFingerprintKey>;
  readonly #ids = new FingerprintSet();
  readonly #parts: Part[] = [];
  #returned: readonly CallLog[] = [];

  /** Takes the windows that are to be read, with what earlier readings handed out of them. */
  constructor(windows: readonly ResumedWindow[], random: () => number) {
    this.#windows = windows;
    // Readings that continue each other share one key, so that their fingerprints can be combined.
    this.#key = windows.find(({ known }) => known)?.known?.key ?? createFingerprintKey(random);
  }

  /** Begins a part: what is added before its end was handed out from this window. */
  begin(window: TimeWindow): { readonly end: () => void } {
    const from = this.#ids.size;
    return { end: () => void this.#parts.push({ window, from, to: this.#ids.size }) };
  }

  /** Adds a call; false if its id was handed out before. */
  add({ id }: CallLog): boolean {
    return this.#ids.add(fingerprintOf(id, this.#key));
  }

  /** Tells whether a call was handed out, by this reading or by those that it continues. */
  has({ id }: CallLog): boolean {
    return this.#windows.some(({ isKnown }) => isKnown?.(id) === true) || this.#ids.has(fingerprintOf(id, this.#key));
  }

  /** Takes back calls that the caller did not pass on. */
  giveBack(calls: readonly CallLog[]): void {
    this.#returned = calls;
  }

  /**
   * Returns the windows, and those of calls that were given back, in order, each with the calls that were handed out of
   * it; undefined for a window with too many of them.
   */
  resumeWindows(windows: readonly TimeWindow[]): (ResumeWindow | undefined)[] {
    const returned = new Set(this.#returned.map(({ id }) => fingerprintOf(id, this.#key)));
    return mergeWindows([...windows, ...this.#returned.map(secondOf)]).map((span) =>
      this.#resumeWindow(span, returned),
    );
  }

  #resumeWindow({ from, to }: TimeWindow, returned: ReadonlySet<number>): ResumeWindow | undefined {
    const overlaps = (window: TimeWindow): boolean => window.from < to && window.to > from;
    const parts = this.#parts.filter(({ window }) => overlaps(window));
    const handedOut = parts.flatMap((part) => [...this.#ids.slice(part.from, part.to)]);
    const earlier = this.#windows.filter(overlaps).flatMap(({ known }) => [...(known?.fingerprints ?? [])]);
    const known = [...handedOut.filter((fingerprint) => !returned.has(fingerprint)), ...earlier];
    if (known.length > mostKnown) return undefined;
    const span = { from: from.toISOString(), to: to.toISOString() };
    return known.length === 0 ? span : { ...span, known: encodeFingerprints(this.#key, Float64Array.from(known)) };
  }
}

/** The second in which a call starts, as a window. */
function secondOf(call: CallLog): TimeWindow {
  const from = new Date(`${keyOf(call).slice(0, 19).replace(' ', 'T')}Z`);
  return { from, to: new Date(from.getTime() + 1000) };
}

/** The same time in as few windows as possible, in order. */
function mergeWindows(windows: readonly TimeWindow[]): TimeWindow[] {
  const merged: TimeWindow[] = [];
  for (const window of windows.toSorted((a, b) => a.from.getTime() - b.from.getTime())) {
    const last = merged.at(-1);
    if (last && window.from <= last.to) merged[merged.length - 1] = unionOf(last, window);
    else merged.push({ from: window.from, to: window.to });
  }
  return merged;
}

/** The shortest window that holds both. */
export function unionOf(a: TimeWindow, b: TimeWindow): TimeWindow {
  return { from: a.from < b.from ? a.from : b.from, to: a.to > b.to ? a.to : b.to };
}
