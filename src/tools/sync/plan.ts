import type { TimeWindow } from '../../index.ts';

/** The calls of a window that are in the store and, as far as the store knows, still listed by the server. */
export interface StoredCalls {
  /** Their number. */
  readonly calls: number;
  /** The start of the middle one, ordered by start; undefined if there are none. */
  readonly median: Date | undefined;
}

/** A window whose counts differ. */
export interface Difference extends TimeWindow {
  /** The number of calls that the server lists. */
  readonly listed: number;
  /** The number of calls that the store has. */
  readonly stored: number;
}

/** A window whose two counts are to be compared, with the counts known so far. */
interface Comparison {
  readonly window: TimeWindow;
  readonly listed?: number;
  readonly stored?: StoredCalls;
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

/** A result that the plan was waiting for: the server's count of a window, or the store's. */
export type PlanEvent =
  | { readonly type: 'counted'; readonly window: TimeWindow; readonly listed: number }
  | { readonly type: 'measured'; readonly window: TimeWindow; readonly stored: StoredCalls };

/** The questions to ask next: windows that the server should count, and windows to look up in the store. */
export interface Questions {
  readonly count: readonly TimeWindow[];
  readonly measure: readonly TimeWindow[];
}

/** Starts a comparison of windows. Their bounds are whole seconds, and they do not overlap. */
export function startPlan(windows: readonly TimeWindow[], options: PlanOptions): Plan {
  const { pageSize, edges = [], doubtful = [] } = options;
  const open = windows.filter(({ from, to }) => from < to).map((window) => ({ window }));
  return { pageSize, edges, doubtful, open, agreed: [], differing: [], counts: 0 };
}

/** Returns the questions that the plan is waiting for. The plan is finished when both lists are empty. */
export function questions({ open }: Plan): Questions {
  return {
    count: open.filter(({ listed }) => listed === undefined).map(({ window }) => window),
    measure: open.filter(({ stored }) => stored === undefined).map(({ window }) => window),
  };
}

/** Returns the plan after an event. An event that answers no question changes nothing. */
export function next(plan: Plan, event: PlanEvent): Plan {
  const comparison = plan.open.find(({ window }) => isSame(window, event.window));
  if (comparison === undefined) return plan;
  const others = { ...plan, open: plan.open.filter((other) => other !== comparison) };
  if (event.type === 'measured') return settle(others, { ...comparison, stored: event.stored });
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
  if (listed === stored.calls && doubt === undefined) return { ...plan, agreed: [...plan.agreed, window] };
  const agrees = listed === stored.calls && doubt !== undefined;
  const at = agrees ? edgeInside(window, [doubt.from, doubt.to]) : cutOf(plan, window, listed, stored);
  if (at === undefined) {
    return { ...plan, differing: [...plan.differing, { ...window, listed, stored: stored.calls }] };
  }
  const first = { window: { from: window.from, to: at } };
  return withOpen(plan, [{ ...first, rest: { window: { from: at, to: window.to }, listedTogether: listed } }]);
}

/** Returns where to cut a window that differs, or undefined if it is to be read. */
function cutOf(plan: Plan, window: TimeWindow, listed: number, stored: StoredCalls): Date | undefined {
  if (listed <= plan.pageSize * pagesReadUncut || stored.median === undefined) return undefined;
  const edge = edgeInside(window, plan.edges);
  if (edge !== undefined) return edge;
  // If most of a window is missing, finding the part that is there costs more than reading all of it.
  if (stored.calls * 2 <= listed) return undefined;
  const { from, to } = window;
  const at = stored.median > from ? stored.median : new Date(from.getTime() + secondMs);
  return at < to ? at : undefined;
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
