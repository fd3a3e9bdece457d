import type { CallLog } from '../call-log.ts';
import { contains, lengthOf, overlaps, type Span } from './axis.ts';
import type { RejectedRow } from './page.ts';
import type { Turning } from './turning.ts';

/** A span whose calls are still to be read, or are being read. */
export interface Gap extends Span {
  readonly kind: 'gap';
  /** Calls of the span that earlier answers listed. */
  readonly known: readonly CallLog[];
  /** How many calls it is thought to hold, from the totals so far; `Infinity` before the first. */
  readonly expected: number;
  /** The id of the request for it that is in flight. */
  readonly asked: number | undefined;
  /** How often its answer was of no use. */
  readonly tries: number;
  /** What its pages have brought, if it is read by turning them. */
  readonly turning: Turning | undefined;
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
   * that covers the block), or nothing.
   */
  readonly proof: 'whole' | 'totals' | 'none';
}

export type Segment = Gap | Block;

export function gapOf({ from, to }: Span, facts: Partial<Gap> = {}): Gap {
  return { expected: 0, known: [], tries: 0, asked: undefined, turning: undefined, ...facts, kind: 'gap', from, to };
}

/** The gap in the place of a block that has to be read again; its calls stay known. */
export function reopened(block: Block): Gap {
  return gapOf(block, { known: block.calls, expected: block.listed, tries: block.tries });
}

/** What a server has stated for a span, until what was stated or found for its pieces adds up to it. */
export interface Debt extends Span {
  /** The number of calls: the highest that was ever stated for the span. */
  readonly owed: number;
  /** How often its blocks have been read again since it was found to be short. */
  readonly rereads: number;
}

export interface Ledger {
  /** What is not handed out yet, in the order of the axis. */
  readonly segments: readonly Segment[];
  readonly debts: readonly Debt[];
  /** Whether totals count calls behind their span: more is asked for than the span, or the upper bound is ignored. */
  readonly openEnded: boolean;
}

export type Piece = Segment | (Debt & { readonly kind: 'debt' });

/**
 * The rows that are known to be there for a debt: of each piece, what was found in it or what the server has stated for
 * it, whichever is more. Undefined while a piece has been neither read nor stated.
 */
export function accountFor(debt: Debt, ledger: Ledger): number | undefined {
  let sum = 0;
  for (const piece of piecesOf(debt, ledger)) {
    if (piece.kind === 'gap') return undefined;
    if (piece.kind === 'debt') sum += Math.max(piece.owed, accountFor(piece, ledger) ?? 0);
    else sum += piece.listed + (ledger.openEnded && piece.to === debt.to ? piece.behind : 0);
  }
  return sum;
}

/** What a debt's span consists of: the largest spans within it that have a total of their own, and what lies between. */
export function piecesOf(debt: Debt, { segments, debts, openEnded }: Ledger): Piece[] {
  // A total that counts calls behind its span can only stand for them at the same end.
  const inner = debts.filter((each) => isWithin(each, debt) && (!openEnded || each.to === debt.to));
  const pieces: Piece[] = [];
  let position = debt.from;
  while (position < debt.to) {
    const from = position;
    const [stated] = inner.filter((each) => each.from === from).sort((a, b) => b.to - a.to);
    const piece = stated ? { ...stated, kind: 'debt' as const } : segments.find((each) => each.from === from);
    if (piece === undefined) break;
    pieces.push(piece);
    position = piece.to;
  }
  return pieces;
}

function isWithin(inner: Span, outer: Span): boolean {
  return contains(outer, inner) && lengthOf(inner) < lengthOf(outer);
}

/** Adds what was stated for a span; the highest total counts. */
export function addDebt(debts: readonly Debt[], { from, to }: Span, owed: number): readonly Debt[] {
  const same = debts.find((debt) => debt.from === from && debt.to === to);
  if (same === undefined) return [...debts, { from, to, owed, rereads: 0 }];
  return debts.map((debt) => (debt === same && same.owed < owed ? { ...same, owed } : debt));
}

/** What was stated for a span, against what has been handed out of it: calls are missing where it is less. */
export interface Shortfall extends Span {
  readonly owed: number;
  /** Rows of the span that have been handed out. */
  readonly found: number;
  /** Rows behind the span, of those owed. */
  readonly behind: number;
  /** Whether `owed` counts calls behind the span. */
  readonly openEnded: boolean;
}

export function shortfallOf({ from, to }: Span, owed: number, openEnded = false): Shortfall {
  return { from, to, owed, found: 0, behind: 0, openEnded };
}

/** Raises what is owed for a span, if it is booked already. */
export function withOwed(shortfalls: readonly Shortfall[], { from, to }: Span, owed: number): readonly Shortfall[] {
  const isSame = (short: Shortfall): boolean => short.from === from && short.to === to && short.owed < owed;
  return shortfalls.map((short) => (isSame(short) ? { ...short, owed } : short));
}

/** Books a block that is handed out to every shortfall that covers it. */
export function credit(shortfalls: readonly Shortfall[], block: Block): readonly Shortfall[] {
  return shortfalls.map((short) => {
    if (!contains(short, block)) return short;
    const behind = short.openEnded && block.to === short.to ? block.behind : short.behind;
    return { ...short, found: short.found + block.listed, behind };
  });
}

/**
 * The spans that are short at the end. Where spans within a span lack exactly as much together as it does, they say
 * where; otherwise it stands for all of them, with the largest lack.
 */
export function unsettled(shortfalls: readonly Shortfall[]): readonly Shortfall[] {
  const innermostFirst = shortfalls.filter(isShort).sort((a, b) => lengthOf(a) - lengthOf(b));
  return innermostFirst.reduce<readonly Shortfall[]>((named, outer) => {
    const inner = named.filter((each) => contains(outer, each));
    const lacks = inner.map(lackOf);
    if (lacks.reduce((sum, lack) => sum + lack, 0) === lackOf(outer)) return named;
    const owed = outer.owed - lackOf(outer) + Math.max(lackOf(outer), ...lacks);
    return [...named.filter((each) => !inner.includes(each)), { ...outer, owed }];
  }, []);
}

export function isShort(shortfall: Shortfall): boolean {
  return lackOf(shortfall) > 0;
}

/** One span in the place of those that overlap, with the largest lack. */
export function joined(spans: readonly Shortfall[]): readonly Shortfall[] {
  return [...spans]
    .sort((a, b) => a.from - b.from)
    .reduce<readonly Shortfall[]>((apart, span) => {
      const last = apart.at(-1);
      if (last === undefined || !overlaps(last, span)) return [...apart, span];
      const found = Math.max(last.found, span.found);
      const owed = found + Math.max(0, lackOf(last), lackOf(span));
      const union = { from: last.from, to: Math.max(last.to, span.to) };
      return [...apart.slice(0, -1), { ...shortfallOf(union, owed), found }];
    }, []);
}

function lackOf({ owed, found, behind }: Shortfall): number {
  return owed - behind - found;
}
