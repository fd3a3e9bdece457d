import { placeDoubt } from './place-answer.ts';
import type { Chunk, Proof, Segment } from './segment.ts';

export interface FailedProof {
  readonly chunk: Chunk;
  /** What the totals behind the chunk had to add up to. */
  readonly rest: number;
  readonly proof: Proof;
  /** The segments behind the chunk, in the order of the axis. */
  readonly behind: readonly Segment[];
}

/** How many segments, the chunk first, give way to which. */
export interface Replacement {
  readonly replaced: number;
  readonly replacement: readonly Segment[];
}

/**
 * What becomes of totals that don't add up. If there is more than was left over, something was logged meanwhile, or the
 * chunk lacks a call: its span is read again. If there is less, an answer behind it may have been wrong, and all of them
 * are.
 */
export function placeFailedProof(failed: FailedProof, doubtsOf: (segment: Segment) => number): Replacement {
  const { chunk, rest, proof } = failed;
  const found = chunk.calls.length;
  const replacement = placeDoubt({
    from: chunk.from,
    to: chunk.to,
    doubts: doubtsOf(chunk),
    expected: Math.max(0, found + rest - proof.sum),
    found,
    atLeast: found,
  });
  if (proof.sum > rest) return { replaced: 1, replacement };

  const doubted = failed.behind.filter((segment) => segment.to <= proof.to);
  return { replaced: 1 + doubted.length, replacement: [...replacement, ...placeBehind(failed, doubted, doubtsOf)] };
}

function placeBehind(
  { chunk, rest, proof }: FailedProof,
  doubted: readonly Segment[],
  doubtsOf: (segment: Segment) => number,
): Segment[] {
  const last = doubted.at(-1);
  // Against the axis, the far end may have been handed out: that is over and done with.
  if (last === undefined) return [];
  const doubts = Math.max(0, ...doubted.map(doubtsOf));
  const atLeast = last.to === proof.to ? rest : 0;
  return placeDoubt({ from: chunk.to, to: last.to, doubts, expected: rest, found: proof.sum, atLeast });
}
