import type { components } from '../../generated/types.ts';

import { listingOf, rangeListing } from './listing/listing.ts';
import type { Listing } from './listing/listing.ts';
import { matchesFilters } from './listing/matches-filters.ts';
import type { CallFilters } from './listing/matches-filters.ts';
import { atLeast } from './listing/sorted.ts';
import { Visibility } from './listing/visible-calls.ts';
import type { SandboxSettings } from './sandbox-options.ts';
import { makeCall } from './rows/call.ts';
import type { CallSource } from './rows/call.ts';
import { monthBlocks } from './rows/month-blocks.ts';
import { createParties } from './rows/parties.ts';
import { RowBytes } from './rows/row-bytes.ts';
import { startTimes } from './rows/start-times.ts';
import { createRowWriter } from './rows/write-row.ts';
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
  readonly bytes: RowBytes;
  readonly #source: CallSource;
  readonly #visibility: Visibility;
  readonly #writeRow: (index: number) => string;
  readonly #filtered = new Map<string, Listing>();

  constructor(settings: SandboxSettings, time: ApiTime) {
    const { seed, switches, calls, fromSeconds, toSeconds } = settings;
    const blocks = monthBlocks(fromSeconds, toSeconds, calls, switches.officeTimeZone);
    const starts = startTimes(blocks, { seed, tieRun: switches.tieRun });
    const source = { seed, blocks, starts, parties: createParties(seed) };
    const write = createRowWriter(time);
    this.#source = source;
    this.#visibility = new Visibility(source, switches);
    this.#writeRow = (index) => write(makeCall(source, index));
    this.bytes = new RowBytes(starts.length, this.#writeRow);
  }

  startOf = (index: number): number => this.#source.starts[index] ?? 0;

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
      .map((index) => ({ start: this.startOf(index), row: JSON.parse(this.#writeRow(index)) as CallRow }))
      .sort((one, other) => one.start - other.start || (one.row.id < other.row.id ? -1 : 1))
      .map(({ row }) => row);
  }

  #bounds({ from, to }: StartRange): { low: number; high: number } {
    return { low: atLeast(this.#source.starts, from), high: atLeast(this.#source.starts, to + 1) };
  }

  #matching(listing: Listing, filters: CallFilters): number[] {
    return listing.take(0, listing.total).filter((index) => matchesFilters(makeCall(this.#source, index), filters));
  }

  #remember(key: string, listing: Listing): void {
    const oldest = this.#filtered.keys().next();
    if (this.#filtered.size >= REMEMBERED_LISTINGS && oldest.done !== true) this.#filtered.delete(oldest.value);
    this.#filtered.set(key, listing);
  }
}
