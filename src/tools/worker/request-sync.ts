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
  /** Called with all accounts after each look. */
  readonly onProgress?: ((accounts: readonly AccountStatus[]) => void) | undefined;
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
  const requestedAt = await withQueue(request.url, async (queue, connection) => {
    const at = await requestAccounts(connection, request.accounts, request.since);
    await queue.addCompares(request.accounts);
    return at;
  });
  const reader = openStatusReader(request.url);
  try {
    return await waitUntilEnded(request, requestedAt, reader);
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
  const look = async (): Promise<readonly AccountStatus[] | undefined> => {
    try {
      const statuses = await reader.read({ accounts });
      outage.end('status');
      return statuses;
    } catch (error) {
      // A newer version has migrated the tables: waiting does not help.
      if (error instanceof StoreError && error.code === 'version') throw error;
      outage.note(error, 'status');
      return undefined;
    }
  };
  for (let failures = 0; ;) {
    const statuses = await look();
    if (statuses !== undefined) onProgress?.(statuses);
    if (statuses?.every((status) => hasEnded(status, requestedAt)) === true) return statuses;
    failures = statuses === undefined ? failures + 1 : 0;
    await pauseFor(clock, failures === 0 ? pollMs : backoffMs(failures), signal);
    if (signal.aborted) throw new AbortedError('Aborted while workers were waited for; they go on');
  }
}

/** Returns whether the account is up to date since an instant, or was given up since then. */
export function hasEnded({ upToDateAt, givenUpAt }: AccountStatus, since: Date): boolean {
  return [upToDateAt, givenUpAt].some((at) => at !== undefined && at >= since);
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
