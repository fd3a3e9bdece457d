import type { IncompleteError, ReportsClient, TimeWindow } from '../../index.ts';
import type { Coverage, CoverageChange } from './coverage.ts';
import type { AccountStore, Changes, Store, StoreAccount } from './store.ts';

/** The options of `sync`. */
export interface SyncOptions {
  /** Reads the account. */
  readonly client: ReportsClient;
  /** The account that the client reads, as the store is to know it. */
  readonly account: StoreAccount;
  /** Keeps the calls. It stays open. */
  readonly store: Store;
  /**
   * The start of the first call to keep. Default: where the store begins; for an empty store, everything that the server
   * lists.
   */
  readonly since?: Date | undefined;
  /**
   * `sync`: brings the store up to date. `audit`: compares the whole history, month by month, and writes nothing.
   * `plan`: compares as `sync` does, and says what it would read. Default: `sync`.
   */
  readonly mode?: 'sync' | 'audit' | 'plan' | undefined;
  /** A window to read again although its counts agree: finds calls that changed, or that replaced others. */
  readonly recheck?: TimeWindow | undefined;
  /**
   * Deletes calls that the server no longer lists from settled history too. Default: false, they are kept and marked, so
   * that what the server lets expire is not lost.
   */
  readonly mirror?: boolean | undefined;
  /** Whether a run is complete although rows could not be used; as in `list`. Default: false. */
  readonly acceptRejected?: boolean | undefined;
  /** Calls per request, 1 to 10,000. Default: 1,000. */
  readonly pageSize?: number | undefined;
  /** Returns the time in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Stops the run: what was proven is kept. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each count and each page. */
  readonly onProgress?: ((progress: SyncProgress) => void) | undefined;
}

/** The progress of a run. */
export interface SyncProgress {
  /** Whether the run counts calls, or reads those that differ. */
  readonly phase: 'comparing' | 'reading';
  /** Requests so far. */
  readonly requests: number;
  /** Calls read so far. */
  readonly callsRead: number;
  /** The calls that the windows to read hold together. */
  readonly callsToRead: number;
}

/** A run in progress. */
export interface Run {
  readonly options: SyncOptions;
  readonly store: AccountStore;
  readonly startedAt: Date;
  readonly range: TimeWindow;
  readonly pageSize: number;
  readonly now: () => number;
  /** The coverage when the run began. */
  readonly before: Coverage;
  /** What is known, with what is still to be saved. */
  coverage: Coverage;
  /** Changes of it that are saved with the next transaction. */
  unsaved: readonly CoverageChange[];
  changes: Changes;
  requests: number;
  callsRead: number;
  callsToRead: number;
  incomplete: readonly IncompleteError[];
}

/** Tells the caller how far the run is. */
export function report(run: Run, phase: SyncProgress['phase']): void {
  const { requests, callsRead, callsToRead } = run;
  run.options.onProgress?.({ phase, requests, callsRead, callsToRead });
}

/** Changes what is known. The store learns of it with the next transaction. */
export function changeCoverage(run: Run, change: CoverageChange): void {
  run.coverage = change(run.coverage);
  run.unsaved = [...run.unsaved, change];
}

/** Writes what is unsaved, and one more change, in the transaction that `write` makes. */
export async function saveCoverage<Result>(
  run: Run,
  change: CoverageChange,
  write: (all: CoverageChange) => Promise<Result>,
): Promise<Result> {
  const changes = [...run.unsaved, change];
  const result = await write((current) => changes.reduce((coverage, each) => each(coverage), current));
  run.coverage = change(run.coverage);
  run.unsaved = [];
  return result;
}
