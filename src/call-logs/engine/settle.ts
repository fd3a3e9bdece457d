import {
  accountFor,
  piecesOf,
  reopened,
  shortfallOf,
  type Block,
  type Debt,
  type Piece,
  type Shortfall,
} from './ledger.ts';
import { fruitless, isExhausted, type State } from './state.ts';

/**
 * Checks every debt, the oldest first. A debt that adds up is settled; one that is short is read again, or named at the
 * end.
 */
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

/** The number of calls by which a span may plausibly grow while it is read. */
const usualGrowth = 10;

/** The number of fruitless answers that an implausible total counts as. */
const costOfOddTotal = 10;

/**
 * Settles a debt. More than was owed is growth: calls were logged meanwhile. A total that did not fall by the number
 * read, or that grew by a lot, may not be a total of the span at all. Then its blocks are read by themselves.
 */
function release(state: State, debt: Debt, account: number): State {
  const growth = account - debt.owed;
  const pieces = piecesOf(debt, state);
  const read = pieces.reduce((sum, piece) => sum + (piece.kind === 'block' ? piece.listed : 0), 0);
  const isOdd = growth > 0 && (growth >= read || growth > Math.max(usualGrowth, read / 10));
  const released = {
    ...state,
    debts: withoutDebt(state, debt),
    settled: true,
    shortfalls: presume(state, debt, pieces),
  };
  if (!isOdd) return released;
  return readAgain(fruitless(released, costOfOddTotal), pieces);
}

/** Keeps a debt that was settled with rows after its span: a look beyond the window may show that there are fewer. */
function presume({ shortfalls, openEnded, margin }: State, debt: Debt, pieces: readonly Piece[]): readonly Shortfall[] {
  const last = pieces.at(-1);
  if (!openEnded || last?.kind !== 'block' || last.behind === 0) return shortfalls;
  return [...shortfalls, shortfallOf(debt, debt.owed, { openEnded, margin, isPending: true })];
}

/** The number of times the blocks of a short debt are read again. */
const maxRereads = 2;

/**
 * Reads the blocks of a short debt again, since the next answer may list the absent call. A debt that stays short is
 * named.
 */
function demand(state: State, debt: Debt): State {
  const pieces = piecesOf(debt, state);
  if (isExhausted(state) || debt.rereads >= maxRereads || !pieces.some(isByTotals)) {
    const { openEnded, margin } = state;
    const short = shortfallOf(debt, debt.owed, { openEnded, margin });
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

/** Turns blocks that only totals prove into gaps again. Blocks that cannot be read again stay unproven. */
function readAgain(state: State, pieces: readonly Piece[]): State {
  const again = pieces.filter(isByTotals);
  const segments = state.segments.map((segment) => {
    if (segment.kind === 'gap' || !again.includes(segment)) return segment;
    return isExhausted(state) ? { ...segment, proof: 'none' as const } : reopened(segment);
  });
  return { ...state, segments };
}
