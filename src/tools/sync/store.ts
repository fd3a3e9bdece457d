import type { CallLog, TimeWindow } from '../../index.ts';
import type { Coverage, CoverageChange } from './coverage.ts';

export { StoreError } from '../database.ts';

/** A place that keeps the calls of accounts: a database file, a server, or one of your own. */
export interface Store {
  /** A name for messages, without a secret: `calls.duckdb`, `postgres://db.example.com/calls`. */
  readonly name: string;
  /**
   * Opens the calls of an account and takes the account's lock, so that no other process writes to them.
   *
   * @throws StoreError another process holds the lock (it names the holder), or the store cannot be used
   */
  open(account: StoreAccount): Promise<AccountStore>;
  /** Closes the store. Accounts that are open are released first. */
  close(): Promise<void>;
}

/** An account whose calls a store keeps. */
export interface StoreAccount {
  /** The account's id: digits, except for accounts that are not the API's, such as `sandbox`. */
  readonly id: string;
  /** IANA zone of the account's people, for views in local time. */
  readonly timeZone: string;
}

/**
 * The part of a store that exports and reports read. The stores of this package implement it; a store of your own need
 * not. Reading does not lock an account.
 */
export interface StoreReader {
  /** A name for messages, as `Store` has it. */
  readonly name: string;
  /** The accounts that `sync` has opened in the store, by id. */
  accounts(): Promise<readonly StoreAccount[]>;
  /** What is known of an account's history; empty for an unknown account. */
  coverageOf(accountId: string): Promise<Coverage>;
  /**
   * The calls that start in a window, by start, then id, in pages of some thousands. A call has the names, types and
   * times of the API (`2026-03-01 09:30:00`, UTC), and fields that the document does not know are among the others.
   * Calls that the server no longer lists are there too, unless `onlyListed` is set.
   */
  callsOf(
    accountId: string,
    window: TimeWindow,
    options?: { readonly onlyListed?: boolean | undefined },
  ): AsyncIterable<readonly CallLog[]>;
  /** Closes the connections and files that reading has opened. */
  close(): Promise<void>;
}

/** The calls of one account in a store, while this process holds the account's lock. */
export interface AccountStore {
  /** What earlier runs have learnt of the account's history. */
  coverage(): Promise<Coverage>;
  /** Counts the calls that start in a window and are not marked as no longer listed. */
  count(window: TimeWindow): Promise<number>;
  /** Returns the start of the middle one of those calls, ordered by start; undefined if there are none. */
  median(window: TimeWindow): Promise<Date | undefined>;
  /**
   * Begins to take the calls of a window. One stage at a time, except that the one before may still be committing; the
   * store may wait for it.
   */
  stage(): Promise<Stage>;
  /** Changes what is known, in one transaction, where counts agreed and there was nothing to write. */
  save(change: CoverageChange): Promise<void>;
  /** Saves that a run has begun, or has ended; a run is known by its `startedAt`. */
  record(run: RunRecord): Promise<void>;
  /** Releases the lock. A stage that is open is discarded. */
  release(): Promise<void>;
}

/** Calls on their way into a store. Readers do not see them before `commit`. */
export interface Stage {
  /** Takes calls, in any order; all of them start in the window that `commit` is given. */
  add(calls: readonly CallLog[]): Promise<void>;
  /** Writes the calls and the coverage in one transaction: after a crash, the store has both or neither. */
  commit(replacement: Replacement): Promise<Changes>;
  /** Drops the calls. */
  discard(): Promise<void>;
}

/** The change to a window when the calls of a stage are written to it. */
export interface Replacement {
  /** All staged calls start in it. */
  readonly window: TimeWindow;
  /**
   * The treatment of calls in the window that are not among the staged ones: `delete`, `mark` as no longer listed, or
   * `keep` them as they are, because the staged calls may be incomplete.
   */
  readonly absent: 'delete' | 'mark' | 'keep';
  /** The change of what is known. */
  readonly coverage: CoverageChange;
  /** The time of the transaction: `synced_at` of the calls that it adds or changes. */
  readonly at: Date;
}

/** The number of calls that a replacement added, changed, deleted, or marked as no longer listed. */
export interface Changes {
  /** Calls that the store did not have. */
  readonly added: number;
  /** Calls in which a field has changed. */
  readonly changed: number;
  /** Calls that were deleted from the store. */
  readonly deleted: number;
  /** Calls that are kept and marked as no longer listed. */
  readonly unlisted: number;
}

/** A run of `sync`, for the table `sync_runs`. */
export interface RunRecord extends Changes {
  /** The time at which it began; no two runs of an account begin at the same time. */
  readonly startedAt: Date;
  /** Undefined while the run goes on. */
  readonly endedAt: Date | undefined;
  /** The mode of the run. */
  readonly mode: 'sync' | 'audit';
  /**
   * The way in which it ended; `running` while it goes on, or if its process was killed and no later run has noticed.
   */
  readonly outcome: 'running' | 'complete' | 'differs' | 'failed' | 'interrupted';
  /** The reason why it did not complete, for people; without secrets and telephone numbers. */
  readonly problem: string | undefined;
  /** Requests to the API. */
  readonly requests: number;
  /** The time until which everything is settled; undefined if nothing is. */
  readonly settledUntil: Date | undefined;
}
