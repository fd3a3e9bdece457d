import { draw } from '../chance.ts';

/** A call's place in a call group: one call that rang several phones (fact 26). */
export interface GroupPlace {
  /** Which of the known groups of calls this is. */
  readonly group: number;
  /** Counts the group's calls, from 0. */
  readonly member: number;
}

export const GROUP_COUNT = 256;
export const LARGEST_GROUP = 5;
const SMALLEST_GROUP = 2;
const SLOT_SIZE = 8;
const GROUP_PERCENT = 18;
const SLOT = 0x67;
const SIZE = 0x68;

/** How many phones a group of calls rang. */
export function groupSize(group: number): number {
  return SMALLEST_GROUP + (draw(group, SIZE) % (LARGEST_GROUP - SMALLEST_GROUP + 1));
}

/** Calls come in slots of eight; about one slot in six holds a group, in neighbouring places. */
export function groupPlace(monthSeed: number, place: number): GroupPlace | undefined {
  const drawn = draw(monthSeed ^ Math.floor(place / SLOT_SIZE), SLOT);
  if (drawn % 100 >= GROUP_PERCENT) return undefined;
  const group = draw(drawn, 1) % GROUP_COUNT;
  const size = groupSize(group);
  const member = (place % SLOT_SIZE) - (draw(drawn, 2) % (SLOT_SIZE - size + 1));
  return member < 0 || member >= size ? undefined : { group, member };
}
