import type { CallLog } from '../call-log.ts';
import type { Axis } from './axis.ts';
import type { Verdict } from './judge-page.ts';
import { createGap, createLane, type Chunk, type Gap, type Proof, type Segment } from './segment.ts';
import { halvesOf, type Span } from './span.ts';

/** How often a span may fail its proof before it is given up: it is asked again once, then halved each time. */
const maxDoubts = 5;

/** An answer for a gap: the calls of its first page, and how many the server says its span holds. */
export interface GapPage {
  readonly calls: readonly CallLog[];
  /** `Infinity` if the server doesn't say and there may be more. */
  readonly total: number;
}

/** What stands in the place of a gap once its page has been judged. */
export function placeAnswer(gap: Gap, page: GapPage, verdict: Verdict, axis: Axis): Segment[] {
  switch (verdict.kind) {
    case 'whole':
      return [chunkOf(gap, page.calls, gap.to, undefined, axis)];
    case 'part':
      return placePart(gap, page, verdict, axis);
    case 'crowded':
      return replant(gap, [
        { from: gap.from, to: verdict.second },
        { from: verdict.second, to: verdict.second + 1 },
        { from: verdict.second + 1, to: gap.to },
      ]);
    case 'unordered':
      return replant(gap, halvesOf(gap));
    case 'doubtful':
      return placeDoubt({ ...gap, expected: page.total, found: page.calls.length, atLeast: 0 });
  }
}

/** The calls that are kept, to be proven, and the gap that goes on behind them. */
function placePart(gap: Gap, { calls, total }: GapPage, part: { kept: number; upTo: number }, axis: Axis): Segment[] {
  const { proof, lane, doubts } = gap;
  const chunk = chunkOf(gap, calls.slice(0, part.kept), Math.min(part.upTo, gap.to), proof, axis);
  proof.rest = total - chunk.calls.length;
  // Where a lane was cut off since, the total counts its calls too, and what is left here remains a guess.
  lane.rest = gap.to === gap.askedTo ? proof.rest : Math.max(0, lane.rest - chunk.calls.length);
  return chunk.to < gap.to
    ? [chunk, createGap({ from: chunk.to, to: gap.to }, { lane, doubts, owedTo: proof })]
    : [chunk];
}

/** The calls before `to`; a page may run on into a lane that was cut off after it was asked for. */
function chunkOf(gap: Gap, calls: readonly CallLog[], to: number, proof: Proof | undefined, axis: Axis): Chunk {
  const isBefore = axis.before(to);
  const own = gap.to === gap.askedTo ? calls : calls.filter(({ start }) => isBefore(start));
  return { kind: 'chunk', from: gap.from, to, calls: own, proof, doubts: gap.doubts };
}

/** Gaps in the place of one whose answer is of no use, except that it told more about what is there. */
function replant({ to: end, lane, doubts }: Gap, spans: readonly Span[]): Gap[] {
  const within = spans.map(({ from, to }) => ({ from, to: Math.min(to, end) }));
  return within.filter(({ from, to }) => to > from).map((span) => createGap(span, { lane, doubts }));
}

export interface Doubted extends Span {
  readonly doubts: number;
  /** How many calls should be there, and how many were found. */
  readonly expected: number;
  readonly found: number;
  readonly atLeast: number;
}

/** What stands in the place of a span that failed its proof: gaps once more, narrower each time, or a hole. */
export function placeDoubt(doubted: Doubted): Segment[] {
  const { from, to, expected, found } = doubted;
  const doubts = doubted.doubts + 1;
  if (doubts > maxDoubts) return [{ kind: 'hole', from, to, expected, found }];
  const lane = createLane(expected);
  if (doubts === 1 || to - from === 1) return [createGap(doubted, { lane, doubts, atLeast: doubted.atLeast })];
  return halvesOf(doubted).map((half) => createGap(half, { lane, doubts }));
}
