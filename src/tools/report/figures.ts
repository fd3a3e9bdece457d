/**
 * The figures of a report: plain data that can be written as JSON. The page is made from them alone.
 *
 * A **call** is one call, however many phones rang: the rows of a call group are folded by `foldingRule`, and every
 * figure counts folded calls unless it says otherwise. Days, weekdays and hours are those of the report's time zone, by
 * the start of the call. Durations are whole seconds.
 *
 * - **Answered**: the result is `Answered`. **Missed**: the result is `Missed`; the figures for the whole range count
 * inbound calls only. **Voicemail** is neither.
 * - **Talk time**: the sum of `length` over answered calls. The `length` of other calls is ringing or a message.
 * - The API does not report ring time, queue time or service level, and does not distinguish abandoned calls from
 * missed ones.
 */
export interface Figures {
  /** The version of this shape, so that programs can tell a later one. */
  readonly format: 1;
  /** The starts of the calls that count. */
  readonly range: FiguresRange;
  /** The source of the calls, and how complete they are. */
  readonly basis: Basis;
  /** The six figures at the top. */
  readonly headline: Headline;
  /** Every local day of the range that the zone has, in order; days without calls included. */
  readonly days: readonly DayFigures[];
  /** 168 cells: Monday to Sunday, each from hour 0 to 23. */
  readonly hours: readonly HourFigures[];
  /** Answered calls of any direction by their length, in fixed buckets from short to long. */
  readonly durations: readonly DurationFigures[];
  /** The people, in the requested order. */
  readonly people: readonly PersonFigures[];
  /** Calls of people beyond the first 10,000, who are not listed. Nearly always 0. */
  readonly callsOfOtherPeople: number;
  /** Calls at the same time. */
  readonly linesInUse: LinesInUse;
  /** Calls by their direction. */
  readonly directions: Readonly<Record<DirectionName, DirectionFigures>>;
  /** Repeat callers who were not answered on a day. */
  readonly unanswered: UnansweredCallers;
  /** The same figures for the previous span, if a comparison was requested. */
  readonly previous: Omit<Figures, 'previous'> | null;
}

/** The starts of the calls that count. */
export interface FiguresRange {
  /** Inclusive; ISO, UTC: `2026-01-01T05:00:00Z`. */
  readonly from: string;
  /** Exclusive; ISO, UTC. */
  readonly to: string;
  /** `from` in the zone: `2026-01-01T00:00:00-05:00`. */
  readonly fromLocal: string;
  /** `to` in the zone. */
  readonly toLocal: string;
  /** IANA name. */
  readonly timeZone: string;
}

/** The data that the figures are based on. */
export interface Basis {
  /** The source of the calls; `sandbox` calls are made up. */
  readonly source: SourceName;
  /** The name of the file or the store; null for the others. */
  readonly name: string | null;
  /** The number of rows that the server has stated for the range; null if it is not known, as for a file. */
  readonly stated: number | null;
  /** Rows of the range that were read: the unfolded number of calls. */
  readonly rows: number;
  /** Calls, after folding: at most `rows`. */
  readonly calls: number;
  /** Inbound rows before folding, for comparison with the number of inbound calls. */
  readonly inboundRows: number;
  /** Inbound rows with the result `Missed` before folding, for comparison with the number of missed calls. */
  readonly missedRows: number;
  /** The gap of the folding rule, in seconds. */
  readonly foldingGapSeconds: number;
  /**
   * Whether every call of the range was proven to be there. Null if that is not known: a file does not say what an
   * export left out.
   */
  readonly complete: boolean | null;
  /**
   * Calls that started before this instant are all listed by now; later ones may still be added. ISO, UTC. Null if that
   * is not known.
   */
  readonly settledUntil: string | null;
  /** The time at which the figures were made; ISO, UTC. */
  readonly madeAt: string;
  /** The version of vbc-reports that made them; null if the caller did not say. */
  readonly version: string | null;
}

/** The possible sources of calls. */
export type SourceName = 'api' | 'sandbox' | 'file' | 'store';

/** The six figures at the top. */
export interface Headline {
  /** Calls of every direction. */
  readonly calls: number;
  /** Answered inbound calls divided by all inbound calls, 0 to 1; null without inbound calls. */
  readonly inboundAnsweredRate: number | null;
  /** Inbound calls with the result `Missed`. */
  readonly missed: number;
  /** Inbound calls with the result `Voicemail`. */
  readonly voicemail: number;
  /** Talk time of every direction, in seconds. */
  readonly talkTimeSeconds: number;
  /**
   * The cell of `hours` with the most inbound calls (the first in the week if several have as many); null without
   * inbound calls.
   */
  readonly busiestHour: HourFigures | null;
}

