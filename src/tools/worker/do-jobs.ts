import { ReportsError, type ReportsClient, type TimeWindow } from '../../index.ts';
import { StoreError, type StoreAccount } from '../sync/index.ts';
import { openWindows, prove, settledFrom } from '../sync/coverage.ts';
import { readPart } from '../sync/read-window.ts';
import type { Run } from '../sync/run.ts';
import type { WorkSession } from '../sync/postgres/work-session.ts';
import { inTransaction } from '../database.ts';
import { beginRun, compare, countListed } from '../sync/sync.ts';
import {
  compareAgainLater,
  endComparison,
  endRead,
  readState,
  recordTrouble,
  setReads,
  type AccountState,
} from './account-state.ts';
import { type CompareJob, cutIntoJobs, type ReadJob } from './jobs.ts';
import { type JobQueue, type Lease, LeaseLostError, type Problem, queueSchema, readProblem } from './queue.ts';

/** An account that a worker can read. */
export interface WorkerAccount extends StoreAccount {
  readonly client: ReportsClient;
  /** Calls per request. Default: 1,000. */
  readonly pageSize?: number | undefined;
}

/** What a job is done with. */
export interface JobContext {
  readonly queue: JobQueue;
  readonly session: WorkSession;
  /** Returns an account, or undefined if this worker does not know it. */
  readonly accountOf: (id: string) => Promise<WorkerAccount | undefined>;
  /** The ids of all accounts that this worker knows. */
  readonly accountIds: () => Promise<readonly string[]>;
  /** Aborts requests. */
  readonly signal: AbortSignal;
  /** Returns the time in milliseconds since 1970. */
  readonly now: () => number;
  /** Says what is wrong, in the words of the program. Default: those of the library. */
  readonly describe?: ((error: ReportsError) => Problem) | undefined;
}

/** How a job ended. */
export type JobEnd = 'done' | 'paused' | 'failed' | 'lost' | 'skipped';

/** What is known of a job that has ended. */
export interface JobOutcome {
  readonly end: JobEnd;
  readonly account: string | undefined;
  /** Set if it failed, or the account was paused. */
  readonly problem: Problem | undefined;
  /** Calls that it added, changed, deleted or marked. */
  readonly calls: number;
}

/** Most calls of a job, in pages: forty requests take seconds, and finding where to cut is less than 4 % of them. */
const pagesPerJob = 40;
/** Most jobs of an account at a time. */
const readsAtOnce = 4;

/**
 * Does a job: first what takes time, then one transaction that writes everything and completes the job. So its requests may
 * be sent twice, and its effects happen once.
 *
 * @throws StoreError the database is away: the job is done again when its lease has ended
 */
export async function doJob(lease: Lease, context: JobContext): Promise<JobOutcome> {
  const { account } = Object(lease.data) as { readonly account?: string };
  const nothing = { account, problem: undefined, calls: 0 };
  try {
    const calls = await doByQueue(lease, context);
    return calls === undefined ? { ...nothing, end: 'skipped' } : { ...nothing, end: 'done', calls };
  } catch (error) {
    if (error instanceof LeaseLostError) return { ...nothing, end: 'lost' };
    if (error instanceof StoreError && error.code !== 'locked') throw await givenBack(error, lease, context);
    const problem = problemOf(error, context);
    const pauseSeconds = account === undefined ? undefined : pauseAfter(error);
    if (account !== undefined && pauseSeconds !== undefined) {
      return { ...nothing, problem, end: await pause({ ...lease, data: { account } }, problem, pauseSeconds, context) };
    }
    await context.queue.fail(lease, problem, context.session.connection);
    return { ...nothing, problem, end: 'failed' };
  }
}

/** Where another version has migrated the tables, its workers need not wait until the lease ends. Returns the error. */
async function givenBack(error: StoreError, lease: Lease, context: JobContext): Promise<StoreError> {
  const problem = problemOf(error, context);
  // The error that ended the job matters more.
  if (error.code === 'version')
    await context.queue.fail(lease, problem, context.session.connection).catch(() => undefined);
  return error;
}

/** Returns the number of calls that were changed, or undefined if there was nothing to do. */
async function doByQueue(lease: Lease, context: JobContext): Promise<number | undefined> {
  switch (lease.queue) {
    case 'plan':
      return await planAccounts(lease, context);
    case 'compare':
      return await compareAccount(lease as Lease<CompareJob>, context);
    case 'read':
      return await readWindowOf(lease as Lease<ReadJob>, context);
    case 'dead':
      return await buryJob(lease, context);
  }
}

async function planAccounts(lease: Lease, { queue, session, accountIds }: JobContext): Promise<number> {
  const ids = await accountIds();
  await inTransaction(session.connection, async () => {
    await queue.addCompares(ids, { isRoutine: true, connection: session.connection });
    await queue.complete(lease, session.connection);
  });
  return 0;
}

