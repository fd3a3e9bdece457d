import { ConfigurationError, TimeoutError } from '../errors/index.ts';
import { safeCause } from '../errors/redact.ts';
import type { Emit } from '../events.ts';
import type { Clock } from '../http/clock.ts';
import { linkSignals } from '../http/signals.ts';
import { untilAborted } from './single-flight.ts';
import type { TokenLife } from './token-state.ts';

/** The tokens of one user, as a store keeps them. Times in milliseconds since 1970. */
export interface StoredTokens extends TokenLife {
  /** The token that requests carry. */
  readonly accessToken: string;
  /** Can be used once (fact 8). */
  readonly refreshToken?: string;
  /** The granted scope; without `openid` the Reports API refuses the token (fact 6). */
  readonly scope?: string;
}

/** A login that was refused. It blocks further logins with the same credentials (fact 11). */
export interface LoginRefusal {
  /** A slow hash of all the credentials, which cannot be read from it. */
  readonly fingerprint: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Whether the response said that the user is locked. Such a refusal blocks logins for 30 minutes only. */
  readonly locked: boolean;
  /** The HTTP status of the response. */
  readonly status?: number;
  /** The server's code, such as `invalid_grant`. */
  readonly faultCode?: string;
}

/** Logins in a row that were started and whose outcome is not known: each may count towards the lock (fact 11). */
export interface UnansweredLogins {
  /** The time of the last one, in milliseconds since 1970. */
  readonly at: number;
  /** The number of logins. */
  readonly count: number;
}

/** The data that a store keeps under one key: plain values that survive `JSON.stringify`. */
export interface StoredAccess {
  /** The tokens that were issued last. */
  readonly tokens?: StoredTokens;
  /** The logins that were refused, one for each set of credentials. */
  readonly refusals?: readonly LoginRefusal[];
  /** Written before a login is sent and removed with its outcome, so that a killed process leaves a trace. */
  readonly unanswered?: UnansweredLogins;
}

/**
 * Keeps tokens and refused logins. Clients and processes that share a store share one login, and stop together when it
 * is refused. A key is a hash of the token URL, the client and the user. If a method rejects, the run continues without
 * sharing, unless the store is `required`. A `warning` event with the code `token-store` reports it.
 */
export interface TokenStore {
  /** Returns what was written last; undefined if nothing was. */
  read(key: string): Promise<StoredAccess | undefined>;
  /** Replaces what is stored, completely or not at all; undefined removes it. */
  write(key: string, access: StoredAccess | undefined): Promise<void>;
  /**
   * Runs `work` while no other caller, in any process that shares the store, runs work for the same key. Must stop
   * waiting and reject with the signal's reason when the signal is aborted; once `work` has begun, the signal has no
   * effect.
   */
  withLock<Result>(key: string, work: () => Promise<Result>, signal?: AbortSignal): Promise<Result>;
  /**
   * Whether a login may only be made if the store can record it. For unattended runs: if a refused login cannot be
   * remembered, each run would repeat it and keep the user locked. Default: false.
   */
  readonly required?: boolean | undefined;
}

/** A store in memory, which ends with the process. */
export function createMemoryTokenStore(): TokenStore {
  const stored = new Map<string, StoredAccess>();
  const queues = new Map<string, Promise<unknown>>();
  return {
    read: (key) => Promise.resolve(stored.get(key)),
    write(key, access) {
      if (access) stored.set(key, access);
      else stored.delete(key);
      return Promise.resolve();
    },
    withLock(key, work) {
      const turn = (queues.get(key) ?? Promise.resolve()).then(work);
      const queue = turn.then(ignore, ignore).then(() => {
        if (queues.get(key) === queue) queues.delete(key);
      });
      queues.set(key, queue);
      return turn;
    },
  };
}

function ignore(): void {
  // An error of one holder does not affect the next.
}

/** A wait for the lock that is this long, in milliseconds, is announced by a warning. */
const lockNoticeMs = 5_000;

/** The longest wait for the lock, in milliseconds: longer than any login takes, its retries included. */
const maxLockWaitMs = 180_000;

/** The parts of the client that the wrapper of a store needs. */
export interface ResilienceContext {
  readonly emit: Emit;
  readonly clock: Clock;
}

/**
 * One key of a store, wrapped so that a failing store does not end the run: data that it cannot keep is kept in memory.
 * A warning event reports each kind of failure once.
 */
export class ResilientTokenStore {
  readonly #store: TokenStore;
  readonly #keyOf: () => Promise<string>;
  readonly #context: ResilienceContext;
  readonly #warned = new Set<string>();
  #known: StoredAccess | undefined;
  #unsaved = false;
  #unlocked = false;

  constructor(store: TokenStore, keyOf: () => Promise<string>, context: ResilienceContext) {
    this.#store = store;
    this.#keyOf = keyOf;
    this.#context = context;
  }

