import { StoreError } from '../../database.ts';
import type { PostgresConnection } from '../../postgres/connection.ts';
import { keyOf, waitForLock } from '../../postgres/lock.ts';

/** An account in the tables of a schema. Tables of other schemas in the same database have nothing to do with it. */
export interface LockedAccount {
  readonly schema: string;
  readonly id: string;
}

/**
 * The time to wait for the lock of an account: the server takes a moment to notice that the process that held it was
 * killed.
 */
const accountPatience = '2s';

/**
 * Takes the lock of an account. The lock belongs to the session, and is released when the session ends, if not before.
 *
 * @throws StoreError `locked`: another process writes to the account; the message says which
 */
export async function lockAccount(connection: PostgresConnection, account: LockedAccount): Promise<void> {
  try {
    await waitForLock(connection, accountKey(account), accountPatience);
  } catch (error) {
    throw error instanceof StoreError && error.code === 'locked' ? await lockedBy(connection, account) : error;
  }
}

/** Releases the lock of an account. */
export async function unlockAccount(connection: PostgresConnection, account: LockedAccount): Promise<void> {
  await connection.run('select pg_advisory_unlock($1)', [accountKey(account)]);
}

/**
 * Takes the lock of an account together with other workers, which excludes those who want it alone. Returns the layout of
 * the tables, which saves a round trip.
 *
 * @throws StoreError `locked`: a process that writes to the account alone holds it
 */
export async function shareAccount(connection: PostgresConnection, account: LockedAccount): Promise<string> {
  const query = `select pg_try_advisory_lock_shared($1) as shared, (${layoutQuery}) as layout`;
  const [row] = await connection.rows(query, [accountKey(account)]);
  if (row?.shared !== true) throw await lockedBy(connection, account);
  return String(row.layout);
}

/** The layout of the tables. */
export const layoutQuery = `select value from sync_meta where key = 'layout'`;

/** Gives a shared lock back. */
export async function unshareAccount(connection: PostgresConnection, account: LockedAccount): Promise<void> {
  await connection.run('select pg_advisory_unlock_shared($1)', [accountKey(account)]);
}

function accountKey({ schema, id }: LockedAccount): string {
  return keyOf(schema, `account ${id}`);
}

/** Describes the process that holds the lock of an account, with the details that the server lets this user see. */
async function lockedBy(connection: PostgresConnection, account: LockedAccount): Promise<StoreError> {
  const [holder] = await connection.rows(
    `select pid, application_name as program, host(client_addr) as address, backend_start as since
      from pg_locks join pg_stat_activity using (pid)
      where locktype = 'advisory' and granted and objsubid = 1
        and pg_locks.database = (select oid from pg_database where datname = current_database())
        and (classid::bigint << 32) | objid::bigint = $1`,
    [accountKey(account)],
  );
  const { pid, program, address, since } = holder ?? {};
  const details = [
    ...(typeof program === 'string' && program !== '' ? [program] : []),
    ...(typeof address === 'string' ? [`from ${address}`] : []),
    ...(since instanceof Date ? [`since ${since.toISOString()}`] : []),
  ].join(', ');
  const who = details === '' ? '' : `: ${details}`;
  return new StoreError('locked', `Another process writes to account ${account.id} in ${connection.name}${who}`, {
    ...(typeof pid === 'number' && {
      hint: `Wait until it has ended. If it hangs, end its session: select pg_terminate_backend(${pid})`,
    }),
  });
}
