import { draw, scramble } from '../chance.ts';

import type { MonthBlock } from './month-blocks.ts';

/** Draws of a month. */
export function monthSeed(seed: number, month: number): number {
  return draw(scramble(seed), month);
}

/** Draws of one call of a month. Two calls may share one; what must be unique is made from month and place. */
export function rowSeed(ofMonth: number, place: number): number {
  return scramble(ofMonth + Math.imul(place, 0x85ebca77));
}

/** The block that holds the call with this index. */
export function blockOf(blocks: readonly MonthBlock[], index: number): MonthBlock {
  let low = 0;
  let high = blocks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((blocks[middle]?.first ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  const block = blocks[low];
  if (block === undefined) throw new RangeError(`There is no call ${index}.`);
  return block;
}
