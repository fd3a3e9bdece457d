import type { CallLog } from '../call-log.ts';
import type { Span } from './span.ts';

/**
 * What the totals of later answers have to add up to, so that the kept part of a span is proven: the span's total less
 * the calls that were kept. Totals are owed by the gap that goes on from there, and by each that was cut off meanwhile.
 */
export interface Proof {
  /** The end of the span that was asked for. */
  to: number;
  /** Undefined until the answer is there whose rest is to be proven. */
  rest: number | undefined;
  /** How many totals are still to come. */
  awaited: number;
  sum: number;
}

/** A stretch of time that is read from its start to its end, page by page. */
export interface Lane {
  /** How many calls are still to be read in it, as far as the totals tell; `Infinity` before the first. */
  rest: number;
  /** What was guessed when the lane was cut off, and from which lane; its first total tells both. */
  readonly guess: number;
  readonly parent: Lane | undefined;
  begun: boolean;
}

/** A span whose calls are not read yet, or are being read. */
export interface Gap extends Span {
  readonly kind: 'gap';
  /** Moves when another lane is cut off. */
  to: number;
  /** While it is asked for: the end that the request named. */
  askedTo: number | undefined;
  /** The proof of what the answer will be worth. */
  readonly proof: Proof;
  /** Whose proof waits for the total of this span. */
  readonly owedTo: Proof | undefined;
  readonly lane: Lane;
  /** How often the calls of this span, or of one that it was part of, could not be proven. */
  doubts: number;
  /** So many calls are known to be there from earlier answers; one that states fewer is asked for again, once. */
  readonly atLeast: number;
}

/** The calls of a span, waiting for their proof or for their turn. */
export interface Chunk extends Span {
  readonly kind: 'chunk';
  readonly calls: readonly CallLog[];
  /** Undefined once proven. */
  proof: Proof | undefined;
  readonly doubts: number;
}

/** A span whose calls could not be proven and were given up. */
export interface Hole extends Span {
  readonly kind: 'hole';
  readonly expected: number;
  readonly found: number;
}

export type Segment = Gap | Chunk | Hole;

export type GapFacts = Pick<Gap, 'lane' | 'doubts'> & Partial<Pick<Gap, 'owedTo' | 'atLeast'>>;

export function createGap({ from, to }: Span, { lane, doubts, owedTo, atLeast = 0 }: GapFacts): Gap {
  if (owedTo) owedTo.awaited += 1;
  const proof = { to, rest: undefined, awaited: 0, sum: 0 };
  return { kind: 'gap', from, to, askedTo: undefined, proof, owedTo, lane, doubts, atLeast };
}

export function createLane(guess: number, parent?: Lane): Lane {
  return { rest: guess, guess, parent, begun: false };
}
