import type { CallLog } from '../call-log.ts';
import { contains, lengthOf, overlaps, type Span } from './axis.ts';
import type { RejectedRow } from './page.ts';
import type { Turning } from './turning.ts';

/** A span whose calls are still to be read, or are being read. */
export interface Gap extends Span {
  readonly kind: 'gap';
  /** Calls of the span that earlier answers listed. */
  readonly known: readonly CallLog[];
  /** The number of calls that it is expected to hold, from the totals so far; `Infinity` before the first total. */
  readonly expected: number;
  /** The id of the request in flight for it. */
  readonly asked: number | undefined;
  /** The number of useless answers to requests for it. */
  readonly tries: number;
  /** The rows of its pages so far, if it is read by turning pages. */
  readonly turning: Turning | undefined;
}

/** A span whose calls have been read; they wait for their proof, or to be handed out. */
export interface Block extends Span {
  readonly kind: 'block';
  readonly calls: readonly CallLog[];
  readonly rejected: readonly RejectedRow[];
  /**
   * The number of listed rows of the span: its calls, rejected rows, and rows that were listed twice within a second.
   */
  readonly listed: number;
  /** The number of rows after the span that the same answer counted. */
  readonly behind: number;
  /** The number of useless answers to requests for the span. */
  readonly tries: number;
  /**
   * The proof that nothing else is in the span: an answer that listed all of it, totals that have to add up (the debt
   * that covers the block), or none.
   */
  readonly proof: 'whole' | 'totals' | 'none';
}

export type Segment = Gap | Block;

export function gapOf({ from, to }: Span, facts: Partial<Gap> = {}): Gap {
  return { expected: 0, known: [], tries: 0, asked: undefined, turning: undefined, ...facts, kind: 'gap', from, to };
}

/** Returns the gap that replaces a block that has to be read again; its calls stay known. */
export function reopened(block: Block): Gap {
  return gapOf(block, { known: block.calls, expected: block.listed, tries: block.tries });
}

/**
 * The number of calls that a server has stated for a span. It is open until the numbers stated or found for its pieces
 * add up to it.
 */
export interface Debt extends Span {
  /** The number of calls: the highest that was ever stated for the span. */
  readonly owed: number;
  /** The number of times its blocks have been read again since it was found to be short. */
  readonly rereads: number;
}

export interface Ledger {
  /** The segments that are not handed out yet, in the order of the axis. */
  readonly segments: readonly Segment[];
  readonly debts: readonly Debt[];
  /**
   * Whether totals also count calls after their span: because requests go beyond the span, or because the upper bound
   * is ignored.
   */
  readonly openEnded: boolean;
}

export type Piece = Segment | (Debt & { readonly kind: 'debt' });

/**
 * Returns the number of rows that are accounted for in the span of a debt: for each piece, the number found or the
 * number stated, whichever is higher. Undefined while a piece has neither been read nor has a total.
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

/**
 * Returns the pieces of a debt's span: the largest spans within it that have totals of their own, and the segments
 * between them.
 */
export function piecesOf(debt: Debt, { segments, debts, openEnded }: Ledger): Piece[] {
  // If totals count calls after their span, a piece must end where the debt ends for its total to count the same calls.
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

/** Adds the number that was stated for a span; the highest number counts. */
export function addDebt(debts: readonly Debt[], { from, to }: Span, owed: number): readonly Debt[] {
  const same = debts.find((debt) => debt.from === from && debt.to === to);
  if (same === undefined) return [...debts, { from, to, owed, rereads: 0 }];
  return debts.map((debt) => (debt === same && same.owed < owed ? { ...same, owed } : debt));
}

/** The number stated for a span and the number handed out of it. If fewer were handed out, calls are missing. */
export interface Shortfall extends Span {
  readonly owed: number;
  /** Rows of the span that have been handed out. */
  readonly found: number;
  /** The number of owed rows that lie after the span. */
  readonly behind: number;
  /** Whether `owed` also counts calls after the span. */
  readonly openEnded: boolean;
  /** The margin of the request whose answer stated `owed`. */
  readonly margin: number;
  /** Whether it may still turn out not to be short: it is checked when all of its span has been handed out. */
  readonly isPending: boolean;
}

export function shortfallOf({ from, to }: Span, owed: number, facts: Partial<Shortfall> = {}): Shortfall {
  return { found: 0, behind: 0, openEnded: false, margin: 0, isPending: false, ...facts, from, to, owed };
}

/** Raises the number owed for a span, if the span is recorded already. */
export function withOwed(shortfalls: readonly Shortfall[], { from, to }: Span, owed: number): readonly Shortfall[] {
  const isSame = (short: Shortfall): boolean => short.from === from && short.to === to && short.owed < owed;
  return shortfalls.map((short) => (isSame(short) ? { ...short, owed } : short));
}

/**
 * Credits a block that is handed out to every shortfall that covers it.
 *
 * @param mostBehind the largest number of rows that can lie after the span of a shortfall
 */
export function credit(
  shortfalls: readonly Shortfall[],
  block: Block,
  mostBehind: (short: Shortfall) => number,
): readonly Shortfall[] {
  return shortfalls.map((short) => {
    if (!contains(short, block)) return short;
    const endsThere = short.openEnded && block.to === short.to;
    const behind = endsThere ? Math.min(block.behind, mostBehind(short)) : short.behind;
    return { ...short, found: short.found + block.listed, behind };
  });
}

/**
 * Returns the spans that are short at the end. If the spans within a span are together exactly as short as it is, they
 * are named instead; otherwise the outer span is named for all of them, with the largest shortfall.
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

/** Merges overlapping spans into one, with the largest shortfall. */
export function joined(spans: readonly Shortfall[]): readonly Shortfall[] {
  return [...spans]
    .sort((a, b) => a.from - b.from)
    .reduce<readonly Shortfall[]>((apart, span) => {
      const last = apart.at(-1);
      if (last === undefined || !overlaps(last, span)) return [...apart, span];
      const found = Math.max(last.found, span.found);
      const owed = found + Math.max(0, lackOf(last), lackOf(span));
      const union = { from: last.from, to: Math.max(last.to, span.to) };
      return [...apart.slice(0, -1), shortfallOf(union, owed, { found })];
    }, []);
}

function lackOf({ owed, found, behind }: Shortfall): number {
  return owed - behind - found;
}
