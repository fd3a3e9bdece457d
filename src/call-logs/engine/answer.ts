import type { CallLog } from '../call-log.ts';
import { contains, isIn, keyOf, type Axis, type Span } from './axis.ts';
import { absorb, divide, gapAsked, isFar, lackingIn, nextMargin, withCalls, withMargin } from './calls.ts';
import { addDebt, gapOf, reopened, shortfallOf, type Block, type Gap, type Segment } from './ledger.ts';
import {
  evidenceOfOrder,
  isAscending,
  judge,
  readAnswer,
  sortRows,
  usableCalls,
  widestMargin,
  type Answer,
  type ServerPage,
} from './page.ts';
import { fruitless, isExhausted, replaceSegment, windowsOf, type PageRequest, type State } from './state.ts';
import { firstRound, isSettled, lackOf, turnPage, type TurningOptions } from './turning.ts';

/** How often a gap whose answer is of no use is asked for again. */
const maxTries = 2;

/** The state after a page of a gap; undefined if the server refuses it. */
export function placeGap(state: State, request: PageRequest, page: ServerPage | undefined): State {
  const gap = gapAsked(state, request.id);
  if (gap === undefined) return absorb(state, usableCalls(page?.rows ?? []));
  if (gap.turning && request.margin === state.margin) return placeTurn(state, gap, page);
  if (page === undefined) return replaceSegment(state, gap, [{ ...gap, asked: undefined, turning: undefined }]);

  const rows = sortRows(page.rows, request.span, windowsOf(state), state.axis);
  const answer = readAnswer(page, rows, state.plan.pageSize);
  const learned = learn(state, request, answer);
  if (request.margin < learned.margin) {
    // What was asked for without the margin that is needed by now proves nothing; its calls are kept.
    const again = replaceSegment(learned, gap, [{ ...gap, asked: undefined, turning: undefined }]);
    return absorb(again, usableCalls(page.rows));
  }
  return placeAnswer(learned, gap, request, answer, page);
}

/** What an answer tells of the server, and states for its span. */
function learn(state: State, request: PageRequest, answer: Answer): State {
  const { axis } = state;
  const { calls, behind, listed, total } = answer;
  const noted: State = {
    ...(isAscending(calls, axis) ? state : withoutOrder(state)),
    ordered: state.ordered + evidenceOfOrder(calls, axis),
    openEnded: state.openEnded || behind.length > 0,
    fullestPage: listed < total ? Math.max(state.fullestPage, listed) : state.fullestPage,
  };
  return roundsBounds(answer, request, axis) ? withMargin(noted, widestMargin) : noted;
}

/** What was kept of pages in order can no longer be relied on. */
function withoutOrder(state: State): State {
  if (state.disordered) return state;
  const segments = state.segments.map((each) =>
    each.kind === 'block' && each.proof === 'totals' ? reopened(each) : each,
  );
  return { ...state, segments, disordered: true };
}

/** Whether the server lists calls a little beyond what it was asked for, as one that rounds its bounds does. */
function roundsBounds(answer: Answer, request: PageRequest, axis: Axis): boolean {
  const { span, margin } = request;
  const { calls, before, behind } = answer;
  const others = [...before, ...behind];
  const isBeyond = axis.before(span.from - margin);
  const isInTime = axis.before(span.to + margin);
  const beyond = others.filter((call) => isBeyond(keyOf(call)) || !isInTime(keyOf(call)));
  // A page that has not come to the span yet is read on first: its total cannot be held against the span.
  return calls.length + behind.length > 0 && beyond.length > 0 && !isFar(beyond, request, axis);
}

function placeAnswer(state: State, gap: Gap, request: PageRequest, answer: Answer, page: ServerPage): State {
  const verdict = judge(answer, request.span, state.axis, !state.disordered);
  if (verdict.kind === 'astray') {
    const others = [...answer.before, ...answer.behind];
    const left = isFar(others, request, state.axis) ? joinLeft(state, gap) : { state, gap };
    return startTurning(fruitless(left.state), left.gap, left.gap, page);
  }
  const owing = owe(state, gap, request, answer);
  switch (verdict.kind) {
    case 'whole':
      return placeWhole(owing, gap, answer);
    case 'part':
      return placePart(owing, gap, request, answer, verdict.upTo);
    case 'split':
      return split(state.disordered ? fruitless(owing) : owing, gap, request, answer, verdict.spans, page);
    case 'empty':
      return gap.tries < 1 ? askAgain(fruitless(owing), gap, []) : placeWhole(fruitless(owing), gap, answer);
  }
}

