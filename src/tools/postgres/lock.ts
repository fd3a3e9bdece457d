import { createHash } from 'node:crypto';
import type { PostgresConnection } from './connection.ts';

/** The time to wait for others to create or migrate the tables, or to stop reading them. */
const tablesPatience = '60s';

/** Runs work that only one process at a time may do: creating or migrating the tables of a schema. */
export async function withTablesLocked<T>(
  connection: PostgresConnection,
  schema: string,
  work: () => Promise<T>,
): Promise<T> {
  const key = keyOf(schema, 'tables');
  await waitForLock(connection, key, tablesPatience);
  const result = await work();
  // After an error the session is closed, and its locks end with it.
  await connection.run('select pg_advisory_unlock($1)', [key]);
  await connection.run('set lock_timeout to default');
  return result;
}

/**
 * Takes an advisory lock, which belongs to the session.
 *
 * @throws StoreError `locked`: another session holds it for longer than `patience`, such as `2s`
 */
export async function waitForLock(connection: PostgresConnection, key: string, patience: string): Promise<void> {
  await connection.run(`set lock_timeout to '${patience}'`);
  await connection.run('select pg_advisory_lock($1)', [key]);
}

/** Advisory locks are identified by a 64-bit number, and other programs use them too. */
export function keyOf(schema: string, subject: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify(['vbc-reports', schema, subject]))
    .digest();
  return String(digest.readBigInt64BE());
}