  async read(): Promise<StoredAccess> {
    try {
      const stored = await this.#store.read(await this.#keyOf());
      this.#known = this.#reconcile(stored);
    } catch (error) {
      this.#warn('The token store cannot be read, so this run shares no login with others', error);
    }
    return this.#known ?? {};
  }

  /** Returns whether the store has recorded it. */
  async write(access: StoredAccess | undefined): Promise<boolean> {
    this.#known = access;
    this.#unsaved = true;
    try {
      await this.#store.write(await this.#keyOf(), access);
      this.#unsaved = false;
    } catch (error) {
      this.#warn('The token store cannot be written, so later runs will not know of a refused login', error);
    }
    return !this.#unsaved;
  }

  /**
   * Runs `work` inside the store's lock, or without a lock if the store cannot be locked. Waits for a lock that another
   * process holds, so that there are never two logins at once.
   *
   * @throws TimeoutError the lock was held for three minutes
   * @throws ConfigurationError the store is required and cannot be locked
   */
  async withLock<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    let result: Promise<Result> | undefined;
    const key = await this.#keyOf();
    signal?.throwIfAborted();
    const waiting = boundedWait(this.#context.clock, signal, () => {
      this.#warn('Another process holds the lock of the token store: waiting until its login has ended');
    });
    try {
      const held = this.#store.withLock(key, () => waiting.end(() => (result = work())), waiting.signal);
      await untilAborted(held, waiting.signal);
    } catch (error) {
      if (result === undefined && waiting.signal.aborted) throw error;
      if (result === undefined) this.#unlockable(error);
    } finally {
      waiting.release();
    }
    this.#unlocked = result === undefined;
    return result ?? work();
  }

  /**
   * Adds the data that the store could not keep. Without a lock, another process may also have overwritten this one's
   * data.
   */
  #reconcile(stored: StoredAccess | undefined): StoredAccess | undefined {
    if (this.#unsaved) return merge(stored, this.#known);
    return this.#unlocked ? merge(this.#known, stored) : stored;
  }

  #unlockable(error: unknown): void {
    if (this.#store.required === true) throw unrecordable(error);
    this.#warn('The token store cannot be locked, so several runs may log in at once', error);
  }

  #warn(summary: string, error?: unknown): void {
    if (this.#warned.has(summary)) return;
    this.#warned.add(summary);
    const message = error === undefined ? summary : `${summary}: ${safeCause(error).message}`;
    this.#context.emit('warning', { code: 'token-store', message });
  }
}

/** The error of a login that is not made because the store could not record its refusal. */
export function unrecordable(cause?: unknown): ConfigurationError {
  const summary = 'No login is made, because the token store could not record that it was refused';
  return new ConfigurationError(summary, { problem: 'store-unusable', cause: cause && safeCause(cause) });
}

/** Merges the refusals of both; all other fields come from `over` if it has them. */
function merge(under: StoredAccess = {}, over: StoredAccess = {}): StoredAccess {
  const { refusals = [] } = over;
  const others = (under.refusals ?? []).filter(
    ({ fingerprint, locked }) => !refusals.some((each) => each.fingerprint === fingerprint && each.locked === locked),
  );
  return { ...under, ...over, refusals: [...others, ...refusals] };
}

/** A signal that ends a wait: when the caller aborts, or after the longest wait. */
function boundedWait(clock: Clock, signal: AbortSignal | undefined, onLongWait: () => void) {
  const linked = linkSignals(signal);
  const cancelNotice = clock.after(lockNoticeMs, onLongWait);
  const cancelBound = clock.after(maxLockWaitMs, () => {
    linked.abort(
      new TimeoutError(`Another process has held the lock of the token store for ${maxLockWaitMs / 60_000} minutes`, {
        problem: 'store-unusable',
      }),
    );
  });
  function release(): void {
    cancelNotice();
    cancelBound();
    linked.release();
  }
  return {
    signal: linked.signal,
    release,
    /** Ends the wait and starts the work, unless the wait was aborted: then no caller needs the work any more. */
    async end<Result>(work: () => Promise<Result>): Promise<Result> {
      release();
      linked.signal.throwIfAborted();
      return work();
    },
  };
}

/**
 * The key of a user's tokens in a store: a SHA-256 hash, so that a file's name shows no user. Two spellings of the same
 * token URL share a key.
 */
export function storeKey(tokenUrl: string, clientId: string, subject: string): Promise<string> {
  const { origin, pathname } = new URL(tokenUrl);
  return hash(origin + pathname.replace(/\/+$/, ''), clientId, subject);
}

async function hash(...parts: string[]): Promise<string> {
  return toHex(await crypto.subtle.digest('SHA-256', encodeParts(parts)));
}

/** Encoded as JSON, so that moving a character from one part to the next changes the result. */
export function encodeParts(parts: readonly string[]): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(parts));
}

export function toHex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
