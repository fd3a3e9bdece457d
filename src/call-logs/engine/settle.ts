import { contains, type Span } from './axis.ts';
import { accountFor, piecesOf, type Debt, type Piece } from './ledger.ts';
import { isExhausted, isOrdered, requestFor, type RequestDraft, type State } from './state.ts';

/**
 * Looks at every debt, the oldest first: what adds up is settled; what is short is asked for again, one remedy after
 * another, and becomes a shortfall in the end.
 */
export function settleDebts(state: State): State {
  let current = state;
  for (let changed = settleOne(current); changed !== undefined; changed = settleOne(current)) current = changed;
  return current;
}

/** The state after one debt has changed; undefined if none does. */
function settleOne(state: State): State | undefined {
  for (const debt of state.debts) {
    const account = accountFor(debt, state.debts, state.segments);
    if (account === undefined) continue;
    if (account >= debt.owed) return release(state, debt, account);
    if (!isAwaiting(state, debt)) return remedy(state, debt);
  }
  return undefined;
}

/**
 * The debt is settled. More than was owed is growth: calls were logged meanwhile. Where a total did not fall by what was
 * read, or grew by a lot, it may not be a total of the span at all: then the block is asked for by itself.
 */
function release(state: State, debt: Debt, account: number): State {
  const growth = account - debt.owed;
  const pieces = piecesOf(debt, state.debts, state.segments);
  const read = pieces.reduce((sum, piece) => sum + (piece.kind === 'block' ? piece.listed : 0), 0);
  const isOdd = growth > 0 && (growth >= read || growth > Math.max(10, read / 10));
  const segments = isOdd
    ? state.segments.map((each) => (includes(pieces, each) ? doubted(each, state) : each))
    : state.segments;
  return {
    ...state,
    segments,
    debts: state.debts.filter((each) => each !== debt),
    settled: state.settled + 1,
    presumed: state.presumed || (!isOrdered(state) && pieces.some(isByTotals)),
  };
}

function isByTotals(piece: Piece): boolean {
  return piece.kind === 'block' && piece.proof === 'totals';
}

function includes(pieces: readonly Piece[], segment: Span): boolean {
  return pieces.some((piece) => piece === segment);
}

function doubted(segment: State['segments'][number], state: State): State['segments'][number] {
  if (segment.kind === 'gap' || segment.proof !== 'totals') return segment;
  return { ...segment, proof: 'none', check: isExhausted(state) ? 'none' : 'needed' };
}

function isAwaiting({ segments, queue, inFlight }: State, debt: Debt): boolean {
  const isChecked = segments.some((each) => each.kind === 'block' && each.check !== 'none' && contains(debt, each));
  return isChecked || [...queue, ...inFlight].some((request) => isRemedy(request) && isWithin(request.span, debt));
}

function isRemedy({ purpose }: RequestDraft): boolean {
  return purpose === 'seam' || purpose === 'total';
}

/** A look at a seam may go beyond the debt. */
function isWithin({ from, to }: Span, debt: Debt): boolean {
  return from >= debt.from - seamWidth && to <= debt.to + seamWidth;
}

/** What is tried, in this order, for a debt that is short. */
function remedy(state: State, debt: Debt): State {
  const pieces = piecesOf(debt, state.debts, state.segments);
  if (isExhausted(state) || debt.remedies >= remedies * rounds) return giveUp(state, debt);
  switch (debt.remedies % remedies) {
    case 0:
      return checkBlocks(advance(state, debt), pieces);
    case 1:
      return lookAtSeams(advance(state, debt), pieces);
    default:
      return askTotals(advance(state, debt), debt, pieces);
  }
}

/** How many remedies there are, and how often all of them are tried. */
const remedies = 3;
const rounds = 2;

function advance(state: State, debt: Debt): State {
  const debts = state.debts.map((each) => (each === debt ? { ...debt, remedies: debt.remedies + 1 } : each));
  return { ...state, debts, fruitless: state.fruitless + 1 };
}

/** A block may lack a call that the next answer will list. */
function checkBlocks(state: State, pieces: readonly Piece[]): State {
  const segments = state.segments.map((segment) =>
    segment.kind === 'block' && segment.proof === 'totals' && includes(pieces, segment)
      ? { ...segment, check: 'needed' as const }
      : segment,
  );
  return { ...state, segments };
}

/** Seconds looked at on both sides of a seam: one, and another in case that bounds are exclusive. */
const seamWidth = 2;

/** Between two pieces lie the bounds of both: a server that reads them differently hides the calls of a second. */
function lookAtSeams(state: State, pieces: readonly Piece[]): State {
  const seams = pieces.slice(1).map(({ from }) => ({ from: from - seamWidth, to: from + seamWidth }));
  const looks = seams.map((span) => requestFor(state, 'seam', span));
  return { ...state, queue: [...state.queue, ...looks] };
}

/** The answer may have come from a copy that lags behind. */
function askTotals(state: State, debt: Debt, pieces: readonly Piece[]): State {
  const stated: readonly Span[] = pieces.filter(({ kind }) => kind === 'debt');
  const spans = stated.length > 0 ? stated : [debt];
  const requests = spans.map((span) => requestFor(state, 'total', span));
  return { ...state, queue: [...state.queue, ...requests] };
}

function giveUp(state: State, debt: Debt): State {
  const { from, to, owed, open } = debt;
  return {
    ...state,
    debts: state.debts.filter((each) => each !== debt),
    shortfalls: [...state.shortfalls, { from, to, owed, open, found: 0, behind: 0 }],
  };
}
