import type { CallLog } from '../call-log.ts';
import { contains, isIn, keyOf, type Axis, type Span } from './axis.ts';
import { absorb, divide, gapAsked, isFar, lackingIn, nextMargin, withCalls, withMargin } from './calls.ts';
import { addDebt, gapOf, reopened, withOwed, type Block, type Gap, type Segment, type Shortfall } from './ledger.ts';
import {
  evidenceOfOrder,
  isSameRow,
  judge,
  listsAll,
  readAnswer,
  sortRows,
  usableCalls,
  widestMargin,
  type Answer,
  type RejectedRow,
  type ServerPage,
} from './page.ts';
import { fruitless, isExhausted, isOrdered, replaceSegment, windowsOf, type PageRequest, type State } from './state.ts';
import { firstRound, isSettled, lackOf, turnPage, type Turning, type TurningOptions } from './turning.ts';

/** The number of times a gap is requested again after useless answers. */
const maxTries = 2;

/** The state after a page of a gap; undefined if the server refuses it. */
export function placeGap(state: State, request: PageRequest, page: ServerPage | undefined): State {
  const gap = gapAsked(state, request.id);
  if (gap === undefined) return absorb(state, usableCalls(page?.rows ?? []));
  if (gap.turning && request.margin === state.margin) return placeTurn(state, gap, page);
  if (page === undefined) return replaceSegment(state, gap, [{ ...gap, asked: undefined, turning: undefined }]);

  const rows = sortRows(page.rows, request.span, windowsOf(state), state.axis);
  const answer = readAnswer(page, rows, state.plan.pageSize, state.fullestPage);
  const learned = learn(state, request, answer);
  if (request.margin < learned.margin) {
    // An answer to a request without the margin that is needed by now proves nothing, but its calls are kept.
    const again = replaceSegment(learned, gap, [{ ...gap, asked: undefined, turning: undefined }]);
    return absorb(again, usableCalls(page.rows));
  }
  return placeAnswer(learned, gap, request, answer);
}

/** Records what an answer shows about the server, and the total that it states for its span. */
function learn(state: State, request: PageRequest, answer: Answer): State {
  const { axis } = state;
  const { behind, listed, total } = answer;
  const noted: State = {
    ...(answer.isAscending ? state : withoutOrder(state)),
    accounts: behind.length > 0 && state.margin === 0 ? state.accounts.map(openEnd) : state.accounts,
    directed: state.directed || answer.isRising,
    ordered: isOrdered(state) ? state.ordered : state.ordered + evidenceOfOrder(answer, axis),
    openEnded: state.openEnded || behind.length > 0,
    strayed: state.strayed || isFar([...answer.before, ...behind], request, axis),
    leak: request.margin === 0 ? Math.max(state.leak, leakOf(answer, request, axis)) : state.leak,
    fullestPage: listed < total ? Math.max(state.fullestPage, listed) : state.fullestPage,
  };
  return roundsBounds(answer, request, axis) ? withMargin(noted, widestMargin) : noted;
}

function leakOf({ behind }: Answer, { span }: PageRequest, axis: Axis): number {
  return Math.max(0, ...behind.map((call) => axis.positionOf(keyOf(call)) + 1 - span.to));
}

function openEnd(account: Shortfall): Shortfall {
  return { ...account, openEnded: true };
}

/** Pages turned out not to be in order, so blocks that relied on the order have to be proven again. */
function withoutOrder(state: State): State {
  if (state.disordered) return state;
  const segments = state.segments.map((each) =>
    each.kind === 'block' && each.proof === 'totals' ? reopened(each) : each,
  );
  return { ...state, segments, disordered: true };
}

/** Returns whether the server lists calls a little beyond the requested bounds, as one that rounds them does. */
function roundsBounds(answer: Answer, request: PageRequest, axis: Axis): boolean {
  const { span, margin } = request;
  const { calls, before, behind } = answer;
  const others = [...before, ...behind];
  const isBeyond = axis.before(span.from - margin);
  const isInTime = axis.before(span.to + margin);
  const beyond = others.filter((call) => isBeyond(keyOf(call)) || !isInTime(keyOf(call)));
  // If a page has not reached the span yet, reading goes on first: its total says nothing about the span.
  return calls.length + behind.length > 0 && beyond.length > 0 && !isFar(beyond, request, axis);
}

