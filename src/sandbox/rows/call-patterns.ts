import { choose, draw } from '../chance.ts';

import { callLength } from './call-length.ts';
import { GROUP_COUNT, LARGEST_GROUP, groupSize } from './call-groups.ts';
import type { GroupPlace } from './call-groups.ts';
import { hostileText } from './hostile-text.ts';
import type { Parties, Party } from './parties.ts';

type Direction = 'Inbound' | 'Outbound' | 'Extension';

/**
 * What a call is but for its id and its start. Calls repeat: the same people ring each other. So a few thousand patterns
 * are enough for millions of calls, and what follows from a pattern is worked out once.
 */
export interface CallPattern {
  readonly seed: number;
  readonly direction: Direction;
  readonly result: string;
  /** Whole seconds (fact 25). */
  readonly length: number;
  readonly source: Party;
  readonly destination: Party;
  readonly customTag: string | null;
}

/** Patterns of single calls first, then those of call groups, `LARGEST_GROUP` places for each. */
export const SINGLE_COUNT = 2_048;

const TAGS = [null, null, null, 'Sales', 'Support', 'Billing', choose(hostileText, 3), choose(hostileText, 9)];
const DIRECTIONS = hundred<Direction>({ Inbound: 52, Outbound: 36, Extension: 12 });
const PATTERN = 0x3000;
const GROUP = 0x3001;

/** Results by direction, in percent; `Transferred` and `Abandoned` are in no list, as the set is open (fact 23). */
const RESULTS: Readonly<Record<Direction, readonly string[]>> = {
  Inbound: hundred({ Answered: 66, Missed: 14, Voicemail: 15, Blocked: 3, Abandoned: 1, Transferred: 1 }),
  Outbound: hundred({ Answered: 74, Attempted: 25, Transferred: 1 }),
  Extension: hundred({ Answered: 80, Missed: 14, Voicemail: 6 }),
};

/** Every pattern of a seed. */
export function createPatterns(seed: number, parties: Parties): CallPattern[] {
  const ofPattern = draw(seed, PATTERN);
  const singles = Array.from({ length: SINGLE_COUNT }, (_, number) => singleCall(parties, draw(ofPattern, number)));
  const ofGroup = draw(seed, GROUP);
  const members = Array.from({ length: GROUP_COUNT * LARGEST_GROUP }, (_, number) => {
    const place = { group: Math.floor(number / LARGEST_GROUP), member: number % LARGEST_GROUP };
    return groupCall(parties, place, draw(ofPattern, SINGLE_COUNT + number), draw(ofGroup, place.group));
  });
  return [...singles, ...members];
}

/** The number of a group call's pattern. */
export function groupPattern({ group, member }: GroupPlace): number {
  return SINGLE_COUNT + group * LARGEST_GROUP + member;
}

function singleCall({ staff, outside }: Parties, seed: number): CallPattern {
  const direction = choose(DIRECTIONS, draw(seed, 2));
  const ours = draw(seed, 3) % staff.length;
  const colleague = choose(staff, ours);
  const neighbour = choose(staff, ours + 1 + (draw(seed, 5) % (staff.length - 1)));
  const outsider = choose(outside, draw(seed, 4));
  const source = direction === 'Inbound' ? outsider : colleague;
  const destination = { Inbound: colleague, Outbound: outsider, Extension: neighbour }[direction];
  return { ...outcome(choose(RESULTS[direction], draw(seed, 6)), seed), direction, source, destination };
}

/** One outside caller rings several of our phones: one answers, each writes a row, none names a parent (fact 26). */
function groupCall({ staff, outside }: Parties, place: GroupPlace, seed: number, shared: number): CallPattern {
  const isAnswered = place.member === draw(shared, 1) % groupSize(place.group);
  const source = choose(outside, draw(shared, 2));
  const destination = choose(staff, (draw(shared, 3) % staff.length) + place.member);
  return { ...outcome(isAnswered ? 'Answered' : 'Missed', seed), direction: 'Inbound', source, destination };
}

function outcome(result: string, seed: number): Pick<CallPattern, 'seed' | 'result' | 'length' | 'customTag'> {
  return { seed, result, length: callLength(result, draw(seed, 1)), customTag: choose(TAGS, draw(seed, 7)) };
}

/** A hundred names, each as often as its percentage. */
function hundred<Name extends string>(percents: Readonly<Partial<Record<Name, number>>>): Name[] {
  const entries = Object.entries(percents) as [Name, number][];
  return entries.flatMap(([name, percent]) => new Array<Name>(percent).fill(name));
}
