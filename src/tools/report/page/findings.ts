import type { PeopleOrder } from '../people.ts';
import type { DayFigures, Figures, HourFigures, PersonFigures } from '../figures.ts';
import { calendarDate } from './format.ts';

/**
 * What stands out in the figures. A part stands out when it has at least ten missed calls, and so many more than its share
 * that chance hardly explains them: three standard deviations above what the rate of the whole would give it. These are
 * hints on where to look, not measures.
 */
export interface Findings {
  /** The day with the most missed calls beyond its share. */
  readonly day: DayFigures | undefined;
  /** The person with the most missed calls beyond their share. */
  readonly person: PersonFigures | undefined;
  /** Hours of a working day that ring at least one and a half times as often as those of the other working days. */
  readonly rush: HourRun | undefined;
  /** The hours in a row of a weekday with the most missed calls beyond their share. */
  readonly hours: HourRun | undefined;
}

/** Hours in a row of a weekday, all weeks together. */
export interface HourRun {
  /** 1 is Monday. */
  readonly weekday: number;
  /** Inclusive; 0 to 23. */
  readonly fromHour: number;
  /** Exclusive; 1 to 24. */
  readonly toHour: number;
  readonly inbound: number;
  readonly missed: number;
  /** Of a rush: inbound calls a day in these hours, divided by those of the other days from Monday to Friday. */
  readonly times?: number;
}

/** What the sections of the page are made of. */
export interface Story {
  readonly figures: Figures;
  readonly findings: Findings;
  readonly peopleOrder: PeopleOrder;
}

export function findingsOf(figures: Figures): Findings {
  const { days, people } = figures;
  const inbound = sum(days, (day) => day.inbound);
  const missed = sum(days, (day) => day.inboundMissed);
  const received = sum(people, (person) => person.received);
  const missedByPeople = sum(people, (person) => person.missed);
  return {
    // A single day or person is the whole, and does not stand out of it: its share is that of the whole.
    day: mostBeyond(days, (day) => ({ missed: day.inboundMissed, of: day.inbound }), missed / inbound),
    person: mostBeyond(people, (person) => ({ missed: person.missed, of: person.received }), missedByPeople / received),
    rush: rushOf(figures),
    hours: missedHours(figures),
  };
}

/** Fewer inbound calls than this give no share worth showing for an hour of the week. */
export const enoughInbound = 5;

const fewestMissed = 10;
const standardDeviations = 3;

interface MissedOf {
  readonly missed: number;
  readonly of: number;
}

/** The missed calls beyond the share of a part, or undefined where chance may explain them. */
function beyondChance({ missed, of }: MissedOf, rate: number): number | undefined {
  const expected = rate * of;
  const limit = expected + standardDeviations * Math.sqrt(expected * (1 - rate));
  return missed > limit ? missed - expected : undefined;
}

function mostBeyond<Part>(parts: readonly Part[], countsOf: (part: Part) => MissedOf, rate: number): Part | undefined {
  const notable = parts.filter((part) => countsOf(part).missed >= fewestMissed);
  const beyond = (part: Part): number => beyondChance(countsOf(part), rate) ?? 0;
  return highest(
    notable.filter((part) => beyond(part) > 0),
    beyond,
  );
}

function missedHours({ hours }: Figures): HourRun | undefined {
  const rate = sum(hours, ({ missed }) => missed) / sum(hours, ({ inbound }) => inbound);
  const beyond = hours.filter(({ inbound, missed }) => {
    return inbound >= enoughInbound && beyondChance({ missed, of: inbound }, rate) !== undefined;
  });
  const runs = inRows(beyond).map(runOf);
  return mostBeyond(runs, ({ inbound, missed }) => ({ missed, of: inbound }), rate);
}

const rushTimes = 1.5;
const workingDays = 5;
/** A rush has at least so many inbound calls, and the range at least so many of each working day. */
const fewestInbound = 20;
const fewestWeeks = 2;

function rushOf({ days, hours }: Figures): HourRun | undefined {
  const daysOf = countWeekdays(days);
  if (daysOf.slice(0, workingDays).some((number) => number < fewestWeeks)) return undefined;
  const perDay = ({ inbound, weekday }: HourFigures): number => inbound / (daysOf[weekday - 1] ?? 1);
  const usual = (cell: HourFigures): number => {
    const others = hours.filter(
      ({ hour, weekday }) => hour === cell.hour && weekday <= workingDays && weekday !== cell.weekday,
    );
    return sum(others, perDay) / others.length;
  };
  const busy = hours.filter((cell) => {
    return cell.weekday <= workingDays && cell.inbound >= fewestInbound && perDay(cell) >= rushTimes * usual(cell);
  });
  const runs = inRows(busy).map((cells) => ({ ...runOf(cells), times: sum(cells, perDay) / sum(cells, usual) }));
  return highest(runs, ({ inbound, times }) => inbound - inbound / times);
}

function runOf(cells: readonly HourFigures[]): HourRun {
  return {
    weekday: cells[0]?.weekday ?? 1,
    fromHour: cells[0]?.hour ?? 0,
    toHour: (cells.at(-1)?.hour ?? 0) + 1,
    inbound: sum(cells, ({ inbound }) => inbound),
    missed: sum(cells, ({ missed }) => missed),
  };
}

function inRows(cells: readonly HourFigures[]): HourFigures[][] {
  const rows: HourFigures[][] = [];
  for (const cell of cells) {
    const row = rows.at(-1);
    const last = row?.at(-1);
    if (row !== undefined && last?.weekday === cell.weekday && last.hour + 1 === cell.hour) row.push(cell);
    else rows.push([cell]);
  }
  return rows;
}

/** How often each weekday is in the range, Monday first. */
export function countWeekdays(days: readonly DayFigures[]): number[] {
  const counts = new Array<number>(7).fill(0);
  for (const { date } of days) {
    const weekday = (calendarDate(date).getUTCDay() + 6) % 7;
    counts[weekday] = (counts[weekday] ?? 0) + 1;
  }
  return counts;
}

export function sum<Part>(parts: readonly Part[], valueOf: (part: Part) => number): number {
  return parts.reduce((total, part) => total + valueOf(part), 0);
}

function highest<Part>(parts: readonly Part[], valueOf: (part: Part) => number): Part | undefined {
  let best: Part | undefined;
  for (const part of parts) if (best === undefined || valueOf(part) > valueOf(best)) best = part;
  return best;
}
