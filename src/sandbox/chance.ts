/**
 * A mixing function in place of a random generator: what a row holds follows from the seed and the row's place alone,
 * so rows can be made in any order, and come out the same on every machine (integer arithmetic only).
 */

/** Scrambles 32 bits; a bijection, so different values stay different. */
export function scramble(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** A 32-bit draw that depends on the seed and on what it is for. */
export function draw(seed: number, purpose: number): number {
  return scramble(seed ^ Math.imul(purpose + 1, 0x9e3779b1));
}

/** A draw from 0 (inclusive) to 1 (exclusive). */
export function fraction(seed: number, purpose: number): number {
  return draw(seed, purpose) / 0x1_0000_0000;
}

/** One of the choices; throws on an empty list. */
export function choose<Choice>(choices: readonly Choice[], drawn: number): Choice {
  const choice = choices[drawn % choices.length];
  if (choice === undefined) throw new RangeError('Nothing to choose from.');
  return choice;
}
