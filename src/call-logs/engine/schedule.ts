import type { Gap, Segment } from './ledger.ts';
import { readyBlock } from './outcome.ts';
import { isAlongAxis, isOrdered, type State } from './state.ts';

/**
 * Pages that a partition is cut to. A partition ends with a page that is half empty on average, so shorter ones cost
 * requests; longer ones cost memory, since what is read ahead waits for its turn.
 */
const pagesPerPartition = 10;

/** Pages of the first partition where pages come from its far end: read in one request as a rule, so that the first call is soon handed out. */
const pagesOfFirstPartition = 0.5;

/** A partition with this many pages to go is cut. It bounds the memory: each reader reads no more than this ahead. */
const longestPartition = 2 * pagesPerPartition;

/** Once nothing is left to open, a partition with at least this many pages to go is halved for a reader that is free. */
const pagesWorthHalving = 4;

/**
 * Partitions that may be opened for each page of the whole: their half-empty pages stay below a tenth of the requests.
 * Where an order is only presumed, the windows are counted once more at the end, so there are fewer.
 */
const partitionsPerPage = 0.12;
const partitionsPerPagePresumed = 0.09;

/** A gap to ask for as it is, or one whose end from `at` on becomes a partition of its own and is asked for. */
export interface Choice {
  readonly gap: Gap;
  readonly at?: number;
}

/** The gap to ask for next, nearest to what is handed out; undefined if none may be asked for now. */
export function chooseGap(state: State): Choice | undefined {
  const gaps = inOrder(state).filter((segment) => segment.kind === 'gap');
  const waiting = gaps.find(({ asked }) => asked === undefined);
  const readAhead = mayReadAhead(state, gaps);
  // Where the reading is stuck, a gap is read whatever waits already: nothing else would ever happen.
  if (waiting && (readAhead || isStuck(state))) {
    // Against the axis, pages come from the far end: only a partition's worth at the near end is asked for.
    return isAlongAxis(state) || !mayCut(state) || !isLong(waiting, state) ? { gap: waiting } : cut(waiting, state);
  }
  if (!readAhead || !mayCut(state) || state.partitions > mostPartitions(state)) return undefined;
  const long = gaps.find((gap) => isLong(gap, state));
  return long ? cut(long, state) : halveLongest(gaps, state);
}

function inOrder(state: State): readonly Segment[] {
  return isAlongAxis(state) ? state.segments : state.segments.toReversed();
}

function mostPartitions(state: State): number {
  return (isOrdered(state) ? partitionsPerPage : partitionsPerPagePresumed) * pagesIn(state.total, state);
}

function isStuck(state: State): boolean {
  return state.inFlight.length === 0 && readyBlock(state) === undefined;
}

/** Partitions are cut off where pages come in order, totals were seen to add up, and bounds to be kept. */
function mayCut({ settled, margin, disordered, plan }: State): boolean {
  return (settled || !plan.verify) && margin === 0 && !disordered;
}

/** What waits for its turn, and what is in flight, stays below the longest partition for each reader. */
function mayReadAhead(state: State, gaps: readonly Gap[]): boolean {
  const size = pageSizeOf(state);
  const held = state.segments.map((segment) => (segment.kind === 'block' ? segment.calls : segment.known).length);
  const waiting = held.reduce((sum, calls) => sum + calls, 0);
  const coming = gaps.filter(({ asked }) => asked !== undefined).length * size;
  return waiting + coming < state.plan.concurrency * longestPartition * size;
}

function isLong(gap: Gap, state: State): boolean {
  return isDivisible(gap) && pagesIn(gap.expected, state) >= longestPartition;
}

function isDivisible({ from, to, expected, turning }: Gap): boolean {
  return to - from >= 2 && Number.isFinite(expected) && turning === undefined;
}

function pagesIn(calls: number, state: State): number {
  return calls / pageSizeOf(state);
}

/** Calls that a page holds, by the fullest page so far. */
function pageSizeOf({ fullestPage, plan }: State): number {
  return fullestPage || plan.pageSize;
}

/** Takes the rest of a partition to be evenly spread, which it is not: the totals will tell, and lengths adapt. */
function cut(gap: Gap, state: State): Choice {
  const alongAxis = isAlongAxis(state);
  const pages = alongAxis || state.handedOut > 0 ? pagesPerPartition : pagesOfFirstPartition;
  const share = pages / pagesIn(gap.expected, state);
  return { gap, at: pointWithin(gap, alongAxis ? share : 1 - share) };
}

function halveLongest(gaps: readonly Gap[], state: State): Choice | undefined {
  const [longest] = gaps.filter(isDivisible).sort((a, b) => b.expected - a.expected);
  const isWorthIt = longest && pagesIn(longest.expected, state) >= pagesWorthHalving;
  return isWorthIt ? { gap: longest, at: pointWithin(longest, 0.5) } : undefined;
}

/** A whole second inside the gap. */
function pointWithin({ from, to }: Gap, share: number): number {
  return Math.min(to - 1, Math.max(from + 1, Math.round(from + (to - from) * share)));
}
