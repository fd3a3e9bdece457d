import type { DirectionName, Figures, PersonFigures, UnansweredCaller } from '../figures.ts';
import type { PeopleOrder } from '../people.ts';
import { clockDuration, count, counted, percent, shortDay, timeOfDay } from './format.ts';
import { type Content, html, type Markup, printable, untrusted } from './markup.ts';
import { type Story, sum } from './findings.ts';
import { bar, type Column, table } from './tables.ts';

/** A person's name, or their extension where none is known. */
export function personName({ name, id }: PersonFigures): Markup {
  return untrusted(name !== null && printable(name) !== '' ? name : id);
}

/** The orders of people in words. */
const orderNames: Readonly<Record<PeopleOrder, string>> = {
  calls: 'calls',
  received: 'calls received',
  answered: 'calls answered',
  missed: 'calls missed',
  made: 'calls made',
  'talk-time': 'talk time',
  longest: 'longest call',
  name: 'name',
};

/** Further people are folded away, because a table of hundreds is hard to scroll past. */
const mostPeopleShown = 40;

/** The table of people. */
export function peoplePart({ figures, findings, peopleOrder }: Story): Markup {
  const { people, callsOfOtherPeople } = figures;
  const others =
    callsOfOtherPeople === 0 ? '' : ` ${counted(callsOfOtherPeople, 'call')} of further people are in no row.`;
  return html`<h2>${peopleTitle(people, findings.person)}</h2>
    <p class="about">
      A call counts for the person who received it and for the one who made it, so an internal call counts for two. The
      red bar is the share of received calls that were missed.${others}
    </p>
    ${table(people, peopleColumns(people, findings.person, peopleOrder), {
      caption: `People, sorted by ${orderNames[peopleOrder]}`,
      shown: mostPeopleShown,
      noun: 'people',
    })}`;
}

function peopleTitle(people: readonly PersonFigures[], person: PersonFigures | undefined): Content {
  if (person === undefined) {
    const [busiest] = people.toSorted((a, b) => b.calls - a.calls);
    const number = counted(people.length, 'person', 'people');
    return busiest === undefined
      ? number
      : html`${number}; ${personName(busiest)} had the most calls, ${count(busiest.calls)}`;
  }
  const { missed, received } = person;
  const all = sum(people, (one) => one.missed) / sum(people, (one) => one.received);
  return html`${personName(person)} missed ${count(missed)} of ${counted(received, 'call')}:
  ${percent(missed / received)}, against ${percent(all)} over all people`;
}

function peopleColumns(
  people: readonly PersonFigures[],
  notable: PersonFigures | undefined,
  order: PeopleOrder,
): Column<PersonFigures>[] {
  const most = Math.max(1, ...people.map(({ calls }) => calls));
  const share = ({ missed, received }: PersonFigures): number => (received === 0 ? 0 : missed / received);
  const strong = (person: PersonFigures, content: string): Content =>
    person === notable ? html`<b class="alarm">${content}</b>` : content;
  const columns: (Column<PersonFigures> & { readonly order?: PeopleOrder })[] = [
    { order: 'name', head: 'Person', cell: personCell },
    { order: 'calls', head: 'Calls', barred: true, cell: ({ calls }) => html`${bar(calls / most)}${count(calls)}` },
    { order: 'received', head: 'Received', cell: ({ received }) => count(received) },
    { order: 'answered', head: 'Answered', cell: ({ answered }) => count(answered) },
    {
      order: 'missed',
      head: 'Missed',
      barred: true,
      cell: (person) => html`${bar(share(person), 'missed')}${strong(person, count(person.missed))}`,
    },
    {
      head: 'Missed share',
      cell: (person) => (person.received === 0 ? '–' : strong(person, percent(share(person)))),
    },
    { order: 'made', head: 'Made', cell: ({ made }) => count(made) },
    { order: 'talk-time', head: 'Talk time', cell: ({ talkTimeSeconds }) => clockDuration(talkTimeSeconds) },
    { order: 'longest', head: 'Longest', cell: ({ longestSeconds }) => clockDuration(longestSeconds) },
  ];
  const direction = order === 'name' ? 'ascending' : 'descending';
  return columns.map(({ order: own, ...column }) => (own === order ? { ...column, sort: direction } : column));
}

function personCell(person: PersonFigures): Markup {
  const name = personName(person);
  const id = untrusted(person.id);
  return name.source === id.source ? name : html`${name} <span class="id">${id}</span>`;
}

const directionNames: Readonly<Record<DirectionName, string>> = {
  inbound: 'Inbound',
  outbound: 'Outbound',
  internal: 'Internal',
  other: 'Other',
  international: 'International',
};

/** Inbound, outbound, internal and international calls. */
export function directionsPart({ figures: { directions, headline } }: Story): Markup {
  const rows = (['inbound', 'outbound', 'internal', 'other', 'international'] as const)
    .map((name) => ({ name, ...directions[name] }))
    .filter(({ name, calls }) => name !== 'other' || calls > 0);
  const share = (calls: number): number => (headline.calls === 0 ? 0 : calls / headline.calls);
  const columns: Column<(typeof rows)[number]>[] = [
    { head: 'Direction', cell: ({ name }) => directionNames[name] },
    { head: 'Calls', cell: ({ calls }) => count(calls) },
    { head: 'Answered', cell: ({ answered }) => count(answered) },
    { head: 'Missed', cell: ({ missed }) => count(missed) },
    { head: 'Talk time', cell: ({ talkTimeSeconds }) => clockDuration(talkTimeSeconds) },
  ];
  const { inbound, outbound } = directions;
  return html`<h2>${percent(share(inbound.calls))} of the calls came in, ${percent(share(outbound.calls))} went out</h2>
    <p class="about">Internal calls are those between colleagues. International calls are counted above as well.</p>
    ${table(rows, columns, { caption: 'Calls by direction' })}`;
}

/** Callers beyond these are folded away. */
const mostCallersShown = 10;

/** Callers who rang again and again on a day and were not answered. */
export function unansweredPart({ figures: { unanswered } }: Story): Markup {
  const { count: callers, calls, callers: listed } = unanswered;
  if (callers === 0) {
    return html`<h2>No repeat caller went unanswered</h2>
      <p class="about">Nobody called twice or more on a day without an answer.</p>`;
  }
  const columns: Column<UnansweredCaller>[] = [
    { head: 'Caller', cell: ({ caller }) => untrusted(caller) },
    { head: 'Day', cell: ({ date }) => shortDay(date) },
    { head: 'Calls', cell: (row) => count(row.calls) },
    { head: 'First', cell: ({ first }) => timeOfDay(first) },
    { head: 'Last', cell: ({ last }) => timeOfDay(last) },
  ];
  return html`<h2>${titleOf(unanswered)}</h2>
    <p class="about">
      At least two calls from a number on a day, and not one answered: ${counted(calls, 'call')} in
      all.${callers > listed.length ? ` The table lists the ${listed.length} with the most calls.` : ''}
    </p>
    ${table(listed, columns, { caption: 'Repeat callers not answered', shown: mostCallersShown, noun: 'callers' })}`;
}

function titleOf({ count: callers }: Figures['unanswered']): string {
  return callers === 1
    ? 'Once, a caller tried again and was not answered that day'
    : `${count(callers)} times, a caller tried again and was not answered that day`;
}
