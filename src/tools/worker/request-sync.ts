import { AbortedError } from '../../index.ts';
import { type PostgresConnection, readPostgresUrl } from '../postgres/connection.ts';
import { WorkSession } from '../sync/postgres/work-session.ts';
import { createAccountStates, requestAccounts } from './account-state.ts';
import type { StoreError } from '../database.ts';
import { Outage, pauseFor } from './outage.ts';
import { JobQueue } from './queue.ts';
import { type AccountStatus, openStatusReader } from './status.ts';

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
}

/**
 * Asks the workers to bring accounts up to date, and waits until each is, or was given up. Where the database goes away
 * meanwhile, it waits for it too.
 *
 * @throws StoreError the database cannot be used when the accounts are asked for
 * @throws AbortedError the signal was aborted; the workers go on
 */
export async function requestSync(request: SyncRequest): Promise<readonly AccountStatus[]> {
  const { accounts, signal, pollMs = 1_000, onProgress, onOutage } = request;
  const requestedAt = await withQueue(request.url, async (queue, connection) => {
    const at = await requestAccounts(connection, accounts, request.since);
    await queue.addCompares(accounts);
    return at;
  });
  const reader = openStatusReader(request.url, accounts);
  const outage = new Outage({ on: { outage: onOutage } });
  const look = async (): Promise<readonly AccountStatus[] | undefined> => {
    const statuses = await reader.read();
    outage.end();
    onProgress?.(statuses);
    return statuses.every((status) => hasEnded(status, requestedAt)) ? statuses : undefined;
  };
  const tryToLook = (): ReturnType<typeof look> =>
    look().catch((error: unknown) => {
      outage.note(error);
      return undefined;
    });
  try {
    return await repeat(tryToLook, pollMs, signal);
  } finally {
    await reader.close();
  }
}

/** Looks again and again until there is a result. */
async function repeat<Result>(
  look: () => Promise<Result | undefined>,
  pollMs: number,
  signal: AbortSignal,
): Promise<Result> {
  for (;;) {
    const result = await look();
    if (result !== undefined) return result;
    await pauseFor(pollMs, signal);
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
