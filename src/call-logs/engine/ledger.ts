import type { CallLog } from '../call-log.ts';
import { contains, lengthOf, type Span } from './axis.ts';
import type { RejectedRow } from './page.ts';

/** A span whose calls are still to be read, or are being read. */
export interface Gap extends Span {
  readonly kind: 'gap';
  /** Calls of the span that earlier answers listed. */
  readonly known: readonly CallLog[];
  /** How many calls it is thought to hold, from the totals so far; `Infinity` before the first. */
  readonly expected: number;
  /** Whether `expected` is a guess: no total of just this span has been stated. */
  readonly guessed: boolean;
  /** Whether a request for it is in flight. */
  readonly asked: boolean;
  /** How often its answer was of no use. */
  readonly tries: number;
}

/** A span whose calls have been read; they wait for their proof, or to be handed out. */
export interface Block extends Span {
  readonly kind: 'block';
  readonly calls: readonly CallLog[];
  readonly rejected: readonly RejectedRow[];
  /** Rows of the span that were listed: its calls, those that were rejected, and those that a second listed twice. */
  readonly listed: number;
  /** Rows behind the span that the same answer counted. */
  readonly behind: number;
  /** How often answers for the span were of no use. */
  readonly tries: number;
  /**
   * What shows that nothing else is in the span: an answer that listed all of it, totals that have to add up (the debt
   * that covers the block), or nothing yet.
   */
  readonly proof: 'whole' | 'totals' | 'none';
  /** Whether a request for just this span is needed, or in flight. */
  readonly check: 'none' | 'needed' | 'sent';
}

export type Segment = Gap | Block;

/** What a server has stated for a span, until what was stated or found for its pieces adds up to it. */
export interface Debt extends Span {
  /** The number of calls: the highest that was ever stated for the span. */
  readonly owed: number;
  /** Whether `owed` counts calls behind the span, since more was asked for, or the upper bound is ignored. */
  readonly open: boolean;
  /** How many remedies have been tried since it was found to be short. */
  readonly remedies: number;
}

/** A debt that was not settled by asking again: calls may be missing in its span. */
export interface Shortfall extends Span {
  readonly owed: number;
  readonly open: boolean;
  /** Rows of the span that have been handed out, and rows behind it that its answers counted. */
  readonly found: number;
  readonly behind: number;
}

/**
 * The rows that are known to be there for a debt: of each piece, what was found in it or what the server has stated for
 * it, whichever is more. Undefined while a piece has been neither read nor stated.
 */
export function accountFor(debt: Debt, debts: readonly Debt[], segments: readonly Segment[]): number | undefined {
  let sum = 0;
  for (const piece of piecesOf(debt, debts, segments)) {
    if (piece.kind === 'gap') return undefined;
    if (piece.kind === 'debt') sum += Math.max(piece.owed, accountFor(piece, debts, segments) ?? 0);
    else sum += piece.listed + (debt.open && piece.to === debt.to ? piece.behind : 0);
  }
  return sum;
}

export type Piece = Segment | (Debt & { readonly kind: 'debt' });

/** What a debt's span consists of: the largest spans within it that have a total of their own, and what lies between. */
export function piecesOf(debt: Debt, debts: readonly Debt[], segments: readonly Segment[]): Piece[] {
  const inner = debts.filter((other) => isWithin(other, debt) && isComparable(other, debt));
  const pieces: Piece[] = [];
  let position = debt.from;
  while (position < debt.to) {
    const from = position;
    const [stated] = inner.filter((other) => other.from === from).sort((a, b) => b.to - a.to);
    const piece = stated ? { ...stated, kind: 'debt' as const } : segments.find((other) => other.from === from);
    if (piece === undefined) break;
    pieces.push(piece);
    position = piece.to;
  }
  return pieces;
}

function isWithin(inner: Debt, outer: Debt): boolean {
  return contains(outer, inner) && (inner.from !== outer.from || inner.to !== outer.to);
}

/** A total that counts calls behind its span can only stand for them at the same end. */
function isComparable(inner: Debt, outer: Debt): boolean {
  return !inner.open || (outer.open && inner.to === outer.to);
}

/** Adds what was stated for a span; the highest total counts. */
export function addDebt(debts: readonly Debt[], { from, to, owed, open }: Omit<Debt, 'remedies'>): readonly Debt[] {
  const same = debts.find((debt) => debt.from === from && debt.to === to);
  if (same === undefined) return [...debts, { from, to, owed, open, remedies: 0 }];
  if (same.owed >= owed) return debts;
  return debts.map((debt) => (debt === same ? { ...same, owed, open: open || same.open } : debt));
}

/** Books a block that has been handed out to every shortfall that covers it. */
export function creditShortfalls(shortfalls: readonly Shortfall[], block: Block): readonly Shortfall[] {
  return shortfalls.map((short) => {
    if (!contains(short, block)) return short;
    const behind = short.open && block.to === short.to ? block.behind : short.behind;
    return { ...short, found: short.found + block.listed, behind };
  });
}

/**
 * The spans that are still short at the end. Where spans within a span lack as much together as it does, they say where;
 * otherwise it stands for all of them.
 */
export function unsettled(shortfalls: readonly Shortfall[]): readonly Shortfall[] {
  const short = shortfalls.filter((shortfall) => lackOf(shortfall) > 0);
  const innermostFirst = short.toSorted((a, b) => lengthOf(a) - lengthOf(b));
  return innermostFirst.reduce<readonly Shortfall[]>((named, outer) => {
    const inner = named.filter((each) => contains(outer, each));
    const lack = inner.reduce((sum, each) => sum + lackOf(each), 0);
    return lack >= lackOf(outer) ? named : [...named.filter((each) => !inner.includes(each)), outer];
  }, []);
}

/** One span in the place of two that overlap, with the larger lack. */
export function joinShortfalls(one: Shortfall, other: Shortfall): Shortfall {
  const found = Math.max(one.found, other.found);
  const owed = found + Math.max(0, lackOf(one), lackOf(other));
  return { from: Math.min(one.from, other.from), to: Math.max(one.to, other.to), owed, found, open: false, behind: 0 };
}

function lackOf({ owed, found, behind }: Shortfall): number {
  return owed - behind - found;
}

/** Adds a span that is not proven; spans that touch become one. */
export function mergeUnproven(
  unproven: readonly Shortfall[],
  { from, to, listed }: Span & { listed: number },
): Shortfall[] {
  const touches = (other: Span): boolean => other.from <= to && from <= other.to;
  const merged = unproven.filter(touches).reduce(
    (sum, other) => ({
      from: Math.min(sum.from, other.from),
      to: Math.max(sum.to, other.to),
      listed: sum.listed + other.found,
    }),
    { from, to, listed },
  );
  const { listed: found, ...span } = merged;
  const others = unproven.filter((other) => !touches(other));
  return [...others, { ...span, owed: found, found, open: false, behind: 0 }];
}
