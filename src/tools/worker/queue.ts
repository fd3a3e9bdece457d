import type PgBoss from 'pg-boss';
import { PostgresConnection, type PostgresPlace } from '../postgres/connection.ts';
import { inTransaction, Queue, StoreError } from '../database.ts';
import { withTablesLocked } from '../postgres/lock.ts';
import type { CompareJob } from './jobs.ts';

/** The schema of the queue, apart from the tables of calls. */
export const queueSchema = 'vbc_queue';

/**
 * `plan` asks to compare all accounts, `compare` an account, `read` reads a window. `dead` has the jobs that failed as often
 * as they may.
 */
export type QueueName = 'plan' | 'compare' | 'read' | 'dead';

/** How jobs are leased and tried again, in seconds. */
export interface QueueTimes {
  /**
   * The time after which a job that is not done is given to another worker, for jobs from now on. Default: as it was set
   * before, else 600.
   */
  readonly leaseSeconds?: number | undefined;
  /** The shortest time until a failed job is tried again; it doubles each time. Default: a fortieth of the lease. */
  readonly retryDelaySeconds?: number | undefined;
  /** The time between two looks for jobs whose lease has ended. Default: a twentieth of the lease. */
  readonly maintenanceSeconds?: number | undefined;
}

/** How accounts are compared; see `CompareJob`. */
export interface CompareOptions extends Partial<Pick<CompareJob, 'round' | 'isRoutine'>> {
  /** Adds the jobs in the transaction that the caller has begun on it. */
  readonly connection?: PostgresConnection | undefined;
}

/** A job that this process may do until its lease ends. */
export interface Lease<Data = unknown> {
  readonly queue: QueueName;
  readonly id: string;
  readonly data: Data;
  /** Which lease of the job it is: a later one has a higher number. */
  readonly attempt: number;
  /** How long it lasts, from its beginning. */
  readonly seconds: number;
  /** The error of the last attempt, as it was recorded. */
  readonly output: unknown;
}

/** Why a job failed, for people: without secrets and telephone numbers. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
}

/** Reads the problem that a failed job left as its output; undefined if it is none. */
export function readProblem(output: unknown): Problem | undefined {
  const { code, message, hint } = Object(output) as Partial<Record<keyof Problem, unknown>>;
  if (typeof code !== 'string' || typeof message !== 'string') return undefined;
  return { code, message, hint: typeof hint === 'string' ? hint : undefined };
}

/** The lease of a job has ended: another worker has it, or has done it. What was done for it must not be written. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

/**
 * At most one job of a key waits in a short queue; one that runs does not count, because what it saw may be old.
 *
 * Workers of earlier versions run beside this one during an upgrade. They ignore what is added to the data of a job. Data
 * that they would misread goes to a queue with another name, which they do not ask for.
 */
const policies = [
  ['plan', 'short'],
  ['compare', 'short'],
  ['read', 'standard'],
] as const;

const defaultLeaseSeconds = 600;

/** The retries of a failed job; the last ones are some minutes apart. */
const retryLimit = 5;

/**
 * The queue of jobs: pg-boss, over a connection of ours, so that its errors are ours too. The work of a worker's queue in
 * the background (leases that have ended, schedules, retention) goes on until `close`.
 */
export class JobQueue {
  readonly #boss: PgBoss;
  readonly #session: QueueSession;

  /**
   * Opens the queue, and creates or migrates its tables; one process does that at a time.
   *
   * @param onProblem is told when work in the background fails. Without it there is none: a process that only adds jobs
   *   leaves leases and schedules to the workers
   * @throws StoreError `package`: pg-boss is not installed; `version`: a newer version made the queue; or as for a store
   */
  static async open(
    place: PostgresPlace,
    times: QueueTimes = {},
    onProblem?: (error: unknown) => void,
  ): Promise<JobQueue> {
    const { leaseSeconds = defaultLeaseSeconds } = times;
    const retryDelay = times.retryDelaySeconds ?? Math.ceil(leaseSeconds / 40);
    const Boss = await loadBoss();
    const isKeeper = onProblem !== undefined;
    const session = new QueueSession(place, onProblem ?? (() => undefined));
    const boss = new Boss({
      ...{ db: session, schema: queueSchema, ...retention },
      ...{ supervise: isKeeper, schedule: isKeeper, cronMonitorIntervalSeconds: 20, cronWorkerIntervalSeconds: 2 },
      maintenanceIntervalSeconds: times.maintenanceSeconds ?? Math.ceil(leaseSeconds / 20),
    });
    boss.on('error', onProblem ?? (() => undefined));
    const queue = new JobQueue(boss, session);
    try {
      await session.requireKnownLayout();
      const retries = { retryLimit, retryDelay, retryBackoff: true, expireInSeconds: leaseSeconds };
      await alone(place, async (connection) => {
        await boss.start();
        await boss.createQueue('dead', { name: 'dead', policy: 'standard' });
        for (const [name, policy] of policies) {
          const options = { name, policy, deadLetter: 'dead', ...retries };
          await boss.createQueue(name, options);
          if (times.leaseSeconds !== undefined) await boss.updateQueue(name, options);
        }
        await createOrderIndex(connection);
      });
      session.isRunning = true;
      return queue;
    } catch (error) {
      await queue.close();
      throw error;
    }
  }