/** Books what the answer states for its span. */
function owe(state: State, { expected }: Gap, { span }: PageRequest, answer: Answer): State {
  const owed = Math.max(0, answer.total - answer.before.length);
  const counted = expected === Infinity ? { ...state, total: state.total + owed } : state;
  const isThere = (second: number): boolean => state.segments.some(({ from, to }) => from <= second && second < to);
  // Of a span that was handed out in part, the rows found are no longer known.
  if (!answer.isStated || !state.plan.verify || !isThere(span.from) || !isThere(span.to - 1)) return counted;
  return { ...counted, debts: addDebt(state.debts, span, owed) };
}

function placeWhole(state: State, gap: Gap, answer: Answer): State {
  const { calls, rejected, repeats, before, behind, listed, total } = answer;
  const [own, others] = divide(calls, gap.to, state.axis);
  const inSpan = own.length + repeats + rejected.length;
  const isWhole = answer.isStated && listed >= total;
  return close(state, gap, {
    calls: own,
    rejected,
    listed: inSpan,
    behind: listed === 0 ? 0 : Math.max(0, total - before.length - inSpan - others.length),
    proof: isWhole ? 'whole' : state.disordered ? 'none' : 'totals',
    others: [...before, ...others, ...behind],
  });
}

function placePart(state: State, gap: Gap, request: PageRequest, answer: Answer, upTo: number): State {
  const to = Math.min(upTo, gap.to);
  const [calls, later] = divide(answer.calls, to, state.axis);
  const rejected = answer.rejected.filter(({ at }) => at <= calls.length);
  const listed = calls.length + rejected.length;
  const stated = answer.total - answer.before.length - listed;
  const expected = Math.max(0, gap.to === request.span.to ? stated : gap.expected - listed);
  return close(state, gap, {
    calls,
    rejected,
    listed,
    proof: answer.isStated ? 'totals' : 'none',
    others: [...answer.before, ...later, ...answer.behind],
    rest: to < gap.to ? [gapOf({ from: to, to: gap.to }, { expected })] : [],
  });
}

/** What was found in a gap, or in its beginning, where a gap is left. */
interface Found extends Pick<Block, 'calls' | 'rejected' | 'listed' | 'proof'> {
  readonly behind?: number;
  /** Calls that were listed as well, and lie elsewhere. */
  readonly others: readonly CallLog[];
  readonly rest?: readonly Gap[];
  /** Whether reading the span again would bring nothing. */
  readonly isFinal?: boolean;
}

/** A block in the place of a gap. One that nothing proves is read again by itself, while there is hope. */
function close(state: State, gap: Gap, found: Found): State {
  const { rejected, listed, behind = 0, others, rest = [], isFinal = false } = found;
  const to = rest[0]?.from ?? gap.to;
  const [known, later] = divide(gap.known, to, state.axis);
  const lacking = lackingIn(known, found.calls);
  if (lacking.length > 0 && gap.tries < maxTries) return askAgain(fruitless(state), gap, [...found.calls, ...others]);
  const calls = [...found.calls, ...lacking];
  const proof = lacking.length === 0 ? found.proof : 'none';
  const { from, tries } = gap;
  const block: Block = { kind: 'block', from, to, calls, rejected, listed, behind, tries, proof };
  const isHopeless = isFinal || lacking.length > 0 || tries >= maxTries || isExhausted(state) || !state.plan.verify;
  const again = proof === 'none' && !isHopeless;
  const segment: Segment = again ? { ...reopened(block), tries: tries + 1 } : block;
  const placed = replaceSegment(state, gap, [segment, ...rest]);
  return absorb(again ? fruitless(placed) : placed, [...others, ...later]);
}