async function compareAccount(lease: Lease<CompareJob>, context: JobContext): Promise<number | undefined> {
  const { queue, session } = context;
  const { account: id, round } = lease.data;
  const state = await startOfComparison(lease, context);
  if (state === undefined) return undefined;
  const account = await requireAccount(id, context);
  let finish = (): Promise<void> => Promise.resolve();
  const store = await session.open(account, () => finish());
  try {
    const run = await beginRun({ ...optionsOf(account, context), since: state.since }, store);
    const agreedAt = new Date(context.now());
    const window = windowToCompare(run, lease.data, state);
    const { agreed, differing } = await compare(run, [window], openWindows(run.before));
    const cut = await cutIntoJobs(differing, {
      ...{ account: id, coverage: run.before, mostJobs: readsAtOnce, mostCalls: pagesPerJob * run.pageSize },
      count: (window) => countListed(run, window),
    });
    finish = async () => {
      const { connection } = session;
      const inFull = window === run.range;
      const end = { comparedAt: state.now, inFull, reads: cut.reads.length, hasMore: cut.hasMore, round };
      // Another comparison, or the reads that it led to, came in between: what was measured may no longer be true.
      if (!(await endComparison(connection, id, state.generation, end))) throw new SupersededError();
      await queue.addReads(cut.reads, connection);
      await queue.complete(lease, connection);
    };
    // What differs stays as it was: a window that was settled is still known to be, when its job decides what to keep.
    await store.save((coverage) => agreed.reduce((all, window) => prove(all, window, agreedAt), coverage));
    return 0;
  } catch (error) {
    if (!(error instanceof SupersededError)) throw error;
    await giveWay(lease, state, context);
    return undefined;
  } finally {
    await store.release();
  }
}

const dayMs = 86_400_000;

/** Returns the range, or what is not settled of it. */
function windowToCompare(
  run: Run,
  { isRoutine = false }: CompareJob,
  { comparedInFullAt, now }: AccountState,
): TimeWindow {
  const isDue = comparedInFullAt === undefined || now.getTime() - comparedInFullAt.getTime() > dayMs;
  const from = isRoutine && !isDue ? settledFrom(run.before, run.range.from) : undefined;
  return from === undefined ? run.range : { from, to: run.range.to };
}

/** Another worker has compared the account meanwhile. */
class SupersededError extends Error {}

/**
 * Completes a comparison that came to nothing. The other one may have begun before somebody asked for this one: then the
 * account is compared once more, or they would wait for ever.
 */
async function giveWay(lease: Lease<CompareJob>, { now }: AccountState, context: JobContext): Promise<void> {
  const { queue, session } = context;
  const { connection } = session;
  const { account } = lease.data;
  await inTransaction(connection, async () => {
    const { comparedAt, reads } = await readState(connection, account, { locks: true });
    const isNewer = comparedAt !== undefined && comparedAt >= now;
    if (reads > 0) await compareAgainLater(connection, account);
    else if (!isNewer) await queue.addCompares([account], { connection });
    await queue.complete(lease, connection);
  });
}

/** Returns the state of an account that can be compared now, or completes the job. */
async function startOfComparison(lease: Lease<CompareJob>, context: JobContext): Promise<AccountState | undefined> {
  const { queue, session } = context;
  const { connection } = session;
  const { account } = lease.data;
  const before = await readState(connection, account);
  const isPaused = (state: AccountState): boolean => state.pausedUntil !== undefined && state.pausedUntil > state.now;
  if (before.reads === 0 && !isPaused(before)) return before;
  return await inTransaction(connection, async () => {
    const state = await readState(connection, account, { locks: true });
    // Somebody may have removed jobs, or the whole queue: then nobody would ever end them.
    const reads = state.reads > 0 ? await countReads(context, account) : 0;
    if (reads !== state.reads) await setReads(connection, account, reads);
    if (reads === 0 && !isPaused(state)) return state;
    if (reads > 0) await compareAgainLater(connection, account);
    await queue.complete(lease, connection);
    return undefined;
  });
}

async function countReads({ session }: JobContext, account: string): Promise<number> {
  const query = `select count(*) as reads from ${queueSchema}.job
    where name = 'read' and state < 'completed' and data ->> 'account' = $1`;
  const [row] = await session.connection.rows(query, [account]);
  return Number(row?.reads);
}

