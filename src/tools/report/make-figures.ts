import type { CallLog, CallLogPage } from '../../call-logs/index.ts';
import { ConfigurationError, type TimeWindow } from '../../core/errors/index.ts';
import { callStart, instantText } from '../../core/time/index.ts';
import { createFold, type Fold, type FoldedCall, foldingRule } from '../inbound-calls.ts';
import { CallCounts } from './call-counts.ts';
import type { Basis, Figures, FiguresRange, SourceName } from './figures.ts';
import { LinesTally } from './lines-in-use.ts';
import {
  createApiTimes,
  createDayStarts,
  createLocalHours,
  createLocalText,
  type Day,
  daysOf,
  type LocalHour,
} from './local-time.ts';
import { type PeopleOrder, PeopleTally } from './people.ts';
import { UnansweredTally } from './unanswered-callers.ts';

/** A page of calls; `totalItems` is the number that the server has stated, if it did. Pages of `list` fit. */
export type FiguresPage = Pick<CallLogPage, 'calls'> & Partial<Pick<CallLogPage, 'totalItems'>>;

/** Calls by start, then id, in pages of any size. */
export type FiguresPages = AsyncIterable<FiguresPage> | Iterable<FiguresPage>;

/** The options of `makeFigures`. */
export interface FiguresOptions {
  /** IANA zone of days, weekdays and hours. Default: UTC. */
  readonly timeZone?: string | undefined;
  /** The starts that count; other calls are left out. Default: the local days from the first call to the last. */
  readonly range?: TimeWindow | undefined;
  /** The source of the calls. Default: `api`. */
  readonly source?: SourceName | undefined;
  /** The name of the file or the store. */
  readonly sourceName?: string | undefined;
  /** Whether the calls are proven to be all of the range. Default: true for `api` and `sandbox`, else not known. */
  readonly complete?: boolean | undefined;
  /** The instant before which every call was listed, such as that of the library's `settledUntil`. Default: not known. */
  readonly settledUntil?: Date | undefined;
  /** The order of people. Default: `calls`. */
  readonly people?: PeopleOrder | undefined;
  /** Whether whole numbers of callers are kept. Default: false, the last four digits. */
  readonly showNumbers?: boolean | undefined;
  /** The version of vbc-reports that the figures name. */
  readonly version?: string | undefined;
  /** The time at which the reading began. Default: the platform's clock. */
  readonly now?: Date | undefined;
}

/** A report is for people. A longer range would fill the page with thousands of bars, and memory with as many days. */
const mostDays = 3_660;

/**
 * Makes the figures in one pass over the calls. Memory depends on the days of the range (at most ten years), the
 * account's people and the callers of three days, not on the number of calls.
 *
 * @throws ConfigurationError the calls are not in the order of their starts, the range is longer than ten years, or the
 * time zone is not known
 * @throws MalformedResponseError the start of a call cannot be read
 */
export async function makeFigures(pages: FiguresPages, options: FiguresOptions = {}): Promise<Figures> {
  const tally = new Tally(options);
  for await (const page of pages) tally.add(page);
  return tally.end();
}

/** Returns the figures together with those of the previous span. */
export function withPrevious(figures: Figures, { previous: _, ...previous }: Figures): Figures {
  return { ...figures, previous };
}

class Tally {
  readonly #options: FiguresOptions;
  readonly #timeZone: string;
  readonly #fold: Fold<CallLog>;
  readonly #localHour: (instantMs: number) => LocalHour;
  // One parser for starts and one for ends: each is fast for times in order, and calls do not end in the order in which
  // they start.
  readonly #startMs = createApiTimes();
  readonly #endMs = createApiTimes();
  readonly #counts = new CallCounts();
  readonly #people = new PeopleTally();
  readonly #unanswered = new UnansweredTally();
  readonly #lines: LinesTally;
  #firstMs: number | undefined;
  #lastMs = -Infinity;
  #day: Day | undefined;
  #stated: number | null = null;
  #rows = 0;
  #inboundRows = 0;
  #missedRows = 0;

