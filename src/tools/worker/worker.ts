import { type Clock, systemClock } from '../../core/http/index.ts';
import { StoreError } from '../database.ts';
import { type PostgresPlace, readPostgresUrl } from '../postgres/connection.ts';
import { WorkSession } from '../sync/postgres/work-session.ts';
import { createAccountStates, readClock } from './account-state.ts';
import { doJob, type JobContext, type JobOutcome } from './do-jobs.ts';
import { backoffMs, Outage, type OutageEvents, pauseFor } from './outage.ts';
import { JobQueue, type Lease, type QueueName, type QueueTimes } from './queue.ts';

/** What a worker tells while it runs. */
export interface WorkerEvents extends OutageEvents {
  /** A job has ended. */
  readonly job?: ((queue: QueueName, outcome: JobOutcome & { readonly durationMs: number }) => void) | undefined;
  /** The worker takes jobs. */
  readonly ready?: (() => void) | undefined;
}

export interface WorkerOptions extends QueueTimes, Pick<JobContext, 'accountOf' | 'accountIds' | 'describe'> {
  /** The URL of the PostgreSQL database that holds the store and the queue. */
  readonly url: string;
  /** Jobs at the same time; each has a connection of its own. Default: 4. */
  readonly parallel?: number | undefined;
  /** Once it is aborted, no further job is taken, and those under way may end within the grace. */
  readonly signal: AbortSignal;
  /** The time for jobs under way after `signal`, in milliseconds. Those that take longer are given back. Default: 30,000. */
  readonly graceMs?: number | undefined;
  /** The time between two looks at an empty queue, in milliseconds. Default: 1,000. */
  readonly pollMs?: number | undefined;
  /**
   * Returns the time in milliseconds since 1970, which says until when calls are listed. Default: the database's, so that
   * machines whose clocks differ agree.
   */
  readonly now?: (() => number) | undefined;
  /** The clock by which this process waits, for tests. */
  readonly clock?: Clock | undefined;
  readonly on?: WorkerEvents | undefined;
}

type Settings = WorkerOptions & { readonly clock: Clock; readonly on: WorkerEvents };

/**
 * Does jobs until it is stopped. Where the database is away, at the start or later, it waits for it.
 *
 * @throws StoreError it cannot be used at all: `package`, `foreign`, `version`, or `refused` at the start
 */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const settings: Settings = { ...options, clock: options.clock ?? systemClock, on: options.on ?? {} };
  const { signal, clock, on, parallel = 4 } = settings;
  const place = readPostgresUrl(options.url);
  const outage = new Outage({ now: () => clock.now(), on });
  const queue = await openQueue(place, settings, outage);
  if (queue === undefined) return;
  const requests = new AbortController();
  const grace = new AbortController();
  const onStop = (): void => {
    void pauseFor(clock, options.graceMs ?? 30_000, grace.signal).then(() => {
      requests.abort();
    });
  };
  signal.addEventListener('abort', onStop, { once: true });
  if (signal.aborted) onStop();
  const failure = new AbortController();
  const idle = new Set<() => void>();
  const slots = Array.from({ length: parallel }, async (_slot, number) => {
    const slot = new Slot({ settings, queue, outage, requests: requests.signal, place, number, idle });
    // One that cannot go on at all ends the others too.
    await slot.run(AbortSignal.any([signal, failure.signal])).catch((error: unknown) => {
      failure.abort(error);
    });
  });
  on.ready?.();
  await Promise.all(slots);
  signal.removeEventListener('abort', onStop);
  grace.abort();
  await queue.close();
  if (failure.signal.aborted) throw failure.signal.reason;
}

/** The name of the queue's own session, for `Outage`. */
const background = 'queue';

/** Opens the queue as soon as the database is there; undefined if the worker is stopped before. */
async function openQueue(place: PostgresPlace, settings: Settings, outage: Outage): Promise<JobQueue | undefined> {
  for (let tries = 1; !settings.signal.aborted; tries += 1) {
    const queue = await tryToOpen(place, settings, outage);
    if (queue !== undefined) return queue;
    await pauseFor(settings.clock, backoffMs(tries), settings.signal);
  }
  return undefined;
}

async function tryToOpen(place: PostgresPlace, settings: Settings, outage: Outage): Promise<JobQueue | undefined> {
  try {
    const session = await WorkSession.open(place);
    await createAccountStates(session.connection).finally(() => session.close());
    const queue = await JobQueue.open(place, settings, (error) => {
      // After one of the database, pg-boss has others of its own.
      if (error instanceof StoreError) outage.note(error, background);
    });
    outage.end(background);
    return queue;
  } catch (error) {
    if (error instanceof StoreError && (isFinal(error) || error.code === 'refused')) throw error;
    outage.note(error, background);
    return undefined;
  }
}