/** Calls by their result. `other` counts results that the API's document does not list. */
export interface CallsByResult {
  /** `Answered`. */
  readonly answered: number;
  /** `Voicemail`. */
  readonly voicemail: number;
  /** `Missed`. */
  readonly missed: number;
  /** `Attempted`: an outbound call that was not answered. */
  readonly attempted: number;
  /** `Blocked`. */
  readonly blocked: number;
  /** Results that the API's document does not list. */
  readonly other: number;
}

/** A local day: all calls that started on it, of every direction. */
export interface DayFigures {
  /** `2026-01-05`. */
  readonly date: string;
  /** Calls that started on this day. */
  readonly calls: number;
  /** These calls by their result. */
  readonly results: CallsByResult;
  /** The inbound calls among them. */
  readonly inbound: number;
  /** The inbound calls that were missed. */
  readonly inboundMissed: number;
  /** The most calls at the same time, as in `linesInUse`. */
  readonly linesInUse: number;
}

/** An hour of a weekday: inbound calls that started in it, over the whole range. */
export interface HourFigures {
  /** 1 is Monday, 7 is Sunday (ISO 8601). */
  readonly weekday: number;
  /** 0 to 23, by the zone's clocks. An hour that the clocks show twice counts both times. */
  readonly hour: number;
  /** Inbound calls that started in it. */
  readonly inbound: number;
  /** The number of them that were missed. The share is `missed / inbound`. */
  readonly missed: number;
}

/** Answered calls whose length lies between two bounds. */
export interface DurationFigures {
  /** Inclusive, in seconds. */
  readonly fromSeconds: number;
  /** Exclusive, in seconds; null for the last bucket, which has no end. */
  readonly toSeconds: number | null;
  /** Answered calls of this length. */
  readonly calls: number;
}

/**
 * A person: an extension on the account's own side. A call counts for the person who received it (inbound, internal) and
 * the person who made it (outbound, internal), so an internal call counts for two. A call group's call counts for the
 * person who answered it, or else for the one whose phone rang longest.
 */
export interface PersonFigures {
  /** The extension; without one, the user or the full name. Unique among people. */
  readonly id: string;
  /** The full name in the rows (the last, if it changes), else the user name, else null. May hold any character. */
  readonly name: string | null;
  /** `received` and `made`. */
  readonly calls: number;
  /** Calls to this person: inbound and internal. */
  readonly received: number;
  /** The number of them that were answered. */
  readonly answered: number;
  /** The number of them that were missed. */
  readonly missed: number;
  /** Calls by this person: outbound and internal. */
  readonly made: number;
  /** Talk time of the calls received and made. */
  readonly talkTimeSeconds: number;
  /** The longest answered call; 0 without one. */
  readonly longestSeconds: number;
}

/**
 * Calls at the same time. A call takes a line from its start up to its end, at least for one second. Calls that started
 * before the range are not known, so its first hours may show too few.
 */
export interface LinesInUse {
  /** The most in the range. */
  readonly most: number;
  /** The first local time at which it was reached, ISO with offset; null without calls. */
  readonly at: string | null;
  /** 24 numbers: the most at any time in this hour of the day, on any day of the range. */
  readonly byHour: readonly number[];
}

/** `other` is a direction that the API's document does not list; `international` calls are counted in the others too. */
export type DirectionName = 'inbound' | 'outbound' | 'internal' | 'other' | 'international';

/** The calls of one direction. */
export interface DirectionFigures {
  /** All of them. */
  readonly calls: number;
  /** Calls with the result `Answered`. */
  readonly answered: number;
  /** Calls with the result `Missed`. */
  readonly missed: number;
  /** Calls with the result `Voicemail`. */
  readonly voicemail: number;
  /** The sum of `length` over the answered calls. */
  readonly talkTimeSeconds: number;
}

/**
 * Repeat callers who were not answered on a day: at least two inbound calls from the same number on a local day were
 * missed or went to voicemail, and on that day none was answered or had a result that the API's document does not list.
 * Blocked calls do not count, nor do callers without a number. A caller counts once for each such day. Calls back to
 * the caller are not considered.
 */
export interface UnansweredCallers {
  /** All of them. */
  readonly count: number;
  /** The calls they made. */
  readonly calls: number;
  /** The 50 with the most calls, then by day. */
  readonly callers: readonly UnansweredCaller[];
}

/** A caller on one day. */
export interface UnansweredCaller {
  /** The number, shortened to its last four digits (`…0107`) unless whole numbers were requested. */
  readonly caller: string;
  /** The local day: `2026-01-05`. */
  readonly date: string;
  /** Calls that were missed or went to voicemail. */
  readonly calls: number;
  /** Local time of the first of them, ISO with offset. */
  readonly first: string;
  /** Local time of the last of them, ISO with offset. */
  readonly last: string;
}