  constructor(options: FiguresOptions) {
    this.#options = options;
    this.#timeZone = options.timeZone ?? 'UTC';
    this.#localHour = createLocalHours(this.#timeZone);
    this.#lines = new LinesTally(this.#timeZone);
    this.#fold = createFold((call) => {
      this.#count(call);
    });
    if (options.range !== undefined) this.#requireFewDays(options.range);
  }

  add({ calls, totalItems }: FiguresPage): void {
    if (totalItems !== undefined) this.#stated = Math.max(this.#stated ?? 0, totalItems);
    const { range } = this.#options;
    const [fromMs, toMs] = [range?.from.getTime() ?? -Infinity, range?.to.getTime() ?? Infinity];
    for (const call of calls) {
      const startMs = this.#startMs(call.start) ?? callStart(call).getTime();
      if (startMs < this.#lastMs) throw notInOrder(call);
      this.#lastMs = startMs;
      if (startMs >= fromMs && startMs < toMs) this.#addRow(call, startMs);
    }
    this.#settle();
  }

  end(): Figures {
    this.#fold.end();
    const range = this.#range();
    const days = daysOf(range, this.#timeZone);
    const linesInUse = this.#lines.end(Math.floor(range.to.getTime() / 1000));
    const { people: order = 'calls', showNumbers = false } = this.#options;
    return {
      format: 1,
      range: this.#rangeFigures(range),
      basis: this.#basis(),
      ...this.#counts.end(days, this.#lines.mostByDay),
      people: this.#people.end(order),
      callsOfOtherPeople: this.#people.callsOfOthers,
      linesInUse,
      unanswered: this.#unanswered.end(this.#timeZone, showNumbers),
      previous: null,
    };
  }

  #addRow(row: CallLog, startMs: number): void {
    // The API's document promises a number, but one row without it must not spoil every sum.
    const call = row.length >= 0 ? row : { ...row, length: 0 };
    this.#firstMs ??= startMs;
    this.#rows += 1;
    if (call.direction === 'Inbound') {
      this.#inboundRows += 1;
      if (call.result === 'Missed') this.#missedRows += 1;
    }
    this.#fold.add(call, startMs);
  }

  #count({ row: call, startMs }: FoldedCall<CallLog>): void {
    const local = this.#localHour(startMs);
    this.#counts.add(call, local);
    this.#people.add(call);
    if (call.direction === 'Inbound') this.#unanswered.add(call.from, local.day, startMs, call.result);
    const start = startMs / 1000;
    const endMs = this.#endMs(call.end);
    this.#lines.add(start, endMs === undefined ? start + call.length : endMs / 1000);
  }

  /** Closes the days that no later call can change, and checks the length of the range. */
  #settle(): void {
    const settledMs = this.#fold.settledMs();
    if (settledMs === -Infinity) return;
    this.#lines.sweep(Math.floor(settledMs / 1000));
    const { day } = this.#localHour(settledMs);
    if (day === this.#day) return;
    this.#day = day;
    this.#unanswered.closeBefore(day);
    if (this.#options.range === undefined) {
      this.#requireFewDays({ from: new Date(this.#firstMs ?? settledMs), to: new Date(settledMs) });
    }
  }

  #requireFewDays({ from, to }: TimeWindow): void {
    if (to.getTime() - from.getTime() <= mostDays * 86_400_000) return;
    throw new ConfigurationError('A report covers ten years at most', { hint: 'Give a shorter range.' });
  }

  /**
   * Returns the range. If none was given, it is the local days from the first call to the last; without calls, the day
   * of the reading.
   */
  #range(): TimeWindow {
    const { range, now = new Date() } = this.#options;
    if (range !== undefined) return range;
    const first = this.#localHour(this.#firstMs ?? now.getTime()).day;
    const last = this.#firstMs === undefined ? first : this.#localHour(this.#lastMs).day;
    const startOf = createDayStarts(this.#timeZone);
    return { from: startOf(first), to: startOf(last + 1) };
  }

  #rangeFigures({ from, to }: TimeWindow): FiguresRange {
    const local = createLocalText(this.#timeZone);
    const [fromLocal, toLocal] = [local(from.getTime()), local(to.getTime())];
    return { from: instantText(from), to: instantText(to), fromLocal, toLocal, timeZone: this.#timeZone };
  }

  #basis(): Basis {
    const { source = 'api', sourceName = null, version = null, now = new Date() } = this.#options;
    const { complete, settledUntil } = this.#options;
    const listed = source === 'api' || source === 'sandbox';
    return {
      source,
      name: sourceName,
      stated: this.#stated,
      rows: this.#rows,
      calls: this.#counts.calls,
      inboundRows: this.#inboundRows,
      missedRows: this.#missedRows,
      foldingGapSeconds: foldingRule.largestGapSeconds,
      complete: complete ?? (listed ? true : null),
      settledUntil: settledUntil === undefined ? null : instantText(settledUntil),
      madeAt: instantText(now),
      version,
    };
  }
}

function notInOrder({ start }: CallLog): Error {
  return new ConfigurationError(`The calls are not in the order of their starts: ${start} comes after a later one`, {
    hint: 'Read them in the order `asc`, or sort the file by `start`, then `id`.',
  });
}