/** Waiting does not help. */
function isFinal({ code }: StoreError): boolean {
  return code === 'package' || code === 'foreign' || code === 'version';
}

interface SlotParts {
  readonly settings: Settings;
  readonly queue: JobQueue;
  readonly outage: Outage;
  /** Aborts requests. */
  readonly requests: AbortSignal;
  readonly place: PostgresPlace;
  /** From 0. */
  readonly number: number;
  /** Wakes slots that wait for a job, which one of the others may have added. */
  readonly idle: Set<() => void>;
}

/** A session, with the time of its database. */
interface Opened {
  readonly session: WorkSession;
  readonly now: () => number;
  /** When the two clocks were compared, by that of this process. */
  readonly comparedAtMs: number;
}

/** Clocks of machines drift, and are set; they are compared again after so many milliseconds. */
const clockAgeMs = 60_000;

/** Does one job after another, over a session of its own. */
class Slot {
  readonly #parts: SlotParts;
  readonly #name: string;
  readonly #order: readonly QueueName[];
  #opened: Opened | undefined;

  constructor(parts: SlotParts) {
    this.#parts = parts;
    this.#name = `slot ${parts.number}`;
    // A comparison is one request, and must not wait for a large first load. One slot sees to it that reads do not wait
    // for ever, and to what is rare; the others need not ask for it each time.
    const rare: QueueName[] = ['dead', 'plan'];
    if (parts.settings.parallel === 1) this.#order = [...rare, 'compare', 'read'];
    else this.#order = parts.number === 0 ? [...rare, 'read', 'compare'] : ['compare', 'read'];
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts.settings;
    for (let failures = 0; !signal.aborted;) {
      failures = (await this.#step(signal, failures)) ? 0 : failures + 1;
      if (failures > 0) await pauseFor(clock, backoffMs(failures), signal);
    }
    await this.#close();
  }

  /** Does a job, or waits for one. Returns false if the database is away; `failures` says how often it was. */
  async #step(signal: AbortSignal, failures: number): Promise<boolean> {
    const { outage } = this.#parts;
    try {
      // Before a job is taken, which nobody else could do until its lease ends.
      const opened = await this.#open();
      const lease = await this.#take(opened);
      if (lease !== undefined) await this.#do(lease, opened);
      outage.end(this.#name);
      outage.end(background);
      if (lease === undefined) await this.#waitForJobs(signal);
      return true;
    } catch (error) {
      await this.#close();
      // The tables may have been migrated: the next session finds out whether this version knows them.
      const mayPass = error instanceof StoreError && error.code === 'version' && failures === 0;
      if (error instanceof StoreError && isFinal(error) && !mayPass) throw error;
      if (!mayPass) outage.note(error, this.#name);
      return false;
    }
  }

  async #waitForJobs(signal: AbortSignal): Promise<void> {
    const { settings, idle } = this.#parts;
    const end = new AbortController();
    const wake = (): void => {
      end.abort();
    };
    signal.addEventListener('abort', wake, { once: true });
    idle.add(wake);
    if (!signal.aborted) await pauseFor(settings.clock, settings.pollMs ?? 1_000, end.signal);
    idle.delete(wake);
    signal.removeEventListener('abort', wake);
  }

  async #open(): Promise<Opened> {
    const { settings, place } = this.#parts;
    const { clock } = settings;
    const known = this.#opened;
    if (known !== undefined && clock.now() - known.comparedAtMs < clockAgeMs) return known;
    const session = known?.session ?? (await WorkSession.open(place));
    // From here on, `#close` closes it.
    this.#opened = { session, now: () => clock.now(), comparedAtMs: -Infinity };
    const now = settings.now ?? (await readClock(session.connection, () => clock.now()));
    this.#opened = { session, now, comparedAtMs: clock.now() };
    return this.#opened;
  }

  async #take({ session }: Opened): Promise<Lease | undefined> {
    const { queue } = this.#parts;
    for (const name of this.#order) {
      const lease = await queue.take(name);
      if (lease !== undefined) return lease;
    }
    // While there are jobs, their ends find out whether a newer version has migrated the tables.
    await session.requireKnownLayout();
    await queue.requireKnownLayout();
    return undefined;
  }

  async #do(lease: Lease, { session, now }: Opened): Promise<void> {
    const { settings, queue, requests, idle } = this.#parts;
    const { clock, on, accountOf, accountIds, describe } = settings;
    const startedAt = clock.now();
    const outcome = await doJob(lease, { queue, session, signal: requests, accountOf, accountIds, now, describe });
    for (const wake of idle) wake();
    on.job?.(lease.queue, { ...outcome, durationMs: clock.now() - startedAt });
  }

  async #close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await opened?.session.close();
  }
}
