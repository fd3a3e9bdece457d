import type { Gap, Segment } from './ledger.ts';

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

/** Partitions that may be opened for each page of the whole: their half-empty pages stay below a tenth of the requests. */
const partitionsPerPage = 0.1;

export interface Situation {
  /** In the order in which calls are handed out. */
  readonly segments: readonly Segment[];
  /** Whether that is the direction of the axis, in which pages run. */
  readonly alongAxis: boolean;
  /** Calls that a page holds, by the fullest page so far. */
  readonly pageSize: number;
  /** Requests in flight at once. */
  readonly concurrency: number;
  /** The total of the whole reading, by its first answers. */
  readonly total: number;
  /** Partitions opened so far. */
  readonly partitions: number;
  /** Whether calls have been handed out. */
  readonly begun: boolean;
  /** Whether partitions may be cut off: pages are known to come in order, and bounds to be kept. */
  readonly mayCut: boolean;
  /** Whether nothing is in flight and nothing can be handed out. */
  readonly stuck: boolean;
}

/** A gap to ask for as it is, or one whose end from `at` on becomes a partition of its own and is asked for. */
export interface Choice {
  readonly gap: Gap;
  readonly at?: number;
}

/** The gap to ask for next; undefined if none may be asked for now. */
export function chooseGap(situation: Situation): Choice | undefined {
  const { segments, alongAxis, mayCut } = situation;
  const gaps = segments.filter((segment) => segment.kind === 'gap');
  const waiting = gaps.find(({ asked }) => asked === undefined);
  const readAhead = mayReadAhead(situation, gaps);
  // Where the reading is stuck, a gap is read whatever waits already: nothing else would ever happen.
  if (waiting && (readAhead || situation.stuck)) {
    // Against the axis, pages come from the far end: only a partition's worth at the near end is asked for.
    return alongAxis || !mayCut || !isLong(waiting, situation) ? { gap: waiting } : cut(waiting, situation);
  }
  if (!readAhead || !mayCut || situation.partitions >= partitionsPerPage * pagesIn(situation.total, situation)) {
    return undefined;
  }
  const long = gaps.find((gap) => isLong(gap, situation));
  return long ? cut(long, situation) : halveLongest(gaps, situation);
}

/** What waits for its turn, and what is in flight, stays below the longest partition for each reader. */
function mayReadAhead({ segments, pageSize, concurrency }: Situation, gaps: readonly Gap[]): boolean {
  let waiting = 0;
  for (const segment of segments) waiting += segment.kind === 'block' ? segment.calls.length : segment.known.length;
  const coming = gaps.filter(({ asked }) => asked !== undefined).length * pageSize;
  return waiting + coming < concurrency * longestPartition * pageSize;
}

function isLong(gap: Gap, situation: Situation): boolean {
  return isDivisible(gap) && pagesIn(gap.expected, situation) >= longestPartition;
}

function isDivisible({ from, to, expected, turning }: Gap): boolean {
  return to - from >= 2 && Number.isFinite(expected) && turning === undefined;
}

function pagesIn(calls: number, { pageSize }: Situation): number {
  return calls / pageSize;
}

/** Takes the rest of a partition to be evenly spread, which it is not: the totals will tell, and lengths adapt. */
function cut(gap: Gap, situation: Situation): Choice {
  const { alongAxis, begun } = situation;
  const pages = alongAxis || begun ? pagesPerPartition : pagesOfFirstPartition;
  const share = pages / pagesIn(gap.expected, situation);
  return { gap, at: pointWithin(gap, alongAxis ? share : 1 - share) };
}

function halveLongest(gaps: readonly Gap[], situation: Situation): Choice | undefined {
  const [longest] = gaps.filter(isDivisible).sort((a, b) => b.expected - a.expected);
  const isWorthIt = longest && pagesIn(longest.expected, situation) >= pagesWorthHalving;
  return isWorthIt ? { gap: longest, at: pointWithin(longest, 0.5) } : undefined;
}

/** A whole second inside the gap. */
function pointWithin({ from, to }: Gap, share: number): number {
  return Math.min(to - 1, Math.max(from + 1, Math.round(from + (to - from) * share)));
}
