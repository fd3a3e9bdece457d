import { createPeople, hostileNames, type Party, type People } from './people.ts';
import { byPercent, choose, draw } from './random.ts';

type Direction = 'Inbound' | 'Outbound' | 'Extension';

/** The mood of an hour: usual, the rush of a Monday morning, or an afternoon on which the lines fail. */
const moods = ['usual', 'rush', 'outage'] as const;
/** One of the moods. */
export type Mood = (typeof moods)[number];

/**
 * A call without its id and its start. The same people ring each other again and again, so a few thousand patterns
 * serve millions of calls, and values that depend only on the pattern are computed once.
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

/** The length of the longest call, in seconds. */
export const LONGEST_CALL_SECONDS = 4 * 3600;

const SINGLES = 2_048;
const GROUPS = 256;
const SMALLEST_GROUP = 2;
const LARGEST_GROUP = 5;
const PER_MOOD = SINGLES + GROUPS * LARGEST_GROUP;
/** Calls come in slots of eight neighbours; 18 % of the slots hold a call group. */
const SLOT_SIZE = 8;
const GROUP_PERCENT = 18;
const OVERLOADED_PERCENT = 18;
const UNANSWERED_PERCENT = 4;
const PATTERN = 0x3000;
const GROUP = 0x3001;
const SINGLE = 0x15;
const SLOT = 0x67;
const SIZE = 0x68;

const TAGS = [null, null, null, 'Sales', 'Support', 'Billing', null, null];
const HOSTILE_TAGS = [...TAGS.slice(0, 6), choose(hostileNames, 3), choose(hostileNames, 9)];

const DIRECTIONS: Readonly<Record<Mood, readonly Direction[]>> = {
  usual: byPercent({ Inbound: 52, Outbound: 36, Extension: 12 }),
  rush: byPercent({ Inbound: 68, Outbound: 22, Extension: 10 }),
  outage: byPercent({ Inbound: 72, Outbound: 18, Extension: 10 }),
};

/** `Transferred` is not a documented result: the set is open (fact 23). */
const INBOUND_RESULTS: Readonly<Record<Mood, readonly string[]>> = {
  usual: byPercent({ Answered: 70, Missed: 12, Voicemail: 14, Blocked: 3, Transferred: 1 }),
  rush: byPercent({ Answered: 54, Missed: 26, Voicemail: 17, Blocked: 2, Transferred: 1 }),
  outage: byPercent({ Answered: 5, Missed: 86, Voicemail: 9 }),
};
const OUTBOUND_RESULTS: Readonly<Record<Mood, readonly string[]>> = {
  usual: byPercent({ Answered: 74, Attempted: 25, Transferred: 1 }),
  rush: byPercent({ Answered: 74, Attempted: 25, Transferred: 1 }),
  outage: byPercent({ Answered: 12, Attempted: 88 }),
};
const EXTENSION_RESULTS = byPercent({ Answered: 80, Missed: 14, Voicemail: 6 });
const OVERLOADED_RESULTS = byPercent({ Answered: 47, Missed: 37, Voicemail: 16 });
const UNANSWERED_RESULTS = byPercent({ Missed: 70, Voicemail: 30 });

/** Lengths of answered calls in seconds; each step holds for draws below its thousandth. */
const ANSWERED_STEPS = [
  { below: 250, shortest: 3, longest: 45 },
  { below: 600, shortest: 45, longest: 180 },
  { below: 850, shortest: 180, longest: 600 },
  { below: 960, shortest: 600, longest: 1_800 },
  { below: 985, shortest: 1_800, longest: 3_600 },
  { below: 997, shortest: 3_601, longest: 7_200 },
  { below: 1_000, shortest: 7_200, longest: LONGEST_CALL_SECONDS },
] as const;

/**
 * Draws the patterns of a seed by number, each once. The numbers of each mood begin with single calls, followed by call
 * groups.
 */
export class Patterns {
  readonly #people: People;
  readonly #seed: number;
  readonly #tags: readonly (string | null)[];
  readonly #known: CallPattern[] = [];

  constructor(seed: number, hostileText: boolean) {
    this.#people = createPeople(seed, hostileText);
    this.#seed = seed;
    this.#tags = hostileText ? HOSTILE_TAGS : TAGS;
  }

