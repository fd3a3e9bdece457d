import { settledUntil, type TimeWindow } from '../../index.ts';

/** A window of an account's history, and what is known of it. */
export interface CoveredWindow extends TimeWindow {
  /**
   * The time at which the store had exactly the calls that the server listed: the earliest one if the window was proven
   * in parts. Undefined if the window is not proven, because calls were missing when it was last read.
   */
  readonly agreedAt: Date | undefined;
  /** Whether it is proven, late enough for all its calls to have been listed (docs/guarantee.md, "Settled"). */
  readonly settled: boolean;
  /** Whether it was ever settled. Its calls are kept from then on, even if the server no longer lists them. */
  readonly wasSettled: boolean;
}

/** The known part of an account's history: windows in ascending order that do not overlap. */
export type Coverage = readonly CoveredWindow[];

/**
 * A change of what is known. A store applies it to what it has, inside its transaction: others may have proven other
 * windows of the account meanwhile.
 */
export type CoverageChange = (current: Coverage) => Coverage;

/** Adds the proof of a window. */
export function prove(coverage: Coverage, window: TimeWindow, agreedAt: Date): Coverage {
  const until = settledUntil(agreedAt.getTime());
  const parts = byWasSettled(coverage, window).flatMap(({ wasSettled, ...part }) =>
    cut(part, [until]).map((piece) => {
      const settled = piece.to <= until;
      return { ...piece, agreedAt, settled, wasSettled: wasSettled || settled };
    }),
  );
  return replace(coverage, window, parts);
}

/** Takes back the proof of a window. That it was settled once is still known. */
export function reopen(coverage: Coverage, window: TimeWindow): Coverage {
  const parts = byWasSettled(coverage, window);
  return replace(
    coverage,
    window,
    parts.map((part) => ({ ...part, agreedAt: undefined, settled: false })),
  );
}

/** Returns the windows that were read and could not be proven. */
export function openWindows(coverage: Coverage): readonly TimeWindow[] {
  return coverage.filter(({ agreedAt }) => agreedAt === undefined);
}

/** Returns the end of the settled stretch that begins at an instant; undefined if nothing is settled there. */
export function settledFrom(
  coverage: readonly Pick<CoveredWindow, 'from' | 'to' | 'settled'>[],
  from: Date,
): Date | undefined {
  const until = coverage.reduce(
    (end, window) => (window.settled && window.from <= end && window.to > end ? window.to : end),
    from,
  );
  return until > from ? until : undefined;
}

/** Cuts a window into parts that are settled as a whole or not at all, in order. */
export function bySettled(coverage: Coverage, window: TimeWindow): readonly (TimeWindow & { settled: boolean })[] {
  const settled = coverage.filter((known) => known.settled);
  return partsOf(window, settled).map(({ isInside, ...part }) => ({ ...part, settled: isInside }));
}

/** Cuts a window into parts that were ever settled as a whole or not at all, in order. */
export function byWasSettled(
  coverage: Coverage,
  window: TimeWindow,
): readonly (TimeWindow & { wasSettled: boolean })[] {
  const settled = coverage.filter((known) => known.wasSettled);
  return partsOf(window, settled).map(({ isInside, ...part }) => ({ ...part, wasSettled: isInside }));
}

/** Cuts a window at the instants that lie inside it. */
export function cut({ from, to }: TimeWindow, instants: readonly Date[]): TimeWindow[] {
  const inside = instants.filter((instant) => from < instant && instant < to);
  const edges = [...new Set([from, ...inside, to].map((date) => date.getTime()))].sort((a, b) => a - b);
  return edges.slice(1).map((edge, place) => ({ from: new Date(edges[place] ?? edge), to: new Date(edge) }));
}

/** Cuts a window into parts that lie inside other windows or outside, as few as possible. */
function partsOf(window: TimeWindow, others: readonly TimeWindow[]): (TimeWindow & { isInside: boolean })[] {
  const edges = others.flatMap(({ from, to }) => [from, to]);
  const parts: (TimeWindow & { isInside: boolean })[] = [];
  for (const part of cut(window, edges)) {
    const isInside = others.some(({ from, to }) => from <= part.from && part.to <= to);
    const last = parts.at(-1);
    if (last?.isInside === isInside) parts.splice(-1, 1, { ...last, to: part.to });
    else parts.push({ ...part, isInside });
  }
  return parts;
}

function replace(coverage: Coverage, { from, to }: TimeWindow, parts: Coverage): Coverage {
  const others = coverage.flatMap((known) =>
    cut(known, [from, to])
      .filter((part) => part.to <= from || part.from >= to)
      .map((part) => ({ ...known, ...part })),
  );
  return [...others, ...parts]
    .sort((one, other) => one.from.getTime() - other.from.getTime())
    .reduce<Coverage>(join, []);
}

/** Appends a window, and merges it with the one before if both are in the same state. */
function join(coverage: Coverage, window: CoveredWindow): Coverage {
  const last = coverage.at(-1);
  if (last === undefined || !canJoin(last, window)) return [...coverage, window];
  const isEarlier = last.agreedAt !== undefined && window.agreedAt !== undefined && last.agreedAt < window.agreedAt;
  return [...coverage.slice(0, -1), { ...last, to: window.to, agreedAt: isEarlier ? last.agreedAt : window.agreedAt }];
}

function canJoin(one: CoveredWindow, other: CoveredWindow): boolean {
  if (one.to.getTime() !== other.from.getTime()) return false;
  if (one.settled !== other.settled || one.wasSettled !== other.wasSettled) return false;
  // Two settled windows stay settled. How fresh an unsettled one is matters, so they are kept apart.
  return one.settled || one.agreedAt?.getTime() === other.agreedAt?.getTime();
}