function placeAnswer(state: State, gap: Gap, request: PageRequest, answer: Answer): State {
  // A row of another time shows that the answer may be one to another request. If it comes again, it is one bad row.
  const outside = answer.rejected.filter(({ reason }) => reason === 'outside-range');
  const outsiders = usableCalls(outside.map(({ row }) => row)).map(({ id }) => id);
  if (outsiders.some((id) => !state.outsiders.has(id)) && !isExhausted(state)) {
    const noted = { ...state, outsiders: new Set([...state.outsiders, ...outsiders]) };
    return absorb(replaceSegment(fruitless(noted), gap, [{ ...gap, asked: undefined }]), answer.calls);
  }

  const verdict = judge(answer, request.span, state.axis, orderOf(state));
  const owing = verdict.kind === 'astray' ? fruitless(state) : owe(state, gap, request, answer);
  switch (verdict.kind) {
    case 'whole':
      return placeRows(owing, gap, request, answer, gap.to);
    case 'part':
      return placeRows(owing, gap, request, answer, Math.min(verdict.upTo, gap.to));
    case 'split':
      return split(state.disordered ? fruitless(owing) : owing, gap, answer, verdict.spans);
    case 'astray':
      return isFar([...answer.before, ...answer.behind], request, state.axis)
        ? turnAllThatIsLeft(owing, gap)
        : replaceSegment(owing, gap, [turned(gap, answer.isStated ? answer.total : undefined)]);
    case 'empty':
      return gap.tries < 1
        ? askAgain(fruitless(owing), gap, [])
        : placeRows(fruitless(owing), gap, request, answer, gap.to);
  }
}

function orderOf({ disordered, directed }: State): 'shown' | 'presumed' | 'none' {
  if (disordered) return 'none';
  return directed ? 'shown' : 'presumed';
}

/** Records the number of calls that the answer states for its span. */
function owe(state: State, { expected }: Gap, { span }: PageRequest, answer: Answer): State {
  const owed = Math.max(0, answer.total - answer.rowsBefore);
  const counted = expected === Infinity ? { ...state, total: state.total + owed } : state;
  const isThere = (second: number): boolean => state.segments.some((each) => isIn(second, each));
  // The rows found in a span that was partly handed out are no longer known.
  if (!answer.isStated || !state.plan.verify || !isThere(span.from) || !isThere(span.to - 1)) return counted;
  // Pieces whose own totals are too high could hide a loss, so the total of a window is also compared with what is
  // handed out.
  const accounts = state.margin === 0 ? withOwed(state.accounts, span, owed) : state.accounts;
  return { ...counted, accounts, debts: addDebt(state.debts, span, owed) };
}

/** Places the rows of an answer up to a second. The rest of the gap becomes a gap again. */
function placeRows(state: State, gap: Gap, request: PageRequest, answer: Answer, to: number): State {
  const { before, behind, total, isStated, rowsBefore } = answer;
  const [calls, later] = divide(answer.calls, to, state.axis);
  const rejected = rejectedIn(answer, { from: gap.from, to }, calls.length, state);
  const listed = calls.length + rejected.length;
  const stated = Math.max(0, total - rowsBefore - listed);
  const expected = gap.to === request.span.to ? stated : Math.max(0, gap.expected - listed);
  const isPart = to < gap.to;
  // Without a total, rows beyond the span show that it was listed to its end, unless pages may come in order of end. If
  // they do, the debts show it, but only where totals count more than a page.
  const isListed = !isPart && (isOrdered(state) || state.fullestPage > 0);
  const byTotals = !state.disordered && (isStated || isListed) ? 'totals' : 'none';
  return close(state, gap, {
    calls,
    rejected,
    listed,
    behind: isPart || answer.listed === 0 ? 0 : countBehind(answer, Math.max(0, stated - later.length)),
    proof: !isPart && listsAll(answer) ? 'whole' : byTotals,
    others: [...before, ...later, ...behind],
    rest: isPart ? [gapOf({ from: to, to: gap.to }, { expected })] : [],
  });
}

/** Of the rows that were counted and not found, those after the span: on a page that is not full, they were listed. */
function countBehind({ isFull, rowsBehind }: Answer, counted: number): number {
  return isFull ? counted : Math.min(counted, rowsBehind);
}

/**
 * The rejected rows of the first part of an answer. A row without a usable start may be listed again by the answer for
 * the next part: it counts once.
 */
function rejectedIn({ rejected }: Answer, { from, to }: Span, calls: number, state: State): readonly RejectedRow[] {
  const { axis, segments } = state;
  const isBeforeEnd = axis.before(to);
  const isNeighbour = (each: Span): boolean => each.to === from || each.from === to;
  const known = segments.flatMap((each) => (each.kind === 'block' && isNeighbour(each) ? each.rejected : []));
  const isKnown = ({ row }: RejectedRow): boolean => known.some((other) => isSameRow(other.row, row));
  return rejected.filter((each) =>
    each.start === undefined ? each.at <= calls && !isKnown(each) : isBeforeEnd(each.start),
  );
}

/** The rows found in a gap, or in the first part of a gap. */
interface Found extends Pick<Block, 'calls' | 'rejected' | 'listed' | 'proof'> {
  readonly behind?: number;
  /** Calls in the same answer that lie outside the span. */
  readonly others: readonly CallLog[];
  readonly rest?: readonly Gap[];
  /** Whether reading the span again would be pointless. */
  readonly isFinal?: boolean;
}

