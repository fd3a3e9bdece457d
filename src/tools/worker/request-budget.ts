import { untilAborted } from '../../core/auth/index.ts';
import { type Clock, systemClock, wait } from '../../core/http/index.ts';
import { type FetchLike, NetworkError } from '../../index.ts';
import { type PostgresPlace, readPostgresUrl } from '../postgres/connection.ts';
import { TableSession } from '../postgres/own-table.ts';
import { StoreError } from '../database.ts';

/** The rate of requests for one account, over all processes. */
export interface RequestRate {
  /** Requests per second in the long run, such as 5 or 0.5. */
  readonly requestsPerSecond: number;
  /**
   * Requests that may start at once after a pause; 1 spaces them evenly. In any `t` seconds, at most
   * `burst + t × requestsPerSecond` turns come. Default: 1.
   */
  readonly burst?: number | undefined;
}

/** The options of `createRequestBudget`. */
export interface RequestBudgetOptions extends RequestRate {
  /** The clock, for tests. */
  readonly clock?: Clock | undefined;
}

/** Limits how often all processes that share a database send requests for an account. */
export interface RequestBudget {
  /**
   * Resolves when a request for the account may start. Within a process, turns are first come, first served; between
   * processes they alternate. A waiter that aborts leaves its turn to the next one of its process.
   *
   * Rejects with the signal's reason if that is aborted, and with a `StoreError` if the database cannot be used.
   */
  take(accountId: string, signal: AbortSignal): Promise<void>;
  /**
   * Returns a `fetch` for the client of an account. It waits for a turn before each request to the API; the wait is
   * part of the client's `timeoutMs`. If the database cannot be reached, the attempt fails with a `NetworkError` and is
   * retried like any other. If the database refuses access, it is not retried.
   *
   * Requests for tokens are not held back: a login that timed out while waiting would count as unanswered, and block the
   * next one.
   */
  fetch(accountId: string, fetch?: FetchLike): FetchLike;
  /** Ends the connection to the database. */
  close(): Promise<void>;
}

/**
 * Creates a request budget in a PostgreSQL database (14 or later), in the table `vbc_request_budget` of the current
 * schema. One budget serves all accounts of a process, over one connection that is opened when it is needed. The time
 * is the database's, so that the clocks of the machines do not matter. Each process waits by its own rate.
 *
 * @throws StoreError `unavailable`: the URL is invalid
 * @throws RangeError the rate is not positive, or less than one request may start at once
 */
export function createRequestBudget(url: string, options: RequestBudgetOptions): RequestBudget {
  const { clock = systemClock, requestsPerSecond, burst = 1 } = options;
  if (!(requestsPerSecond > 0 && burst >= 1)) {
    throw new RangeError('`requestsPerSecond` must be greater than 0, and `burst` at least 1');
  }
  const table = new BudgetTable(readPostgresUrl(url), clock);
  const queues = new Map<string, TurnQueue>();
  const take = async (accountId: string, signal: AbortSignal): Promise<void> => {
    const reserve = (): Promise<number> => table.reserve({ accountId, requestsPerSecond, burst });
    const queue = queues.get(accountId) ?? new TurnQueue(reserve, clock);
    queues.set(accountId, queue);
    await queue.take(signal);
  };
  return {
    take,
    fetch:
      (accountId, fetch = platformFetch) =>
      async (requestUrl, init) => {
        if (init.method === 'GET') await take(accountId, init.signal).catch(throwAsNetworkError);
        return await fetch(requestUrl, init);
      },
    close: () => table.close(),
  };
}

const platformFetch: FetchLike = (url, init) => globalThis.fetch(url, init);

function throwAsNetworkError(error: unknown): never {
  if (!(error instanceof StoreError)) throw error;
  const summary = `The request budget of the account is out of reach: ${error.message}`;
  const mayReturn = error.code === 'unavailable' || error.code === 'failed';
  throw new NetworkError(summary, {
    hint: error.hint,
    cause: error,
    retryRefusal: mayReturn ? undefined : 'not-retryable',
  });
}

/**
 * The requests of this process for one account. Only the first in the queue has a turn reserved, so that a suspended
 * process wakes up with one late request, not with many.
 */
class TurnQueue {
  readonly #reserve: () => Promise<number>;
  readonly #clock: Clock;
  #last: Promise<unknown> = Promise.resolve();
  /** The time of the reserved turn, by the clock of this process. */
  #reserved: number | undefined;

