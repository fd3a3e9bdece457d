import type { TimeWindow } from '../../index.ts';

/** A window whose counts differ. */
export interface Difference extends TimeWindow {
  /** The number of calls that the server lists. */
  readonly listed: number;
  /** The number of calls that the store has. */
  readonly stored: number;
}

/** A window whose two counts are to be compared, with what is known so far. */
interface Comparison {
  readonly window: TimeWindow;
  readonly listed?: number;
  readonly stored?: number;
  /** Whether it is to be cut at the median start of the calls that the store has. */
  readonly isHalved?: boolean;
  /** The window after this one, and the number of calls in both together: its count follows by subtraction. */
  readonly rest?: { readonly window: TimeWindow; readonly listedTogether: number };
}

/**
 * A comparison of a store with the server, by counting: which windows are still to be counted, which agree, and which
 * have to be read. A value that never changes; `next` returns the one after an event.
 */
export interface Plan {
  readonly pageSize: number;
  readonly edges: readonly Date[];
  readonly doubtful: readonly TimeWindow[];
  readonly open: readonly Comparison[];
  /** Windows whose counts are equal, in no particular order. */
  readonly agreed: readonly TimeWindow[];
  /** Windows to read, each of a page or two, or missing for the most part, or in doubt; in no particular order. */
  readonly differing: readonly Difference[];
  /** The number of windows that the server has counted. */
  readonly counts: number;
}

export interface PlanOptions {
  /** The number of calls that one request reads. A window that lists at most twice as many is read as a whole. */
  readonly pageSize: number;
  /**
   * Instants at which differences are likely to begin, such as the end of what is settled: a window that differs is cut
   * there before it is cut at its middle. New calls are then found in two or three requests, however long the history.
   */
  readonly edges?: readonly Date[];
  /**
   * Windows to read even if their counts agree: a reading has ended with missing calls, so that the store may have some
   * that are gone in place of some that it lacks.
   */
  readonly doubtful?: readonly TimeWindow[];
}

/** A result that the plan was waiting for: the server's count of a window, the store's, or the store's median start. */
export type PlanEvent =
  | { readonly type: 'listed'; readonly window: TimeWindow; readonly listed: number }
  | { readonly type: 'stored'; readonly window: TimeWindow; readonly stored: number }
  | { readonly type: 'median'; readonly window: TimeWindow; readonly median: Date };

/** The questions to ask next, each a list of windows. */
export interface Questions {
  /** The windows that the server should count. */
  readonly listed: readonly TimeWindow[];
  /** The windows that the store should count. */
  readonly stored: readonly TimeWindow[];
  /** The windows of whose calls the store should find the median start. Each holds calls. */
  readonly median: readonly TimeWindow[];
}

/** Starts a comparison of windows. Their bounds are whole seconds, and they do not overlap. */
export function startPlan(windows: readonly TimeWindow[], options: PlanOptions): Plan {
  const { pageSize, edges = [], doubtful = [] } = options;
  const open = windows.filter(({ from, to }) => from < to).map((window) => ({ window }));
  return { pageSize, edges, doubtful, open, agreed: [], differing: [], counts: 0 };
}

/** Returns the questions that the plan is waiting for. The plan is finished when all lists are empty. */
export function questions({ open }: Plan): Questions {
  return {
    listed: open.filter(({ listed }) => listed === undefined).map(({ window }) => window),
    stored: open.filter(({ stored }) => stored === undefined).map(({ window }) => window),
    median: open.filter(({ isHalved }) => isHalved === true).map(({ window }) => window),
  };
}

/** Returns the plan after an event. An event that answers no question changes nothing. */
export function next(plan: Plan, event: PlanEvent): Plan {
  const comparison = plan.open.find(({ window }) => isSame(window, event.window));
  if (comparison === undefined) return plan;
  const others = { ...plan, open: plan.open.filter((other) => other !== comparison) };
  if (event.type === 'median') return halve(others, comparison, event.median);
  if (event.type === 'stored') return settle(others, { ...comparison, stored: event.stored });
  const { rest, ...counted } = { ...comparison, listed: event.listed };
  const withRest = rest === undefined ? others : withOpen(others, [restOf(rest, event.listed)]);
  return settle({ ...withRest, counts: plan.counts + 1 }, counted);
}

/** Returns the smallest number of requests that reading the differing windows can take. */
export function readsNeeded({ differing, pageSize }: Plan): number {
  return differing.reduce((sum, { listed }) => sum + Math.max(1, Math.ceil(listed / pageSize)), 0);
}

/** The count of the second part follows from the first, unless calls arrived in between and it cannot be right. */
function restOf({ window, listedTogether }: NonNullable<Comparison['rest']>, listed: number): Comparison {
  return listed <= listedTogether ? { window, listed: listedTogether - listed } : { window };
}

function settle(plan: Plan, comparison: Comparison): Plan {
  const { window, listed, stored } = comparison;
  if (listed === undefined || stored === undefined) return withOpen(plan, [comparison]);
  const doubt = plan.doubtful.find((other) => other.from < window.to && window.from < other.to);
  const agrees = listed === stored;
  if (agrees && doubt === undefined) return { ...plan, agreed: [...plan.agreed, window] };
  const isLong = !agrees && listed > plan.pageSize * pagesReadUncut && stored > 0;
  const edges = agrees && doubt !== undefined ? [doubt.from, doubt.to] : isLong ? plan.edges : [];
  const at = edgeInside(window, edges);
  if (at !== undefined) return cut(plan, comparison, at);
  // If most of a window is missing, finding the part that is there costs more than reading all of it.
  if (isLong && stored * 2 > listed) return withOpen(plan, [{ ...comparison, isHalved: true }]);
  return withDifference(plan, comparison);
}

/** Cuts a window at the median start of its calls in the store. If it is a single second, it is read. */
function halve(plan: Plan, comparison: Comparison, median: Date): Plan {
  const { from, to } = comparison.window;
  const at = median > from ? median : new Date(from.getTime() + secondMs);
  return at < to ? cut(plan, comparison, at) : withDifference(plan, comparison);
}

function cut(plan: Plan, { window: { from, to }, listed = 0 }: Comparison, at: Date): Plan {
  return withOpen(plan, [{ window: { from, to: at }, rest: { window: { from: at, to }, listedTogether: listed } }]);
}

function withDifference(plan: Plan, { window, listed = 0, stored = 0 }: Comparison): Plan {
  return { ...plan, differing: [...plan.differing, { ...window, listed, stored }] };
}

function edgeInside({ from, to }: TimeWindow, edges: readonly Date[]): Date | undefined {
  return edges.find((instant) => from < instant && instant < to);
}

const secondMs = 1000;

/** Cutting a window of two pages takes a request, and saves one at most. */
const pagesReadUncut = 2;

function withOpen(plan: Plan, comparisons: readonly Comparison[]): Plan {
  return { ...plan, open: [...plan.open, ...comparisons] };
}

function isSame(one: TimeWindow, other: TimeWindow): boolean {
  return one.from.getTime() === other.from.getTime() && one.to.getTime() === other.to.getTime();
}
