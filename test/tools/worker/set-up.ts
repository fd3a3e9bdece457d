import { readPostgresUrl } from '../../../src/tools/postgres/connection.ts';
import { createPostgresStore } from '../../../src/tools/sync/postgres/store.ts';
import { WorkSession } from '../../../src/tools/sync/postgres/work-session.ts';
import type { Coverage } from '../../../src/tools/sync/index.ts';
import { createAccountStates } from '../../../src/tools/worker/account-state.ts';
import { doJob, type JobContext, type JobOutcome, type WorkerAccount } from '../../../src/tools/worker/do-jobs.ts';
import { JobQueue, type Lease, type QueueName, type QueueTimes } from '../../../src/tools/worker/queue.ts';
import { queryPostgres } from '../../support/postgres.ts';
import { History } from '../sync/history.ts';

export const hour = 3_600_000;
export const begin = Date.UTC(2026, 2, 1);

/** A history with a call every 20 minutes, seen ten days after the first. */
export function historyOf(calls: number): History {
  const history = new History(begin + 10 * 24 * hour);
  for (let place = 0; place < calls; place += 1) history.add({ start: begin + place * 1_200_000 });
  return history;
}

/** A process that does jobs one at a time, when it is told to. */
export interface Hand {
  readonly queue: JobQueue;
  readonly session: WorkSession;
  readonly context: JobContext;
  take(queue: QueueName): Promise<Lease>;
  /** Takes a job and does it. */
  work(queue: QueueName): Promise<JobOutcome>;
  close(): Promise<void>;
}

/** Opens a session and a queue, and knows the accounts of some histories by their ids. */
export async function createHand(
  url: string,
  histories: Readonly<Record<string, History>>,
  times: QueueTimes = {},
): Promise<Hand> {
  const place = readPostgresUrl(url);
  const session = await WorkSession.open(place);
  await createAccountStates(session.connection);
  const queue = await JobQueue.open(place, { maintenanceSeconds: 3_600, ...times });
  const accountOf = (id: string): Promise<WorkerAccount | undefined> => {
    const history = histories[id];
    return Promise.resolve(history && { id, timeZone: 'UTC', client: history.client(), pageSize: 50 });
  };
  const context: JobContext = {
    ...{ queue, session, accountOf, accountIds: () => Promise.resolve(Object.keys(histories)) },
    signal: new AbortController().signal,
    now: () => Math.max(...Object.values(histories).map(({ now }) => now)),
  };
  async function take(name: QueueName): Promise<Lease> {
    const lease = await queue.take(name);
    if (lease === undefined) throw new Error(`There is no job in the queue ${name}`);
    return lease;
  }
  return {
    ...{ queue, session, context, take },
    work: async (name) => await doJob(await take(name), context),
    async close() {
      await queue.close();
      await session.close();
    },
  };
}

/** The ids of an account's calls in the store that are listed, and what is proven of it. */
export async function contentsOf(url: string, account: string): Promise<{ ids: string[]; coverage: Coverage }> {
  const store = createPostgresStore(url);
  const ids: string[] = [];
  const window = { from: new Date(0), to: new Date('2030-01-01T00:00:00Z') };
  for await (const page of store.callsOf(account, window, { onlyListed: true })) ids.push(...page.map(({ id }) => id));
  const coverage = await store.coverageOf(account);
  await store.close();
  return { ids: ids.sort(), coverage };
}

export function idsOf(history: History): string[] {
  return history
    .listed()
    .map(({ id }) => id)
    .sort();
}

/** Something that is waited for until it is allowed. */
export function createGate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** Removes accounts, calls and jobs, which takes a tenth of the time that new tables take. */
export async function emptyDatabase(url: string): Promise<void> {
  await queryPostgres(
    url,
    `truncate vbc_worker_accounts, calls, sync_windows, sync_runs, sync_accounts, vbc_queue.job, vbc_queue.archive`,
  );
}