  /** `reserve` returns the time until the turn, in milliseconds. */
  constructor(reserve: () => Promise<number>, clock: Clock) {
    this.#reserve = reserve;
    this.#clock = clock;
  }

  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const turn = this.#last.then(() => this.#waitForTurn(signal));
    this.#last = turn.catch(() => undefined);
    await untilAborted(turn, signal);
  }

  async #waitForTurn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const now = this.#clock.now();
    // A turn whose time has passed is not used any more: that would exceed the rate.
    const inherited = this.#reserved !== undefined && this.#reserved >= now ? this.#reserved - now : undefined;
    const delayMs = inherited ?? (await this.#reserve());
    this.#reserved = this.#clock.now() + delayMs;
    // If this waiter aborts, its turn stays for the next one.
    if (delayMs > 0) await wait(this.#clock, delayMs, signal);
    signal.throwIfAborted();
    this.#reserved = undefined;
  }
}

/** The table of all budgets, used over one session, which is reopened if it was lost. */
class BudgetTable {
  readonly #place: PostgresPlace;
  readonly #clock: Clock;
  #session: Promise<TableSession> | undefined;

  constructor(place: PostgresPlace, clock: Clock) {
    this.#place = place;
    this.#clock = clock;
  }

  /** Reserves the next turn of an account. Returns the time until then, in milliseconds. */
  async reserve(reservation: Reservation): Promise<number> {
    const known = this.#session;
    if (known !== undefined) {
      try {
        return await this.#reserveIn(known, reservation);
      } catch {
        // The server may have been restarted since the last request. A reserved turn that was lost only costs a short
        // wait.
      }
    }
    this.#session ??= openBudgets(this.#place, this.#clock);
    return await this.#reserveIn(this.#session, reservation);
  }

  async close(): Promise<void> {
    const closing = this.#session;
    this.#session = undefined;
    await closing?.then(
      (session) => session.connection.close(),
      () => undefined,
    );
  }

  async #reserveIn(opening: Promise<TableSession>, reservation: Reservation): Promise<number> {
    try {
      return await reserveTurn(await opening, reservation);
    } catch (error) {
      // Others may have opened a new one meanwhile.
      if (this.#session === opening) void this.close();
      throw error;
    }
  }
}

/** A turn that a process asks for. */
export interface Reservation {
  readonly accountId: string;
  readonly requestsPerSecond: number;
  readonly burst: number;
  /** The time, for tests. Default: the database's. */
  readonly at?: Date;
}

/**
 * Reserves the next turn of an account, in one statement. The bucket holds `burst` tokens at most and gains
 * `requestsPerSecond`; a turn takes one. If there is none, the bucket goes below zero, and the turn comes when it will
 * be back at zero. So turns come in the order in which they were reserved, and each needs only one reservation.
 *
 * Returns the time until the turn, in milliseconds.
 */
export async function reserveTurn(session: TableSession, reservation: Reservation): Promise<number> {
  const { accountId, requestsPerSecond, burst, at } = reservation;
  const values = [accountId, requestsPerSecond, burst, at?.toISOString() ?? null];
  const [row] = await session.ask((connection) => connection.rows(reserveStatement, values));
  return Math.ceil(Math.max(0, -Number(row?.tokens) / requestsPerSecond) * 1_000);
}

/**
 * The row is locked before the time is read, so the time never goes back from one statement to the next, unless
 * somebody sets the clock back: then no tokens are gained, and counting continues from the new time.
 */
const reserveStatement = `
  insert into vbc_request_budget as budget (account_id, tokens, refilled_at)
    values ($1, $3::float8 - 1, coalesce($4::timestamptz, clock_timestamp()))
  on conflict (account_id) do update set (tokens, refilled_at) = (
    select least($3::float8, budget.tokens + $2::float8 * greatest(0, extract(epoch from now - budget.refilled_at))) - 1, now
      from (select coalesce($4::timestamptz, clock_timestamp()) as now) as clock)
  returning tokens`;

const table = {
  name: 'vbc_request_budget',
  columns: 'account_id text primary key, tokens float8 not null, refilled_at timestamptz not null',
};

/** Opens a session for the table of the budgets. */
export async function openBudgets(place: PostgresPlace, clock: Clock): Promise<TableSession> {
  const session = await TableSession.open(place, table, clock);
  // A turn that is lost in a crash of the server does no harm, and without waiting for the disk each takes less than a
  // millisecond. Under a stricter isolation level, two reservations at once would fail.
  const settings = `set synchronous_commit to off; set default_transaction_isolation to 'read committed'`;
  await session.connection.run(settings);
  return session;
}
