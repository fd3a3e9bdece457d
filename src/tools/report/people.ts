import type { CallLog } from '../../call-logs/index.ts';
import type { PersonFigures } from './figures.ts';

/** The orders of people: by a number, the highest first, or by name. */
export const peopleOrders = [
  'calls',
  'received',
  'answered',
  'missed',
  'made',
  'talk-time',
  'longest',
  'name',
] as const;
/** One of the orders. */
export type PeopleOrder = (typeof peopleOrders)[number];

/** Bounds the memory if a server invents a person for every call. */
const mostPeople = 10_000;

interface PersonTally {
  readonly id: string;
  name: string | undefined;
  received: number;
  answered: number;
  missed: number;
  made: number;
  talkTimeSeconds: number;
  longestSeconds: number;
}

/** Counts the calls of each person: one entry for each of at most 10,000 people. */
export class PeopleTally {
  readonly #people = new Map<string, PersonTally>();
  /** Calls of people beyond the first 10,000. */
  callsOfOthers = 0;

  add(call: CallLog): void {
    if (call.direction === 'Inbound' || call.direction === 'Extension') this.#receive(call);
    if (call.direction === 'Outbound' || call.direction === 'Extension') this.#make(call);
  }

  /** Returns the people in an order; ties are broken by id. */
  end(order: PeopleOrder): PersonFigures[] {
    const people = [...this.#people.values()].map(figuresOf);
    const compare = comparisons[order];
    return people.sort((a, b) => compare(a, b) || (a.id < b.id ? -1 : 1));
  }

  #receive(call: CallLog): void {
    const { destination_extension, destination_user, destination_user_full_name } = call;
    const person = this.#person(destination_extension, call.to, destination_user, destination_user_full_name);
    if (person === undefined) return;
    person.received += 1;
    if (call.result === 'Answered') person.answered += 1;
    if (call.result === 'Missed') person.missed += 1;
    addTalkTime(person, call);
  }

  #make(call: CallLog): void {
    const { source_extension, source_user, source_user_full_name } = call;
    const person = this.#person(source_extension, call.from, source_user, source_user_full_name);
    if (person === undefined) return;
    person.made += 1;
    addTalkTime(person, call);
  }

  /** Our own side of a call is the bare extension (fact 24); any field of it may be null (fact 21). */
  #person(extension: Maybe, number: Maybe, user: Maybe, fullName: Maybe): PersonTally | undefined {
    const id = given(extension) ?? given(number) ?? given(user) ?? given(fullName);
    const known = id === undefined ? undefined : this.#people.get(id);
    const person = known ?? this.#newPerson(id);
    const name = given(fullName) ?? person?.name ?? given(user);
    if (person !== undefined && name !== undefined && name !== person.name) person.name = ownCopy(name);
    return person;
  }

  #newPerson(id: string | undefined): PersonTally | undefined {
    if (id === undefined || this.#people.size >= mostPeople) {
      this.callsOfOthers += 1;
      return undefined;
    }
    const counts = { received: 0, answered: 0, missed: 0, made: 0, talkTimeSeconds: 0, longestSeconds: 0 };
    const person: PersonTally = { id: ownCopy(id), name: undefined, ...counts };
    this.#people.set(person.id, person);
    return person;
  }
}

/**
 * Copies a string that is kept. A cell of CSV may be a part of the piece of the file that it was cut from, and V8 keeps
 * the whole piece, a megabyte, for as long as the part is in use.
 */
export function ownCopy(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}

type Maybe = string | null | undefined;

function given(value: Maybe): string | undefined {
  return value === null || value === '' ? undefined : value;
}

function addTalkTime(person: PersonTally, { result, length }: CallLog): void {
  if (result !== 'Answered') return;
  person.talkTimeSeconds += length;
  person.longestSeconds = Math.max(person.longestSeconds, length);
}

function figuresOf({ id, name, ...counts }: PersonTally): PersonFigures {
  return { id, name: name ?? null, calls: counts.received + counts.made, ...counts };
}

type Comparison = (a: PersonFigures, b: PersonFigures) => number;

const comparisons: Readonly<Record<PeopleOrder, Comparison>> = {
  calls: (a, b) => b.calls - a.calls,
  received: (a, b) => b.received - a.received,
  answered: (a, b) => b.answered - a.answered,
  missed: (a, b) => b.missed - a.missed,
  made: (a, b) => b.made - a.made,
  'talk-time': (a, b) => b.talkTimeSeconds - a.talkTimeSeconds,
  longest: (a, b) => b.longestSeconds - a.longestSeconds,
  name: (a, b) => (a.name ?? a.id).localeCompare(b.name ?? b.id, 'en'),
};
