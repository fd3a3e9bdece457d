import type { CallLog } from '../../call-logs/index.ts';
import type {
  CallsByResult,
  DayFigures,
  DirectionFigures,
  DirectionName,
  DurationFigures,
  Figures,
  Headline,
  HourFigures,
} from './figures.ts';
import { dateText, type Day, type LocalHour, weekdayOf } from './local-time.ts';

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

interface DayTally {
  calls: number;
  readonly results: Writable<CallsByResult>;
  inbound: number;
  inboundMissed: number;
}

const hoursOfDay = 24;
const daysOfWeek = 7;

/** The lower bounds of the buckets of call lengths, in seconds: people think in half minutes at first, then in minutes. */
const durationBounds: readonly number[] = [0, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600];

const resultNames: Readonly<Record<string, keyof CallsByResult>> = {
  Answered: 'answered',
  Voicemail: 'voicemail',
  Missed: 'missed',
  Attempted: 'attempted',
  Blocked: 'blocked',
};

const directionNames: Readonly<Record<string, DirectionName>> = {
  Inbound: 'inbound',
  Outbound: 'outbound',
  Extension: 'internal',
};

/** Counts calls by time, result, length and direction. Holds one entry for each day. */
export class CallCounts {
  calls = 0;
  readonly #days = new Map<Day, DayTally>();
  readonly #inbound = new Array<number>(daysOfWeek * hoursOfDay).fill(0);
  readonly #missed = new Array<number>(daysOfWeek * hoursOfDay).fill(0);
  readonly #durations = new Array<number>(durationBounds.length).fill(0);
  readonly #directions: Record<DirectionName, Writable<DirectionFigures>> = {
    inbound: emptyDirection(),
    outbound: emptyDirection(),
    internal: emptyDirection(),
    other: emptyDirection(),
    international: emptyDirection(),
  };

  add(call: CallLog, { day, hour }: LocalHour): void {
    const { direction, result, length } = call;
    this.calls += 1;
    const ofDay = this.#day(day);
    ofDay.calls += 1;
    ofDay.results[resultNames[result] ?? 'other'] += 1;
    if (direction === 'Inbound') {
      const missed = result === 'Missed' ? 1 : 0;
      const cell = (weekdayOf(day) - 1) * hoursOfDay + hour;
      ofDay.inbound += 1;
      ofDay.inboundMissed += missed;
      increase(this.#inbound, cell, 1);
      increase(this.#missed, cell, missed);
    }
    if (result === 'Answered') increase(this.#durations, bucketOf(length), 1);
    addTo(this.#directions[directionNames[direction] ?? 'other'], call);
    if (call.international === true) addTo(this.#directions.international, call);
  }

  end(
    days: readonly Day[],
    linesInUse: ReadonlyMap<Day, number>,
  ): Pick<Figures, 'headline' | 'days' | 'hours' | 'durations' | 'directions'> {
    const ofDays = days.map((day) => dayFigures(day, this.#days.get(day), linesInUse.get(day) ?? 0));
    const hours = this.#inbound.map((inbound, cell): HourFigures => {
      const weekday = Math.floor(cell / hoursOfDay) + 1;
      return { weekday, hour: cell % hoursOfDay, inbound, missed: this.#missed[cell] ?? 0 };
    });
    const durations = this.#durations.map((calls, bucket): DurationFigures => {
      return { fromSeconds: durationBounds[bucket] ?? 0, toSeconds: durationBounds[bucket + 1] ?? null, calls };
    });
    return { headline: this.#headline(hours), days: ofDays, hours, durations, directions: this.#directions };
  }

  #headline(hours: readonly HourFigures[]): Headline {
    const { inbound, outbound, internal, other } = this.#directions;
    const busiest = hours.reduce((most, cell) => (cell.inbound > most.inbound ? cell : most));
    return {
      calls: this.calls,
      inboundAnsweredRate: inbound.calls === 0 ? null : inbound.answered / inbound.calls,
      missed: inbound.missed,
      voicemail: inbound.voicemail,
      talkTimeSeconds: [inbound, outbound, internal, other].reduce(
        (sum, { talkTimeSeconds }) => sum + talkTimeSeconds,
        0,
      ),
      busiestHour: busiest.inbound === 0 ? null : busiest,
    };
  }

  #day(day: Day): DayTally {
    let tally = this.#days.get(day);
    if (tally === undefined) {
      tally = emptyDay();
      this.#days.set(day, tally);
    }
    return tally;
  }
}

function emptyDay(): DayTally {
  const results = { answered: 0, voicemail: 0, missed: 0, attempted: 0, blocked: 0, other: 0 };
  return { calls: 0, results, inbound: 0, inboundMissed: 0 };
}

function dayFigures(day: Day, tally: DayTally = emptyDay(), linesInUse: number): DayFigures {
  return { date: dateText(day), ...tally, linesInUse };
}

function emptyDirection(): Writable<DirectionFigures> {
  return { calls: 0, answered: 0, missed: 0, voicemail: 0, talkTimeSeconds: 0 };
}

function addTo(direction: Writable<DirectionFigures>, { result, length }: CallLog): void {
  direction.calls += 1;
  if (result === 'Missed') direction.missed += 1;
  if (result === 'Voicemail') direction.voicemail += 1;
  if (result !== 'Answered') return;
  direction.answered += 1;
  direction.talkTimeSeconds += length;
}

function increase(counts: number[], place: number, by: number): void {
  counts[place] = (counts[place] ?? 0) + by;
}

/** The place of the bucket that holds a length. */
function bucketOf(seconds: number): number {
  const above = durationBounds.findIndex((bound) => bound > seconds);
  return (above === -1 ? durationBounds.length : above) - 1;
}