  get(number: number): CallPattern {
    return (this.#known[number] ??= this.#draw(number));
  }

  #draw(number: number): CallPattern {
    const place = number % PER_MOOD;
    const mood = choose(moods, Math.floor(number / PER_MOOD));
    const seed = draw(draw(this.#seed, PATTERN), place);
    const member = place - SINGLES;
    const call =
      member < 0
        ? singleCall(this.#people, mood, seed)
        : groupCall(this.#people, mood, draw(this.#seed, GROUP), member);
    return {
      ...call,
      seed,
      length: callLength(call.result, draw(seed, 1)),
      customTag: choose(this.#tags, draw(seed, 7)),
    };
  }
}

/** Returns the number of the pattern that a call follows, by its place in the month. */
export function patternNumber(monthSeed: number, place: number, mood: Mood): number {
  const groupPlace = placeInGroup(monthSeed, place);
  const number =
    groupPlace === undefined
      ? draw(monthSeed ^ place, SINGLE) % SINGLES
      : SINGLES + groupPlace.group * LARGEST_GROUP + groupPlace.member;
  return moods.indexOf(mood) * PER_MOOD + number;
}

/** Returns whether a call belongs to the same call group as the call before it. */
export function continuesGroup(monthSeed: number, place: number): boolean {
  return (placeInGroup(monthSeed, place)?.member ?? 0) > 0;
}

/** Finds the group that a call belongs to, if any; its members have neighbouring places (fact 26). */
function placeInGroup(monthSeed: number, place: number): { group: number; member: number } | undefined {
  const drawn = draw(monthSeed ^ Math.floor(place / SLOT_SIZE), SLOT);
  if (drawn % 100 >= GROUP_PERCENT) return undefined;
  const group = draw(drawn, 1) % GROUPS;
  const size = groupSize(group);
  const member = (place % SLOT_SIZE) - (draw(drawn, 2) % (SLOT_SIZE - size + 1));
  return member < 0 || member >= size ? undefined : { group, member };
}

function groupSize(group: number): number {
  return SMALLEST_GROUP + (draw(group, SIZE) % (LARGEST_GROUP - SMALLEST_GROUP + 1));
}

type Parties = Pick<CallPattern, 'direction' | 'result' | 'source' | 'destination'>;

function singleCall(people: People, mood: Mood, seed: number): Parties {
  const { staff, outside } = people;
  const direction = choose(DIRECTIONS[mood], draw(seed, 2));
  const result = draw(seed, 6);
  if (direction === 'Inbound') return inboundCall(people, mood, seed);
  const ours = draw(seed, 3) % staff.length;
  const source = choose(staff, ours);
  if (direction === 'Outbound') {
    const destination = choose(outside, draw(seed, 4));
    return { direction, result: choose(OUTBOUND_RESULTS[mood], result), source, destination };
  }
  const destination = choose(staff, ours + 1 + (draw(seed, 5) % (staff.length - 1)));
  return { direction, result: choose(EXTENSION_RESULTS, result), source, destination };
}

/** One colleague gets about a fifth of the calls and misses many of them, and a few callers are never answered. */
function inboundCall({ staff, overloaded, outside, unanswered }: People, mood: Mood, seed: number): Parties {
  const isUnanswered = draw(seed, 9) % 100 < UNANSWERED_PERCENT;
  const isOverloaded = draw(seed, 10) % 100 < OVERLOADED_PERCENT;
  let results = isOverloaded && mood !== 'outage' ? OVERLOADED_RESULTS : INBOUND_RESULTS[mood];
  if (isUnanswered) results = UNANSWERED_RESULTS;
  return {
    direction: 'Inbound',
    result: choose(results, draw(seed, 6)),
    source: choose(isUnanswered ? unanswered : outside, draw(seed, 4)),
    destination: isOverloaded ? overloaded : choose(staff, draw(seed, 3)),
  };
}

/** One caller rings several phones: one answers, each writes a row, and no row names a parent (fact 26). */
function groupCall({ staff, outside }: People, mood: Mood, ofGroups: number, number: number): Parties {
  const group = Math.floor(number / LARGEST_GROUP);
  const member = number % LARGEST_GROUP;
  const shared = draw(ofGroups, group);
  const isAnswered = mood !== 'outage' && member === draw(shared, 1) % groupSize(group);
  return {
    direction: 'Inbound',
    result: isAnswered ? 'Answered' : 'Missed',
    source: choose(outside, draw(shared, 2)),
    destination: choose(staff, (draw(shared, 3) % staff.length) + member),
  };
}

/** Returns whole seconds: answered calls last from seconds to hours, the others end within two minutes. */
function callLength(result: string, drawn: number): number {
  if (result === 'Blocked') return 0;
  if (result === 'Voicemail') return 5 + (drawn % 115);
  if (result !== 'Answered') return drawn % 35;
  const thousandth = drawn % 1000;
  const step = ANSWERED_STEPS.find(({ below }) => thousandth < below) ?? ANSWERED_STEPS[0];
  return step.shortest + (draw(drawn, 1) % (step.longest - step.shortest + 1));
}
