import { choose, draw } from '../chance.ts';

import { groupPlace } from './call-groups.ts';
import type { GroupPlace } from './call-groups.ts';
import { callId } from './call-id.ts';
import { callLength } from './call-length.ts';
import type { MonthBlock } from './month-blocks.ts';
import type { Parties, Party } from './parties.ts';
import { blockOf, monthSeed, rowSeed } from './row-seed.ts';

/** What happened, before it is written as a row. Times are seconds since 1970. */
export interface Call {
  readonly id: string;
  readonly seed: number;
  readonly start: number;
  readonly end: number;
  readonly direction: Direction;
  readonly result: string;
  readonly source: Party;
  readonly destination: Party;
}

type Direction = 'Inbound' | 'Outbound' | 'Extension';

const DIRECTIONS = hundred<Direction>({ Inbound: 52, Outbound: 36, Extension: 12 });

/** Results by direction, in percent; `Transferred` and `Abandoned` are in no list, as the set is open (fact 23). */
const RESULTS: Readonly<Record<Direction, readonly string[]>> = {
  Inbound: hundred({ Answered: 66, Missed: 14, Voicemail: 15, Blocked: 3, Abandoned: 1, Transferred: 1 }),
  Outbound: hundred({ Answered: 74, Attempted: 25, Transferred: 1 }),
  Extension: hundred({ Answered: 80, Missed: 14, Voicemail: 6 }),
};

export interface CallSource {
  readonly seed: number;
  readonly blocks: readonly MonthBlock[];
  readonly starts: Uint32Array;
  readonly parties: Parties;
}

/** The call with this index, made from nothing but the seed and its place. */
export function makeCall(source: CallSource, index: number): Call {
  const { block, ofMonth, place } = locate(source, index);
  const seed = rowSeed(ofMonth, place);
  const group = groupPlace(ofMonth, place);
  const start = source.starts[index] ?? 0;
  const id = callId(source.seed, block.month, place);
  const made = group === undefined ? singleCall(source.parties, seed) : groupCall(source.parties, group);
  return { id, seed, start, end: start + callLength(made.result, draw(seed, 1)), ...made };
}

/** The second at which a call ends, without making the rest of it. */
export function callEnd(source: CallSource, index: number): number {
  const { ofMonth, place } = locate(source, index);
  const seed = rowSeed(ofMonth, place);
  const group = groupPlace(ofMonth, place);
  const result = group === undefined ? drawResult(drawDirection(seed), seed) : groupResult(group);
  return (source.starts[index] ?? 0) + callLength(result, draw(seed, 1));
}

interface Place {
  readonly block: MonthBlock;
  readonly ofMonth: number;
  readonly place: number;
}

function locate({ seed, blocks }: CallSource, index: number): Place {
  const block = blockOf(blocks, index);
  return { block, ofMonth: monthSeed(seed, block.month), place: index - block.first };
}

type Made = Pick<Call, 'direction' | 'result' | 'source' | 'destination'>;

function singleCall({ staff, outside }: Parties, seed: number): Made {
  const direction = drawDirection(seed);
  const ours = draw(seed, 3);
  const colleague = choose(staff, ours);
  const source = direction === 'Inbound' ? choose(outside, draw(seed, 4)) : colleague;
  const neighbour = choose(staff, ours + 1 + (draw(seed, 5) % (staff.length - 1)));
  const destination =
    direction === 'Inbound' ? colleague : direction === 'Outbound' ? choose(outside, draw(seed, 4)) : neighbour;
  return { direction, result: drawResult(direction, seed), source, destination };
}

/** One outside caller rings several of our phones; each phone writes a row of its own, with no parent (fact 26). */
function groupCall({ staff, outside }: Parties, group: GroupPlace): Made {
  const source = choose(outside, draw(group.seed, 4));
  const destination = choose(staff, draw(group.seed, 5) + group.member);
  return { direction: 'Inbound', result: groupResult(group), source, destination };
}

function groupResult({ member, answeredMember }: GroupPlace): string {
  return member === answeredMember ? 'Answered' : 'Missed';
}

function drawDirection(seed: number): Direction {
  return choose(DIRECTIONS, draw(seed, 2));
}

function drawResult(direction: Direction, seed: number): string {
  return choose(RESULTS[direction], draw(seed, 6));
}

/** A hundred names, each as often as its percentage. */
function hundred<Name extends string>(percents: Readonly<Partial<Record<Name, number>>>): Name[] {
  const entries = Object.entries(percents) as [Name, number][];
  return entries.flatMap(([name, percent]) => new Array<Name>(percent).fill(name));
}
