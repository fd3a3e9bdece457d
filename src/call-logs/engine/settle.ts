import { accountFor, piecesOf, reopened, shortfallOf, type Block, type Debt, type Piece } from './ledger.ts';
import { fruitless, isExhausted, type State } from './state.ts';

/** Looks at every debt, the oldest first: what adds up is settled; what is short is read again, or named in the end. */
export function settleDebts(state: State): State {
  let current = state;
  for (let changed = settleOne(current); changed !== undefined; changed = settleOne(current)) current = changed;
  return current;
}

/** The state after one debt has changed; undefined if none does. */
function settleOne(state: State): State | undefined {
  for (const debt of state.debts) {
    const account = accountFor(debt, state);
    if (account !== undefined) return account >= debt.owed ? release(state, debt, account) : demand(state, debt);
  }
  return undefined;
}

/** Calls by which a span may grow while it is read. */
const usualGrowth = 10;

/** What a total that cannot be one of its span costs a server, in answers that brought nothing. */
const costOfOddTotal = 10;

/**
 * The debt is settled. More than was owed is growth: calls were logged meanwhile. Where a total did not fall by what was
 * read, or grew by a lot, it may not be a total of the span at all: then its blocks are read by themselves.
 */
function release(state: State, debt: Debt, account: number): State {
  const growth = account - debt.owed;
  const pieces = piecesOf(debt, state);
  const read = pieces.reduce((sum, piece) => sum + (piece.kind === 'block' ? piece.listed : 0), 0);
  const isOdd = growth > 0 && (growth >= read || growth > Math.max(usualGrowth, read / 10));
  const released = { ...state, debts: withoutDebt(state, debt), settled: true };
  if (!isOdd) return released;
  return readAgain(fruitless(released, costOfOddTotal), pieces);
}

/** How often the blocks of a debt that is short are read again. */
const maxRereads = 2;

/** A block may lack a call that the next answer will list; what stays short is named. */
function demand(state: State, debt: Debt): State {
  const pieces = piecesOf(debt, state);
  if (isExhausted(state) || debt.rereads >= maxRereads || !pieces.some(isByTotals)) {
    const short = shortfallOf(debt, debt.owed, state.openEnded);
    return { ...state, debts: withoutDebt(state, debt), shortfalls: [...state.shortfalls, short] };
  }
  const debts = state.debts.map((each) => (each === debt ? { ...debt, rereads: debt.rereads + 1 } : each));
  return readAgain(fruitless({ ...state, debts }), pieces);
}

function withoutDebt({ debts }: State, settled: Debt): readonly Debt[] {
  return debts.filter((debt) => debt !== settled);
}

function isByTotals(piece: Piece): piece is Block {
  return piece.kind === 'block' && piece.proof === 'totals';
}

/** Blocks that only totals prove become gaps again; what can't be read again stays unproven. */
function readAgain(state: State, pieces: readonly Piece[]): State {
  const again = pieces.filter(isByTotals);
  const segments = state.segments.map((segment) => {
    if (segment.kind === 'gap' || !again.includes(segment)) return segment;
    return isExhausted(state) ? { ...segment, proof: 'none' as const } : reopened(segment);
  });
  return { ...state, segments };
}
