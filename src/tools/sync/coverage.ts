import { settledUntil, type TimeWindow } from '../../index.ts';

/** A window in which a store had exactly the calls that the server listed. */
export interface ProvenWindow extends TimeWindow {
  /** The time at which the server was asked: the earliest one if the window was proven in parts. */
  readonly agreedAt: Date;
  /** Whether that was late enough for all its calls to have been listed (docs/guarantee.md, "Settled"). */
  readonly settled: boolean;
}

/** The proven part of an account's history: windows in ascending order that do not overlap. */
export type Coverage = readonly ProvenWindow[];

/**
 * A change of what is proven. A store applies it to what it has, inside its transaction: others may have proven other
 * windows of the account meanwhile.
 */
export type CoverageChange = (current: Coverage) => Coverage;

/** Adds a proven window, which replaces what was known about that span. */
export function prove(coverage: Coverage, window: TimeWindow, agreedAt: Date): Coverage {
  const until = settledUntil(agreedAt.getTime());
  const parts = cut(window, [until]).map((part) => ({ ...part, agreedAt, settled: part.to <= until }));
  return [...forget(coverage, window), ...parts]
    .sort((one, other) => one.from.getTime() - other.from.getTime())
    .reduce<Coverage>(join, []);
}

/** Removes a window from the coverage. */
export function forget(coverage: Coverage, { from, to }: TimeWindow): Coverage {
  return coverage.flatMap((proven) =>
    cut(proven, [from, to])
      .filter((part) => part.to <= from || part.from >= to)
      .map((part) => ({ ...proven, ...part })),
  );
}

/** Returns the end of the settled stretch that begins at an instant; undefined if nothing is settled there. */
export function settledFrom(coverage: Coverage, from: Date): Date | undefined {
  const until = coverage.reduce(
    (end, window) => (window.settled && window.from <= end && window.to > end ? window.to : end),
    from,
  );
  return until > from ? until : undefined;
}

/** Cuts a window into parts that are settled as a whole or not at all, in order. */
export function bySettled(coverage: Coverage, window: TimeWindow): readonly (TimeWindow & { settled: boolean })[] {
  const settled = coverage.filter((proven) => proven.settled);
  return cut(
    window,
    settled.flatMap(({ from, to }) => [from, to]),
  ).map((part) => ({ ...part, settled: settled.some(({ from, to }) => from <= part.from && part.to <= to) }));
}

/** Cuts a window at the instants that lie inside it. */
export function cut({ from, to }: TimeWindow, instants: readonly Date[]): TimeWindow[] {
  const inside = instants.filter((instant) => from < instant && instant < to);
  const edges = [...new Set([from, ...inside, to].map((date) => date.getTime()))].sort((a, b) => a - b);
  return edges.slice(1).map((edge, place) => ({ from: new Date(edges[place] ?? edge), to: new Date(edge) }));
}

/** Appends a window, and merges it with the one before if both are in the same state. */
function join(coverage: Coverage, window: ProvenWindow): Coverage {
  const last = coverage.at(-1);
  if (last?.to.getTime() !== window.from.getTime() || last.settled !== window.settled) return [...coverage, window];
  // Two settled windows stay settled. How fresh an unsettled one is matters, so they are kept apart.
  if (!window.settled && last.agreedAt.getTime() !== window.agreedAt.getTime()) return [...coverage, window];
  const agreedAt = last.agreedAt < window.agreedAt ? last.agreedAt : window.agreedAt;
  return [...coverage.slice(0, -1), { ...last, to: window.to, agreedAt }];
}
