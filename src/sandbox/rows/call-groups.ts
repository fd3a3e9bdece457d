import { draw } from '../chance.ts';

/** A call's place in a call group: one call that rang several phones (fact 26). */
export interface GroupPlace {
  /** Draws what the members share. */
  readonly seed: number;
  readonly member: number;
  readonly answeredMember: number;
}

const SLOT_SIZE = 8;
const GROUP_PERCENT = 18;
const SMALLEST_GROUP = 2;
const LARGEST_GROUP = 5;
const GROUP_PURPOSE = 0x67;

/** Calls come in slots of eight; about one slot in six holds a group of two to five calls with neighbouring places. */
export function groupPlace(monthSeed: number, place: number): GroupPlace | undefined {
  const slot = Math.floor(place / SLOT_SIZE);
  const seed = draw(monthSeed ^ slot, GROUP_PURPOSE);
  if (seed % 100 >= GROUP_PERCENT) return undefined;
  const size = SMALLEST_GROUP + (draw(seed, 1) % (LARGEST_GROUP - SMALLEST_GROUP + 1));
  const member = (place % SLOT_SIZE) - (draw(seed, 2) % (SLOT_SIZE - size + 1));
  if (member < 0 || member >= size) return undefined;
  return { seed, member, answeredMember: draw(seed, 3) % size };
}