async function readWindowOf(lease: Lease<ReadJob>, context: JobContext): Promise<number> {
  const { queue, session, now } = context;
  const { account: id, from, to, listed, keepsUnlisted } = lease.data;
  const account = await requireAccount(id, context);
  let finish = (_readTo: Date, _isProven: boolean): Promise<void> => Promise.resolve();
  const store = await session.open(account, async (replacement) => {
    await finish(replacement?.window.to ?? new Date(from), replacement !== undefined && replacement.absent !== 'keep');
  });
  try {
    const run = await beginRun(optionsOf(account, context), store);
    const window = { from: new Date(from), to: new Date(to) };
    finish = async (readTo, isProven) => {
      const isPart = isProven && readTo < window.to;
      // More than were counted have arrived since.
      const differs = !isProven || (!isPart && run.callsRead < listed);
      const next = await endRead(session.connection, id, { compareAgain: isPart, differs });
      if (next === 'differs') await recordTrouble(session.connection, id, { ...unlistedCalls, isGivenUp: true });
      if (typeof next === 'object') {
        await queue.addCompares([id], { round: next.compare, connection: session.connection });
      }
      await queue.complete(lease, session.connection);
    };
    // The rest of the lease is for retries, and for writing.
    const deadline = now() + (lease.seconds * 1_000) / 3;
    await readPart(run, window, { keepsUnlisted, atOnce: true, isTimeUp: () => now() > deadline });
    const { added, changed, deleted, unlisted } = run.changes;
    return added + changed + deleted + unlisted;
  } finally {
    await store.release();
  }
}

const unlistedCalls: Problem = {
  code: 'incomplete',
  message: 'The API counts calls that it does not list, or lists rows that cannot be used.',
  hint: 'vbc-reports sync --audit shows where. It is compared again with the next plan.',
};

/** A job that failed as often as it may: the account is left as it is until somebody, or the schedule, asks for it. */
async function buryJob(lease: Lease, { queue, session }: JobContext): Promise<number> {
  const { connection } = session;
  const { account, listed } = Object(lease.data) as Partial<ReadJob>;
  await inTransaction(connection, async () => {
    if (account !== undefined) {
      await readState(connection, account, { locks: true });
      if (listed !== undefined) await endRead(connection, account, { compareAgain: false, differs: true });
      await recordTrouble(connection, account, { ...(readProblem(lease.output) ?? lostJob), isGivenUp: true });
    }
    await queue.complete(lease, connection);
  });
  return 0;
}

/** Records that an account cannot be read for now, and completes the job: others are not kept waiting. */
async function pause(
  lease: Lease<{ readonly account: string }>,
  problem: Problem,
  pauseSeconds: number,
  { queue, session }: JobContext,
): Promise<JobEnd> {
  const { connection } = session;
  const { account } = lease.data;
  try {
    await inTransaction(connection, async () => {
      await readState(connection, account, { locks: true });
      if (lease.queue === 'read') await endRead(connection, account, { compareAgain: false, differs: true });
      await recordTrouble(connection, account, { ...problem, pauseSeconds, isGivenUp: true });
      await queue.complete(lease, connection);
    });
    return 'paused';
  } catch (error) {
    if (error instanceof LeaseLostError) return 'lost';
    throw error;
  }
}

/** A locked user is free again after half an hour (fact 11). */
const lockedSeconds = 31 * 60;
/** Until somebody has corrected a password, a role or a subscription. */
const refusedSeconds = 3_600;

/** Returns for how long to leave an account alone after an error; undefined if the job is to be tried again. */
function pauseAfter(error: unknown): number | undefined {
  if (!(error instanceof ReportsError)) return undefined;
  if (error.code === 'account-locked') return lockedSeconds;
  const isRefused = ['authentication-refused', 'not-subscribed', 'configuration', 'not-found'].includes(error.code);
  return isRefused || error.status === 401 || error.status === 403 ? refusedSeconds : undefined;
}

/** Errors of the client and of stores hold neither secrets nor telephone numbers. Of others, nobody knows. */
function problemOf(error: unknown, { describe }: JobContext): Problem {
  if (error instanceof ReportsError && describe !== undefined) return describe(error);
  if (error instanceof ReportsError || error instanceof StoreError) {
    return { code: error.code, message: error.message, hint: error.hint };
  }
  if (error instanceof UnknownAccountError) {
    return { code: 'unknown-account', message: error.message, hint: 'Give all workers the same accounts file.' };
  }
  return {
    code: 'unexpected',
    message: `Unexpected ${error instanceof Error ? error.name : 'error'}`,
    hint: undefined,
  };
}

const lostJob: Problem = {
  code: 'lost',
  message: 'Its workers ended, or took longer than the lease, each time.',
  hint: 'Look at the memory and the logs of the workers.',
};

class UnknownAccountError extends Error {}

async function requireAccount(id: string, { accountOf }: JobContext): Promise<WorkerAccount> {
  const account = await accountOf(id);
  if (account !== undefined) return account;
  throw new UnknownAccountError(`This worker does not know account ${id}`);
}

function optionsOf(account: WorkerAccount, { session, signal, now }: JobContext): Parameters<typeof beginRun>[0] {
  const { client, pageSize } = account;
  return { client, account, store: session, pageSize, signal, now };
}
