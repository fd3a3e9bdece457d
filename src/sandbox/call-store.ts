import type { components } from '../../generated/types.ts';

import { listingOf, rangeListing } from './listing/listing.ts';
import type { Listing } from './listing/listing.ts';
import { matchesFilters } from './listing/matches-filters.ts';
import type { CallFilters } from './listing/matches-filters.ts';
import { atLeast } from './listing/sorted.ts';
import { Visibility } from './listing/visible-calls.ts';
import type { SandboxSettings } from './sandbox-options.ts';
import { Calls } from './rows/calls.ts';
import { monthBlocks } from './rows/month-blocks.ts';
import { RowWriter } from './rows/row-writer.ts';
import type { ApiTime } from './wire-time/api-time.ts';

/** A row as the document describes it. */
export type CallRow = components['schemas']['CallLog'];

/** Seconds since 1970, both bounds inclusive, as in a query. */
export interface StartRange {
  readonly from: number;
  readonly to: number;
}

const REMEMBERED_LISTINGS = 16;

/** All calls of the sandbox: which match, and their rows, as bytes for the wire or as objects for the truth. */
export class CallStore {
  readonly rowWriter: RowWriter;
  readonly #calls: Calls;
  readonly #visibility: Visibility;
  readonly #filtered = new Map<string, Listing>();

  constructor(settings: SandboxSettings, time: ApiTime) {
    const { seed, switches, calls, fromSeconds, toSeconds } = settings;
    const blocks = monthBlocks(fromSeconds, toSeconds, calls, switches.officeTimeZone);
    this.#calls = new Calls({ seed, blocks, tieRun: switches.tieRun });
    this.#visibility = new Visibility(this.#calls, switches);
    this.rowWriter = new RowWriter(this.#calls, time);
  }

  startOf = (index: number): number => this.#calls.start(index);

  /** The calls that a query lists at an instant, in order of start. */
  listing(range: StartRange, filters: CallFilters, now: Date): Listing {
    const visible = this.#visibility.at(now);
    const { low, high } = this.#bounds(range);
    const unfiltered = rangeListing(low, Math.min(high, visible.end), visible.hidden);
    if (Object.keys(filters).length === 0) return unfiltered;
    const key = JSON.stringify([low, high, filters, visible.version]);
    const known = this.#filtered.get(key);
    if (known !== undefined) return known;
    const listing = listingOf(this.#matching(unfiltered, filters));
    this.#remember(key, listing);
    return listing;
  }

  /** Logs one of the range's held-back calls, if there is one (fact 17). */
  logLateCall(range: StartRange): void {
    const { low, high } = this.#bounds(range);
    this.#visibility.release(low, high);
  }

  /** Rows of the truth, by start, then id; `now` undefined takes those to come and those held back, too. */
  rows(range: StartRange, now: Date | undefined): CallRow[] {
    const { low, high } = this.#bounds(range);
    const all = now === undefined ? rangeListing(low, high, []) : this.listing(range, {}, now);
    return all
      .take(0, all.total)
      .map((index) => ({ start: this.startOf(index), row: this.#row(index) }))
      .sort((one, other) => one.start - other.start || (one.row.id < other.row.id ? -1 : 1))
      .map(({ row }) => row);
  }

  #row(index: number): CallRow {
    return JSON.parse(this.rowWriter.join([index], '', '').toString()) as CallRow;
  }

  #bounds({ from, to }: StartRange): { low: number; high: number } {
    return { low: atLeast(this.#calls.starts, from), high: atLeast(this.#calls.starts, to + 1) };
  }

  #matching(listing: Listing, filters: CallFilters): number[] {
    const isMatch = (index: number): boolean => {
      return matchesFilters(this.#calls.pattern(index), this.#calls.end(index), filters);
    };
    return listing.take(0, listing.total).filter(isMatch);
  }

  #remember(key: string, listing: Listing): void {
    const oldest = this.#filtered.keys().next();
    if (this.#filtered.size >= REMEMBERED_LISTINGS && oldest.done !== true) this.#filtered.delete(oldest.value);
    this.#filtered.set(key, listing);
  }
}