  private constructor(boss: PgBoss, session: QueueSession) {
    this.#boss = boss;
    this.#session = session;
  }

  /** Takes the next job of a queue, the oldest first; undefined if there is none. */
  async take<Data>(queue: QueueName): Promise<Lease<Data> | undefined> {
    const [job] = await this.#session.through((db) => this.#boss.fetch<Data>(queue, { includeMetadata: true, db }));
    if (job === undefined) return undefined;
    const { id, data, output, retryCount: attempt } = job;
    return { queue, id, data, output, attempt, seconds: job.expireInSeconds };
  }

  /**
   * Completes a job in the transaction that the caller has begun on a connection.
   *
   * @throws LeaseLostError the job is not this process's any more: the transaction must be undone
   * @throws StoreError `version`: a newer version has migrated the queue, and the transaction must be undone too
   */
  async complete(lease: Lease, connection: PostgresConnection): Promise<void> {
    const db = asDb(connection);
    // Its own types do not say that it counts.
    const completion: Promise<unknown> = this.#boss.complete(lease.queue, lease.id, {}, { db });
    const { affected } = (await completion) as { affected: number };
    // A job that another worker has leased since then is active too. Its row is locked now, and cannot change.
    const attempt = await this.#attemptOf(lease, connection);
    if (affected !== 1 || attempt !== lease.attempt) throw new LeaseLostError('The lease of a job has ended');
  }

  /**
   * Gives a job back after a failure: it is tried again later, or dead if that was the last time. Does nothing if the
   * lease was lost.
   *
   * @throws StoreError `version`: a newer version has migrated the queue
   */
  async fail(lease: Lease, problem: Problem, connection: PostgresConnection): Promise<void> {
    await inTransaction(connection, async () => {
      const attempt = await this.#attemptOf(lease, connection, `and state = 'active' for update`);
      if (attempt === lease.attempt) await this.#boss.fail(lease.queue, lease.id, problem, { db: asDb(connection) });
    });
  }

  /** Returns the number of a job's last lease; undefined if there is no such job. */
  async #attemptOf({ queue, id }: Lease, connection: PostgresConnection, more = ''): Promise<number | undefined> {
    const query = `select retry_count, (${layoutQuery}) as layout from ${queueSchema}.job where name = $1 and id = $2`;
    const [row] = await connection.rows(`${query} ${more}`, [queue, id]);
    if (row === undefined) return undefined;
    requireKnown(Number(row.layout), connection.name);
    return Number(row.retry_count);
  }

  /**
   * Requires that no newer version has migrated the queue: its workers use it in ways that this version does not know.
   *
   * @throws StoreError `version`: one has
   */
  async requireKnownLayout(): Promise<void> {
    await this.#session.requireKnownLayout();
  }

  /** Adds jobs to compare accounts, in the transaction of a connection or in one of its own. */
  async addCompares(
    accounts: readonly string[],
    { round = 0, isRoutine = false, connection }: CompareOptions = {},
  ): Promise<void> {
    const jobs = accounts.map((account) => {
      const data: CompareJob = { account, round, ...(isRoutine && { isRoutine }) };
      return { name: 'compare', data, singletonKey: account };
    });
    await this.#insert(jobs, connection);
  }

  /** Adds jobs to read windows, in the transaction of a connection. */
  async addReads(reads: readonly object[], connection: PostgresConnection): Promise<void> {
    await this.#insert(
      reads.map((data) => ({ name: 'read', data })),
      connection,
    );
  }

  /** Lets the queue compare all accounts by itself, at the times of a cron expression; replaces an earlier schedule. */
  async schedule(cron: string, timeZone: string): Promise<void> {
    await this.#session.through(async () => {
      await this.#boss.schedule('plan', cron, {}, { tz: timeZone });
    });
  }

  /** Ends the work in the background and the connection. Jobs that are leased stay so until their lease ends. */
  async close(): Promise<void> {
    this.#session.isRunning = true;
    await this.#boss.stop({ graceful: false }).catch(() => undefined);
    await this.#session.close();
  }

  async #insert(jobs: PgBoss.JobInsert[], connection: PostgresConnection | undefined): Promise<void> {
    if (jobs.length === 0) return;
    if (connection !== undefined) await this.#boss.insert(jobs, { db: asDb(connection) });
    else await this.#session.through((db) => this.#boss.insert(jobs, { db }));
  }
}

/** Done jobs are kept for an hour, failed ones for a week; then they are in the archive for a day. */
const retention = {
  archiveCompletedAfterSeconds: 3_600,
  archiveFailedAfterSeconds: 7 * 86_400,
  deleteAfterDays: 1,
};

/** The version of the queue's tables that pg-boss 10.4 knows. */
const newestLayout = 24;
const layoutQuery = `select version from ${queueSchema}.version`;

