import type { CallLog, TimeWindow } from '../../index.ts';
import type { Coverage, CoverageChange } from './coverage.ts';
import type { StoredCalls } from './plan.ts';

/** A place that keeps the calls of accounts: a database file, a server, or one of your own. */
export interface Store {
  /** A name for messages, without a secret: `calls.duckdb`, `postgres://db.example.com/calls`. */
  readonly name: string;
  /**
   * Opens the part of an account and takes its lock, so that nobody else writes to it.
   *
   * @throws StoreError another process holds the lock (it names the holder), or the store cannot be used
   */
  open(account: StoreAccount): Promise<AccountStore>;
  /** Closes the store. Accounts that are open are released first. */
  close(): Promise<void>;
}

/** An account whose calls a store keeps. */
export interface StoreAccount {
  /** The account's id: digits, unless it is not one of the API. */
  readonly id: string;
  /** IANA zone of the account's people, for views in local time. */
  readonly timeZone: string;
}

/**
 * What exports and reports read from a store. Our stores are readers too; one of your own need not be. Reading takes no
 * lock of an account.
 */
export interface StoreReader {
  /** A name for messages, as `Store` has it. */
  readonly name: string;
  /** The accounts that `sync` has opened in the store, by id. */
  accounts(): Promise<readonly StoreAccount[]>;
  /** What is proven of an account; empty for an unknown one. */
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
  /** Closes what reading has opened. */
  close(): Promise<void>;
}

/** The calls of one account in a store, while this process holds the account's lock. */
export interface AccountStore {
  /** What was proven by earlier runs. */
  coverage(): Promise<Coverage>;
  /** Counts the calls that start in a window and are not marked as no longer listed, and finds their median start. */
  measure(window: TimeWindow): Promise<StoredCalls>;
  /**
   * Begins to take the calls of a window. One stage at a time, except that the one before may still be committing; the
   * store may wait for it.
   */
  stage(): Promise<Stage>;
  /** Changes what is proven, in one transaction, where counts agreed and there was nothing to write. */
  save(change: CoverageChange): Promise<void>;
  /** Saves that a run has begun, or has ended; a run is known by its `startedAt`. */
  record(run: RunRecord): Promise<void>;
  /** Gives the lock back. A stage that is open is discarded. */
  release(): Promise<void>;
}

/** Calls on their way into a store. Nothing of them can be seen before `commit`. */
export interface Stage {
  /** Takes calls, in any order; all of them start in the window that `commit` is given. */
  add(calls: readonly CallLog[]): Promise<void>;
  /** Writes the calls and what is proven in one transaction: after a crash, the store has all of it or nothing. */
  commit(replacement: Replacement): Promise<Changes>;
  /** Drops the calls. */
  discard(): Promise<void>;
}

/** What becomes of a window when the calls of a stage are written to it. */
export interface Replacement {
  /** All staged calls start in it. */
  readonly window: TimeWindow;
  /**
   * What becomes of calls in the window that are not among the staged ones: `delete`, `mark` as no longer listed, or
   * `keep` as they are, where the staged ones are not known to be all.
   */
  readonly absent: 'delete' | 'mark' | 'keep';
  /** What becomes of what is proven. */
  readonly coverage: CoverageChange;
  /** The time of the transaction: `synced_at` of the calls that it adds or changes. */
  readonly at: Date;
}

/** The number of calls that a replacement added, changed, deleted, or marked as no longer listed. */
export interface Changes {
  /** Calls that the store did not have. */
  readonly added: number;
  /** Calls of which a field is another now. */
  readonly changed: number;
  /** Calls that the store has no longer. */
  readonly deleted: number;
  /** Calls that are kept and marked as no longer listed. */
  readonly unlisted: number;
}

/** A run of `sync`, for the table `sync_runs`. */
export interface RunRecord extends Changes {
  /** When it began; no two runs of an account begin at the same time. */
  readonly startedAt: Date;
  /** Undefined while the run goes on. */
  readonly endedAt: Date | undefined;
  /** What the run was to do. */
  readonly mode: 'sync' | 'audit';
  /** How it ended; `running` while it goes on, and for good if its process was killed. */
  readonly outcome: 'running' | 'complete' | 'differs' | 'failed' | 'interrupted';
  /** Why it did not complete, for people; without secrets and telephone numbers. */
  readonly problem: string | undefined;
  /** Requests to the API. */
  readonly requests: number;
  /** Until when everything is settled; undefined if nothing is. */
  readonly settledUntil: Date | undefined;
}

/**
 * The store cannot be used: `locked` (another process writes to it), `unavailable` (it cannot be opened or reached),
 * `refused` (wrong password, no permission), `foreign` (a table of that name is not ours), `version` (a newer version
 * made it), `package` (its driver is not installed), `failed` (it stopped working in the middle, such as a full disk).
 */
export class StoreError extends Error {
  /** The kind of trouble; see above. */
  readonly code: 'locked' | 'unavailable' | 'refused' | 'foreign' | 'version' | 'package' | 'failed';
  /** What to do, in a sentence; undefined if there is nothing to say. */
  readonly hint: string | undefined;

  constructor(code: StoreError['code'], message: string, details: { hint?: string; cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'StoreError';
    this.code = code;
    this.hint = details.hint;
  }
}