/** Gaps in the place of one whose page could not be used, except that its calls are known; one second is turned. */
function split(
  state: State,
  gap: Gap,
  request: PageRequest,
  answer: Answer,
  spans: readonly Span[],
  page: ServerPage,
): State {
  if (gap.to - gap.from === 1 || isExhausted(state)) {
    const [own] = divide(answer.calls, gap.to, state.axis);
    const known = withCalls(gap.known, own);
    return startTurning(state, gap, { ...gap, known }, request.span.to === gap.to ? page : undefined);
  }
  const inside = spans.map(({ from, to }) => ({ from, to: Math.min(to, gap.to) })).filter(({ from, to }) => to > from);
  const expected = gap.expected === Infinity ? answer.calls.length : gap.expected / inside.length;
  const gaps = inside.map((span) => gapOf(span, { expected }));
  const { before, calls, behind } = answer;
  return absorb(replaceSegment(state, gap, gaps), [...gap.known, ...before, ...calls, ...behind]);
}

/** Asks for a gap once more. If calls are lacking again that were listed before, the server may cut its bounds short. */
function askAgain(state: State, gap: Gap, calls: readonly CallLog[]): State {
  const tries = gap.tries + 1;
  const again = { ...gap, asked: undefined, turning: undefined, tries };
  const asked = absorb(replaceSegment(state, gap, [again]), calls);
  const margin = nextMargin(state);
  if (tries < maxTries || gap.known.length === 0 || margin <= state.margin) return asked;
  const [hopeful] = asked.segments.filter(({ from }) => from === gap.from);
  return withMargin(
    hopeful?.kind === 'gap' ? replaceSegment(asked, hopeful, [{ ...hopeful, tries: 0 }]) : asked,
    margin,
  );
}

/**
 * A server that lists what is far from what was asked for ignores the filter on the start: what is left of the window
 * becomes one gap, so that its pages are turned once. What was stated for parts of it was not their total.
 */
function joinLeft(state: State, gap: Gap): { readonly state: State; readonly gap: Gap } {
  const window = windowsOf(state).find((each) => isIn(gap.from, each)) ?? gap;
  const isLeft = (span: Span): boolean => contains(window, span);
  const left = state.segments.filter(isLeft);
  const known = left.flatMap((each) => (each.kind === 'gap' ? each.known : each.calls));
  const whole = gapOf({ from: left[0]?.from ?? gap.from, to: left.at(-1)?.to ?? gap.to }, { known });
  const segments = state.segments.flatMap((each) => (each === left[0] ? [whole] : isLeft(each) ? [] : [each]));
  const debts = state.debts.filter((debt) => !isLeft(debt));
  const shortfalls = state.shortfalls.filter((short) => short.owed === 0 || !isLeft(short));
  return { state: { ...state, segments, debts, shortfalls }, gap: whole };
}

/** Turns the pages of a gap; the first may be known already. */
function startTurning(state: State, gap: Gap, begun: Gap, first?: ServerPage): State {
  const turned = first ? turnPage(firstRound, first, turningOptions(state)) : firstRound;
  return replaceSegment(state, gap, [{ ...begun, asked: undefined, turning: { ...turned, ended: false } }]);
}

function placeTurn(state: State, gap: Gap, page: ServerPage | undefined): State {
  const before = gap.turning ?? firstRound;
  const turning = turnPage(before, page, turningOptions(state));
  if (turning.ended) return closeTurning(state, gap, turning);
  const turned = replaceSegment(state, gap, [{ ...gap, asked: undefined, turning }]);
  return turning.rows.size > before.rows.size ? turned : fruitless(turned);
}

export function turningOptions(state: State): TurningOptions {
  // Pages in another order each time may bring nothing new by chance.
  const patience = state.disordered ? 4 : 2;
  return { pageSize: state.plan.pageSize, patience: isExhausted(state) ? 1 : patience };
}

function closeTurning(state: State, gap: Gap, turning: NonNullable<Gap['turning']>): State {
  const rows = sortRows([...turning.rows.values()], gap, windowsOf(state), state.axis);
  const { calls, rejected, before, behind } = rows;
  const listed = calls.length + rejected.length;
  const proof = isSettled(turning) && !turning.doubtful ? 'whole' : 'none';
  const others = [...before, ...behind];
  const closed = close(state, gap, { calls, rejected, listed, behind: behind.length, proof, others, isFinal: true });
  const isAskedAgain = closed.segments.some((each) => each.kind === 'gap' && each.from === gap.from);
  if (!state.plan.verify || lackOf(turning) === 0 || isAskedAgain) return closed;
  const short = shortfallOf(gap, listed + lackOf(turning));
  return fruitless({ ...closed, shortfalls: [...closed.shortfalls, short] });
}
