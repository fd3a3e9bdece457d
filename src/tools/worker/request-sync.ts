import { type Clock, systemClock } from '../../core/http/index.ts';
import { AbortedError } from '../../index.ts';
import { type PostgresConnection, readPostgresUrl } from '../postgres/connection.ts';
import { WorkSession } from '../sync/postgres/work-session.ts';
import { createAccountStates, requestAccounts } from './account-state.ts';
import { StoreError } from '../database.ts';
import { backoffMs, Outage, pauseFor } from './outage.ts';
import { JobQueue } from './queue.ts';
import { type AccountStatus, openStatusReader, type StatusReader } from './status.ts';

/** What workers are asked for. */
export interface SyncRequest {
  readonly url: string;
  readonly accounts: readonly string[];
  /** The start of the first call to keep. Default: as asked for before, else all that are listed. */
  readonly since?: Date | undefined;
  readonly signal: AbortSignal;
  /** The time between two looks at the accounts, in milliseconds. Default: 1,000. */
  readonly pollMs?: number | undefined;
  /** Called after each look with the number of accounts that are up to date, or were given up. */
  readonly onProgress?: ((ended: number) => void) | undefined;
  /** Called once when the database goes away while workers are waited for. */
  readonly onOutage?: ((error: StoreError) => void) | undefined;
  /** The clock by which this process waits, for tests. */
  readonly clock?: Clock | undefined;
}

/**
 * Asks the workers to bring accounts up to date, and waits until each is, or was given up. Where the database goes away
 * meanwhile, it waits for it too.
 *
 * @throws StoreError the database cannot be used when the accounts are asked for
 * @throws AbortedError the signal was aborted; the workers go on
 */
export async function requestSync(request: SyncRequest): Promise<readonly AccountStatus[]> {
  const accounts = [...new Set(request.accounts)];
  const requestedAt = await withQueue(request.url, async (queue, connection) => {
    const at = await requestAccounts(connection, accounts, request.since);
    await queue.addCompares(accounts);
    return at;
  });
  const reader = openStatusReader(request.url);
  try {
    return await waitUntilEnded({ ...request, accounts }, requestedAt, reader);
  } finally {
    await reader.close();
  }
}

/** Looks at the accounts again and again until each has ended; less often while the database is away. */
async function waitUntilEnded(
  { accounts, signal, pollMs = 1_000, onProgress, onOutage, clock = systemClock }: SyncRequest,
  requestedAt: Date,
  reader: StatusReader,
): Promise<readonly AccountStatus[]> {
  const outage = new Outage({ now: () => clock.now(), on: { outage: onOutage } });
  // All of them are read in full only at the end: ten thousand accounts, once a second, are much to read.
  const look = async (): Promise<readonly AccountStatus[] | number | undefined> => {
    try {
      const ended = await reader.countEnded(accounts, requestedAt);
      const result = ended < accounts.length ? ended : await reader.read({ accounts });
      outage.end('status');
      onProgress?.(ended);
      return result;
    } catch (error) {
      // A newer version has migrated the tables: waiting does not help.
      if (error instanceof StoreError && error.code === 'version') throw error;
      outage.note(error, 'status');
      return undefined;
    }
  };
  for (let failures = 0; ;) {
    const result = await look();
    if (typeof result === 'object') return result;
    failures = result === undefined ? failures + 1 : 0;
    await pauseFor(clock, failures === 0 ? pollMs : backoffMs(failures), signal);
    if (signal.aborted) throw new AbortedError('Aborted while workers were waited for; they go on');
  }
}

/**
 * Lets the queue ask for all accounts of the workers' accounts files, at the times of a cron expression.
 *
 * @throws Error the expression is invalid
 */
export async function scheduleSync(
  request: Pick<SyncRequest, 'url' | 'accounts' | 'since'> & { readonly cron: string; readonly timeZone: string },
): Promise<void> {
  await withQueue(request.url, async (queue, connection) => {
    await requestAccounts(connection, request.accounts, request.since);
    await queue.schedule(request.cron, request.timeZone);
  });
}

async function withQueue<Result>(
  url: string,
  work: (queue: JobQueue, connection: PostgresConnection) => Promise<Result>,
): Promise<Result> {
  const place = readPostgresUrl(url);
  const session = await WorkSession.open(place);
  try {
    await createAccountStates(session.connection);
    const queue = await JobQueue.open(place);
    try {
      return await work(queue, session.connection);
    } finally {
      await queue.close();
    }
  } finally {
    await session.close();
  }
}
