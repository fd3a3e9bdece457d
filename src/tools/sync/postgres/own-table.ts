import { type Clock, systemClock } from '../../../core/http/index.ts';
import { PostgresConnection, type PostgresPlace } from './connection.ts';
import { withTablesLocked } from './lock.ts';

/** A table of ours that stands by itself, beside those of a store. */
export interface OwnTable {
  readonly name: string;
  /** The definition of its columns, as SQL. */
  readonly columns: string;
}

/**
 * Opens a connection to the database of a table, and creates the table if it does not exist. A user that may not create
 * tables can use one that exists.
 *
 * @throws StoreError as for `PostgresConnection.open`
 */
export async function openTable(place: PostgresPlace, { name, columns }: OwnTable): Promise<PostgresConnection> {
  const connection = await PostgresConnection.open(place);
  try {
    const [row] = await connection.rows('select to_regclass($1) is not null as exists, current_schema() as schema', [
      name,
    ]);
    if (row?.exists !== true) {
      const create = (): Promise<number> => connection.run(`create table if not exists ${name} (${columns})`);
      await withTablesLocked(connection, String(row?.schema), create);
    }
    return connection;
  } catch (error) {
    void connection.close();
    throw error;
  }
}

/** The time that a statement without waits may take, in milliseconds. */
const responseMs = 15_000;

/**
 * Runs statements that a server answers at once. If it does not, the connection is ended, and they fail: a server that
 * has vanished from the network would leave them waiting for a quarter of an hour.
 */
export async function promptly<Result>(
  connection: PostgresConnection,
  work: (connection: PostgresConnection) => Promise<Result>,
  clock: Clock = systemClock,
): Promise<Result> {
  const cancel = clock.after(responseMs, () => void connection.close());
  try {
    return await work(connection);
  } finally {
    cancel();
  }
}
