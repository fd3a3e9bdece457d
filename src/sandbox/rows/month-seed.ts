import { draw, scramble } from '../chance.ts';

/** What is drawn for a month. */
export function monthSeed(seed: number, month: number): number {
  return draw(scramble(seed), month);
}
