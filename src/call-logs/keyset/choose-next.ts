import type { Gap, Segment } from './segment.ts';

/**
 * Pages that a lane is cut to. A lane ends with a page that is half empty on average, so shorter lanes cost requests;
 * longer ones cost memory, since what is read ahead waits for its turn.
 */
const pagesPerLane = 10;

/** Pages of the first lane where pages come from its far end: read in one request as a rule, so that a call is soon out. */
const pagesOfFirstLane = 0.5;

/** A lane with this many pages to go is cut. It bounds the memory: no more than this is read ahead for each reader. */
const longestLane = 2 * pagesPerLane;

/** Once nothing is left to open, a lane with at least this many pages to go is halved for a reader that is free. */
const pagesWorthHalving = 4;

/** The lanes that may be opened for each page of the whole: their half-empty pages stay below a tenth of the requests. */
const lanesPerPage = 0.12;

export interface Situation {
  /** In the order in which calls are handed out. */
  readonly segments: readonly Segment[];
  /** Whether that is the direction of the axis, in which pages run. */
  readonly alongAxis: boolean;
  /** Calls that a page holds, as far as the server has shown. */
  readonly pageSize: number;
  readonly concurrency: number;
  /** The total of the whole reading, by its first answers. */
  readonly total: number;
  /** Lanes opened so far. */
  readonly lanes: number;
  /** Calls have been handed out. */
  readonly begun: boolean;
  /** Lanes may be cut off: the pages are known to come in order, and something has been proven. */
  readonly mayCut: boolean;
}

/** A gap to ask for as it is, or one whose end from `at` on becomes a lane of its own and is asked for. */
export interface Choice {
  readonly gap: Gap;
  readonly at?: number;
}

/** Which span is asked for next; undefined if none may be now. */
export function chooseNext(situation: Situation): Choice | undefined {
  const { segments, alongAxis, mayCut } = situation;
  const gaps = segments.filter((segment) => segment.kind === 'gap');
  const waiting = gaps.find(({ askedTo }) => askedTo === undefined);
  const readAhead = mayReadAhead(situation, gaps);
  // Where the caller has nothing to take and nothing is on its way, a gap is read all the same, or all would wait for ever.
  const isStuck = !isReady(segments[0]) && gaps.every(({ askedTo }) => askedTo === undefined);
  if (waiting && (readAhead || isStuck)) {
    // Against the axis, pages come from the far end: only a lane's worth at the near end is asked for.
    return alongAxis || !mayCut || !isLong(waiting, situation) ? { gap: waiting } : cutLane(waiting, situation);
  }
  if (!readAhead || !mayCut || situation.lanes > lanesPerPage * pagesIn(situation.total, situation)) return undefined;
  const long = gaps.find((gap) => isLong(gap, situation));
  return long ? cutLane(long, situation) : halveLongest(gaps, situation);
}

/** Whether the caller may take it, or pass over it. */
function isReady(segment: Segment | undefined): boolean {
  return segment?.kind === 'hole' || (segment?.kind === 'chunk' && segment.proof === undefined);
}

/** What waits for its turn, and what is on its way, stays below the longest lane for each reader. */
function mayReadAhead({ segments, pageSize, concurrency }: Situation, gaps: readonly Gap[]): boolean {
  const waiting = segments.reduce((sum, segment) => sum + (segment.kind === 'chunk' ? segment.calls.length : 0), 0);
  const coming = gaps.filter(({ askedTo }) => askedTo !== undefined).length * pageSize;
  return waiting + coming < concurrency * longestLane * pageSize;
}

function isLong(gap: Gap, situation: Situation): boolean {
  const pages = pagesIn(gap.lane.rest, situation);
  return pages >= longestLane && Number.isFinite(pages) && gap.to - gap.from >= 2;
}

function pagesIn(calls: number, { pageSize }: Situation): number {
  return calls / pageSize;
}

/** Taking the rest of a lane for evenly spread, which it isn't: the totals will tell, and lengths adapt. */
function cutLane(gap: Gap, situation: Situation): Choice {
  const { alongAxis, begun } = situation;
  const pages = alongAxis || begun ? pagesPerLane : pagesOfFirstLane;
  const share = pages / pagesIn(gap.lane.rest, situation);
  return { gap, at: pointWithin(gap, alongAxis ? share : 1 - share) };
}

function halveLongest(gaps: readonly Gap[], situation: Situation): Choice | undefined {
  const divisible = gaps.filter(
    (gap) => gap.to - gap.from >= 2 && pagesIn(gap.lane.rest, situation) >= pagesWorthHalving,
  );
  const longest = divisible.sort((a, b) => b.lane.rest - a.lane.rest)[0];
  return longest && Number.isFinite(longest.lane.rest) ? { gap: longest, at: pointWithin(longest, 0.5) } : undefined;
}

/** A whole second inside of the gap. */
function pointWithin({ from, to }: Gap, share: number): number {
  return Math.min(to - 1, Math.max(from + 1, Math.round(from + (to - from) * share)));
}