/**
 * Requires that no newer version has made or migrated the queue.
 *
 * @throws StoreError `version`: one has
 */
export async function requireKnownQueue(connection: PostgresConnection): Promise<void> {
  const [row] = await connection.rows(layoutQuery);
  if (row !== undefined) requireKnown(Number(row.version), connection.name);
}

/** @throws StoreError `version`: the queue has a newer layout than ours */
function requireKnown(layout: number, database: string): void {
  if (layout <= newestLayout) return;
  throw new StoreError('version', `The queue in ${database} was made by a newer version of vbc-reports`, {
    hint: `Update vbc-reports: the queue has layout ${layout}, and this version knows ${newestLayout}.`,
  });
}

/** One process at a time creates the tables of the queue, or migrates them. */
async function alone(place: PostgresPlace, work: (connection: PostgresConnection) => Promise<unknown>): Promise<void> {
  const connection = await PostgresConnection.open(place);
  try {
    await withTablesLocked(connection, queueSchema, () => work(connection));
  } finally {
    await connection.close();
  }
}

/**
 * Creates an index in the order in which pg-boss takes jobs, unless it exists. Without it, each job that is taken costs a
 * sort of all that wait: with ten thousand accounts, most of the database's time.
 */
async function createOrderIndex(connection: PostgresConnection): Promise<void> {
  const [row] = await connection.rows(`select to_regclass('${queueSchema}.vbc_job_order') is not null as exists`);
  if (row?.exists === true) return;
  await connection.run(`create index vbc_job_order on ${queueSchema}.job (name, priority desc, created_on, id)
    where state < 'active'`);
}

async function loadBoss(): Promise<typeof PgBoss> {
  try {
    return (await import('pg-boss')).default;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new StoreError('package', 'The queue needs the package pg-boss, which is not installed', {
      hint: 'Install it: npm install pg-boss@10.4.2',
    });
  }
}

function asDb(connection: PostgresConnection): PgBoss.Db {
  return {
    executeSql: async (sql, values) => ({ rows: [...((await connection.query(sql, values as unknown[])) ?? [])] }),
  };
}

/** The connection of pg-boss, which is opened again after it was lost. */
class QueueSession implements PgBoss.Db {
  /**
   * Work in the background is under way: its errors are told and not thrown, because pg-boss leaves promises alone, and
   * an error of one that nobody waits for would end the process.
   */
  isRunning = false;
  readonly #place: PostgresPlace;
  readonly #onProblem: (error: unknown) => void;
  readonly #turns = new Queue();
  #opening: Promise<PostgresConnection> | undefined;

  constructor(place: PostgresPlace, onProblem: (error: unknown) => void) {
    this.#place = place;
    this.#onProblem = onProblem;
  }

  /** What pg-boss does by itself. */
  async executeSql(sql: string, values?: readonly unknown[]): Promise<{ rows: PgBoss.Job[] }> {
    try {
      return await this.#execute(sql, values);
    } catch (error) {
      if (!this.isRunning) throw error;
      this.#onProblem(error);
      // It takes an outcome without rows for one that changed nothing.
      return {} as { rows: PgBoss.Job[] };
    }
  }

  /** What we ask for: errors are thrown, although pg-boss takes one of `fetch` for an empty queue. */
  async through<Result>(work: (db: PgBoss.Db) => Promise<Result>): Promise<Result> {
    const failures: unknown[] = [];
    const db: PgBoss.Db = {
      executeSql: async (sql, values) =>
        await this.#execute(sql, values as unknown[]).catch((error: unknown) => {
          failures.push(error);
          throw error;
        }),
    };
    const result = await work(db);
    if (failures.length > 0) throw failures[0];
    return result;
  }

  /** Requires that no newer version has migrated the queue; one that does not exist yet is fine. */
  async requireKnownLayout(): Promise<void> {
    const { rows } = await this.#execute(`select to_regclass('${queueSchema}.version') is not null as exists`);
    const [table] = rows as unknown as { exists: boolean }[];
    if (table?.exists !== true) return;
    const [row] = (await this.#execute(layoutQuery)).rows as unknown as { version: number }[];
    if (row !== undefined) requireKnown(row.version, this.#place.name);
  }

  async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = undefined;
    await opening?.then(
      (connection) => connection.close(),
      () => undefined,
    );
  }

  /** The driver takes one question at a time. */
  async #execute(sql: string, values?: readonly unknown[]): Promise<{ rows: PgBoss.Job[] }> {
    return await this.#turns.run(() => this.#executeNow(sql, values));
  }

  async #executeNow(sql: string, values?: readonly unknown[]): Promise<{ rows: PgBoss.Job[] }> {
    const opening = (this.#opening ??= PostgresConnection.open(this.#place));
    try {
      const rows = await (await opening).query(sql, values);
      return { rows: [...(rows ?? [])] as unknown as PgBoss.Job[] };
    } catch (error) {
      // Several statements that failed in the middle leave a transaction open, and a lost session is of no use.
      if (this.#opening === opening) await this.close();
      throw error;
    }
  }
}
