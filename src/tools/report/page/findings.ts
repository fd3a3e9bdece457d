import type { PeopleOrder } from '../people.ts';
import type { DayFigures, Figures, HourFigures, PersonFigures } from '../figures.ts';
import { calendarDate, longDay } from './format.ts';

/**
 * The parts of the figures that stand out. A part stands out when it has at least ten missed calls, and many more than
 * the overall rate would give it: at least three tenths more, and more than three standard deviations, so that chance
 * hardly explains them. These are hints where to look, not measures.
 */
export interface Findings {
  /** The day with the most missed calls beyond its share. */
  readonly day: DayFigures | undefined;
  /** The number of other days that stand out. */
  readonly otherDays: number;
  /** The person with the most missed calls beyond their share. */
  readonly person: PersonFigures | undefined;
  /** The number of other people who stand out. */
  readonly otherPeople: number;
  /** Hours of a working day that ring at least one and a half times as often as those of the other working days. */
  readonly rush: HourRun | undefined;
  /** The consecutive hours of a weekday with the most missed calls beyond their share. */
  readonly hours: HourRun | undefined;
}

/** Consecutive hours of a weekday, over all weeks. */
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

/** The data that the sections of the page are made from. */
export interface Story {
  /** Returns the name of a day, with its year if the range covers several years. */
  readonly dayName: (date: string) => string;
  readonly figures: Figures;
  readonly findings: Findings;
  readonly peopleOrder: PeopleOrder;
}

/**
 * Finds what stands out in the figures, and chooses how their days are named. `peopleOrder` is the order of their
 * people.
 */
export function storyOf(figures: Figures, peopleOrder: PeopleOrder): Story {
  const { days } = figures;
  const year = days[0]?.date.slice(0, 4) !== days.at(-1)?.date.slice(0, 4);
  return { figures, findings: findingsOf(figures), peopleOrder, dayName: (date) => longDay(date, { year }) };
}

/** Finds what stands out. */
export function findingsOf(figures: Figures): Findings {
  const { days, people } = figures;
  const inbound = sum(days, (day) => day.inbound);
  const missed = sum(days, (day) => day.inboundMissed);
  const received = sum(people, (person) => person.received);
  const missedByPeople = sum(people, (person) => person.missed);
  // A single day or person never stands out: its rate is the overall rate.
  const notableDays = beyondShare(days, (day) => ({ missed: day.inboundMissed, of: day.inbound }), missed / inbound);
  const notablePeople = beyondShare(
    people,
    (person) => ({ missed: person.missed, of: person.received }),
    missedByPeople / received,
  );
  return {
    day: notableDays[0],
    otherDays: Math.max(0, notableDays.length - 1),
    person: notablePeople[0],
    otherPeople: Math.max(0, notablePeople.length - 1),
    rush: rushOf(figures),
    hours: missedHours(figures),
  };
}

/** The fewest inbound calls for which the missed share of an hour of the week is shown. */
export const enoughInbound = 10;

const fewestMissed = 10;
const standardDeviations = 3;
/**
 * The smallest multiple of its share that is reported. Among a million calls, even small differences are beyond chance,
 * but not worth mentioning.
 */
const clearlyMore = 1.3;

interface MissedOf {
  readonly missed: number;
  readonly of: number;
}

/** The parts that stand out, the one with the most missed calls beyond its share first. */
function beyondShare<Part>(parts: readonly Part[], countsOf: (part: Part) => MissedOf, rate: number): Part[] {
  const beyond = (part: Part): number => countsOf(part).missed - rate * countsOf(part).of;
  const isNotable = (part: Part): boolean => {
    const { missed, of } = countsOf(part);
    const isByChance = beyond(part) <= standardDeviations * Math.sqrt(rate * of * (1 - rate));
    return missed >= fewestMissed && missed >= clearlyMore * rate * of && !isByChance;
  };
  return parts.filter(isNotable).sort((one, other) => beyond(other) - beyond(one));
}

function missedHours({ hours }: Figures): HourRun | undefined {
  const rate = sum(hours, ({ missed }) => missed) / sum(hours, ({ inbound }) => inbound);
  const beyond = hours.filter(({ inbound, missed }) => inbound >= enoughInbound && missed / inbound >= muchMore * rate);
  const runs = inRows(beyond).map(runOf);
  return beyondShare(runs, ({ inbound, missed }) => ({ missed, of: inbound }), rate)[0];
}

/** The multiple of the usual value from which an hour belongs to a run of hours. */
const muchMore = 1.5;

const workingDays = 5;
/** Inbound calls in each hour of a rush. */
const fewestInbound = 20;
/** A single Monday says nothing about Mondays. */
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
    return cell.weekday <= workingDays && cell.inbound >= fewestInbound && perDay(cell) >= muchMore * usual(cell);
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

/** Returns how often each weekday occurs in the range, Monday first. */
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