/** Replaces a gap by a block. A block without proof is read again by itself, as long as that may help. */
function close(state: State, gap: Gap, found: Found): State {
  const { rejected, listed, behind = 0, others, rest = [], isFinal = false } = found;
  const to = rest[0]?.from ?? gap.to;
  const [known, later] = divide(gap.known, to, state.axis);
  const lacking = lackingIn(known, found.calls);
  if (lacking.length > 0 && gap.tries < maxTries) {
    return absorb(askAgain(fruitless(state), gap, found.calls), others);
  }
  const calls = lacking.length === 0 ? found.calls : [...found.calls, ...lacking];
  const proof = lacking.length === 0 ? found.proof : 'none';
  const { from, tries } = gap;
  const block: Block = { kind: 'block', from, to, calls, rejected, listed, behind, tries, proof };
  const isHopeless = isFinal || lacking.length > 0 || tries >= maxTries || isExhausted(state) || !state.plan.verify;
  const again = proof === 'none' && !isHopeless;
  const segment: Segment = again ? { ...reopened(block), tries: tries + 1 } : block;
  const placed = replaceSegment(state, gap, [segment, ...rest]);
  return absorb(again ? fruitless(placed) : placed, [...others, ...later]);
}

/**
 * Replaces a gap whose page could not be used by smaller gaps, and keeps its calls as known. For a gap of one second,
 * the pages are turned.
 */
function split(state: State, gap: Gap, { before, calls, behind }: Answer, spans: readonly Span[]): State {
  const inside = spans.map(({ from, to }) => ({ from, to: Math.min(to, gap.to) })).filter(({ from, to }) => to > from);
  const expected = gap.expected === Infinity ? calls.length : gap.expected / inside.length;
  const isTurned = gap.to - gap.from === 1 || isExhausted(state);
  const gaps = isTurned ? [turned(gap)] : inside.map((span) => gapOf(span, { expected }));
  return absorb(replaceSegment(state, gap, gaps), [...gap.known, ...before, ...calls, ...behind]);
}

/**
 * Requests a gap once more. If calls that were listed before are absent again, the server may be cutting its bounds
 * short.
 */
function askAgain(state: State, gap: Gap, calls: readonly CallLog[]): State {
  const known = withCalls(gap.known, calls);
  const tries = gap.tries + 1;
  const margin = tries >= maxTries && known.length > 0 ? nextMargin(state) : state.margin;
  const again = gapOf(gap, { known, expected: gap.expected, tries: margin > state.margin ? 0 : tries });
  return withMargin(replaceSegment(state, gap, [again]), margin);
}

/**
 * A server that lists calls far from the requested span ignores the filter on the start. The rest of the window becomes
 * one gap, so that its pages are turned only once. The totals stated for parts of it were not their totals.
 */
function turnAllThatIsLeft(state: State, gap: Gap): State {
  const window = windowsOf(state).find((each) => isIn(gap.from, each)) ?? gap;
  const isLeft = (span: Span): boolean => contains(window, span);
  const left = state.segments.filter(isLeft);
  const known = left.flatMap((each) => (each.kind === 'gap' ? each.known : each.calls));
  const whole = turned(gapOf({ from: left[0]?.from ?? gap.from, to: left.at(-1)?.to ?? gap.to }, { known }));
  return {
    ...state,
    segments: state.segments.flatMap((each) => (each === left[0] ? [whole] : isLeft(each) ? [] : [each])),
    debts: state.debts.filter((debt) => !isLeft(debt)),
    accounts: state.accounts.map((account) => (isLeft(account) ? { ...account, owed: 0 } : account)),
    shortfalls: state.shortfalls.filter((short) => !isLeft(short)),
  };
}

/** Reads a gap by turning its pages, which have to list as many rows as were stated for the same request. */
function turned(gap: Gap, total?: number): Gap {
  return { ...gap, asked: undefined, turning: { ...firstRound, total } };
}

function placeTurn(state: State, gap: Gap, page: ServerPage | undefined): State {
  const before = gap.turning ?? firstRound;
  const turning = turnPage(before, page, turningOptions(state));
  if (turning.ended) return closeTurning(state, gap, turning);
  const placed = replaceSegment(state, gap, [{ ...gap, asked: undefined, turning }]);
  return turning.rows.size > before.rows.size ? placed : fruitless(placed);
}

export function turningOptions(state: State): TurningOptions {
  // Pages that are in a different order each time may bring nothing new by chance.
  const patience = state.disordered ? 4 : 2;
  return { pageSize: state.plan.pageSize, patience: isExhausted(state) ? 1 : patience };
}

function closeTurning(state: State, gap: Gap, turning: Turning): State {
  const rows = sortRows([...turning.rows.values()], gap, windowsOf(state), state.axis);
  const { calls, rejected, before, behind } = rows;
  const listed = calls.length + rejected.length;
  const lack = state.plan.verify ? lackOf(turning) : 0;
  const owing = lack === 0 ? state : fruitless({ ...state, debts: addDebt(state.debts, gap, listed + lack) });
  const proof = isSettled(turning) && !turning.doubtful ? 'whole' : 'none';
  const others = [...before, ...behind];
  return close(owing, gap, { calls, rejected, listed, behind: behind.length, proof, others, isFinal: true });
}
