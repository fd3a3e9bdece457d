import type { Gap, Segment } from './ledger.ts';
import { readyBlock } from './outcome.ts';
import { isAlongAxis, isOrdered, type State } from './state.ts';

/**
 * The length of a partition in pages. A partition ends with a page that is half empty on average, so shorter partitions
 * cost requests. Longer ones cost memory, since calls that are read ahead wait for their turn.
 */
const pagesPerPartition = 10;

/**
 * The length of the first partition if pages come from its far end. It usually takes one request, so that the first
 * call is handed out soon.
 */
const pagesOfFirstPartition = 0.5;

/** A partition with this many pages left is cut. It bounds the memory: no reader reads further ahead. */
const longestPartition = 2 * pagesPerPartition;

/** Once no unread partition is left, one with at least this many pages to go is halved for an idle reader. */
const pagesWorthHalving = 4;

/**
 * The number of partitions that may be opened for each page of the range, so that their half-empty pages stay below a
 * tenth of the requests. If the order is only presumed, there are fewer, because the windows are counted once more at
 * the end.
 */
const partitionsPerPage = 0.12;
const partitionsPerPagePresumed = 0.09;

/** A gap to request as it is, or to cut at `at`: then its end becomes a partition of its own and is requested. */
export interface Choice {
  readonly gap: Gap;
  readonly at?: number;
}

/**
 * Returns the gap to request next, the one nearest to the calls that are handed out; undefined if none may be requested
 * now.
 */
export function chooseGap(state: State): Choice | undefined {
  const gaps = inOrder(state).filter((segment) => segment.kind === 'gap');
  const waiting = gaps.find(({ asked }) => asked === undefined);
  const readAhead = mayReadAhead(state, gaps);
  // If the reading is stuck, a gap is read however much is waiting already. Otherwise nothing would ever happen.
  if (waiting && (readAhead || isStuck(state))) {
    // Against the axis, pages come from the far end, so only about a partition at the near end is requested.
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

/** Partitions are only cut if pages come in order, totals have been seen to add up, and bounds have been respected. */
function mayCut({ settled, margin, disordered, plan }: State): boolean {
  return (settled || !plan.verify) && margin === 0 && !disordered;
}

/** Returns whether what is waiting and in flight stays below the longest partition for each reader. */
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

/** The number of calls that a page holds, judged by the fullest page so far. */
function pageSizeOf({ fullestPage, plan }: State): number {
  return fullestPage || plan.pageSize;
}

/** Assumes that the rest of a partition is evenly spread. It is not, but later totals correct the lengths. */
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

/** Returns a whole second inside the gap. */
function pointWithin({ from, to }: Gap, share: number): number {
  return Math.min(to - 1, Math.max(from + 1, Math.round(from + (to - from) * share)));
}
