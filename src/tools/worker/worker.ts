import { type PostgresPlace, readPostgresUrl } from '../postgres/connection.ts';
import { WorkSession } from '../sync/postgres/work-session.ts';
import { StoreError } from '../database.ts';
import { createAccountStates } from './account-state.ts';
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
  /** Returns the time in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  readonly on?: WorkerEvents | undefined;
}

/**
 * Does jobs until it is stopped. Where the database is away, at the start or later, it waits for it.
 *
 * @throws StoreError it cannot be used at all: `package`, `foreign`, `version`, or `refused` at the start
 */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { signal, now = Date.now, on = {}, parallel = 4 } = options;
  const place = readPostgresUrl(options.url);
  const outage = new Outage({ now, on });
  const queue = await openQueue(place, options, outage);
  if (queue === undefined) return;
  const requests = new AbortController();
  const grace = new AbortController();
  const onStop = (): void => {
    void pauseFor(options.graceMs ?? 30_000, grace.signal).then(() => {
      requests.abort();
    });
  };
  signal.addEventListener('abort', onStop, { once: true });
  if (signal.aborted) onStop();
  const failure = new AbortController();
  const slots = Array.from({ length: parallel }, async (_slot, place) => {
    const role = parallel === 1 ? 'only' : place === 0 ? 'first' : 'other';
    const slot = new Slot({ ...options, now, on }, queue, outage, requests.signal, role);
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

/** Opens the queue as soon as the database is there; undefined if the worker is stopped before. */
async function openQueue(place: PostgresPlace, options: WorkerOptions, outage: Outage): Promise<JobQueue | undefined> {
  for (let tries = 1; !options.signal.aborted; tries += 1) {
    const queue = await tryToOpen(place, options, outage);
    if (queue !== undefined) return queue;
    await pauseFor(backoffMs(tries), options.signal);
  }
  return undefined;
}

async function tryToOpen(place: PostgresPlace, options: WorkerOptions, outage: Outage): Promise<JobQueue | undefined> {
  try {
    const session = await WorkSession.open(place);
    await createAccountStates(session.connection).finally(() => session.close());
    const queue = await JobQueue.open(place, options, (error) => {
      // After one of the database, pg-boss has others of its own.
      if (error instanceof StoreError) outage.note(error);
    });
    outage.end();
    return queue;
  } catch (error) {
    if (error instanceof StoreError && (isFinal(error) || error.code === 'refused')) throw error;
    outage.note(error);
    return undefined;
  }
}

/** Waiting does not help. */
function isFinal({ code }: StoreError): boolean {
  return code === 'package' || code === 'foreign' || code === 'version';
}

/** Does one job after another, over a session of its own. */
class Slot {
  readonly #options: WorkerOptions & { readonly now: () => number; readonly on: WorkerEvents };
  readonly #queue: JobQueue;
  readonly #outage: Outage;
  readonly #requests: AbortSignal;
  readonly #order: readonly QueueName[];
  readonly #place: PostgresPlace;
  #session: WorkSession | undefined;

  constructor(
    options: WorkerOptions & { readonly now: () => number; readonly on: WorkerEvents },
    queue: JobQueue,
    outage: Outage,
    requests: AbortSignal,
    role: 'only' | 'first' | 'other',
  ) {
    this.#options = options;
    this.#queue = queue;
    this.#outage = outage;
    this.#requests = requests;
    this.#place = readPostgresUrl(options.url);
    // A comparison is one request, and must not wait for a large first load. One slot sees to it that reads do not wait
    // for ever, and to what is rare; the others need not ask for it each time.
    const rare: QueueName[] = ['dead', 'plan'];
    if (role === 'only') this.#order = [...rare, 'compare', 'read'];
    else this.#order = role === 'first' ? [...rare, 'read', 'compare'] : ['compare', 'read'];
  }

  async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      failures = (await this.#step(signal, failures)) ? 0 : failures + 1;
      if (failures > 0) await pauseFor(backoffMs(failures), signal);
    }
    await this.#closeSession();
  }

  /** Does a job, or waits for one. Returns false if the database is away; `failures` says how often it was. */
  async #step(signal: AbortSignal, failures: number): Promise<boolean> {
    try {
      const lease = await this.#take();
      this.#outage.end();
      if (lease === undefined) await pauseFor(this.#options.pollMs ?? 1_000, signal);
      else await this.#do(lease);
      return true;
    } catch (error) {
      await this.#closeSession();
      // The tables may have been migrated: the next session finds out whether this version knows them.
      const mayPass = error instanceof StoreError && error.code === 'version' && failures === 0;
      if (error instanceof StoreError && isFinal(error) && !mayPass) throw error;
      this.#outage.note(error);
      return false;
    }
  }

  async #take(): Promise<Lease | undefined> {
    for (const name of this.#order) {
      const lease = await this.#queue.take(name);
      if (lease !== undefined) return lease;
    }
    return undefined;
  }

  async #do(lease: Lease): Promise<void> {
    const { now, on, accountOf, accountIds, describe } = this.#options;
    const startedAt = now();
    this.#session ??= await WorkSession.open(this.#place);
    const context = {
      ...{ queue: this.#queue, session: this.#session, signal: this.#requests },
      ...{ accountOf, accountIds, now, describe },
    };
    const outcome = await doJob(lease, context);
    on.job?.(lease.queue, { ...outcome, durationMs: now() - startedAt });
  }

  async #closeSession(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.close();
  }
}
