import type { Clock } from '../../core/http/index.ts';
import { PostgresConnection, type PostgresPlace } from './connection.ts';
import { withTablesLocked } from './lock.ts';

/** A separate table of this library, which may live beside the tables of a store. */
export interface OwnTable {
  readonly name: string;
  /** The definition of its columns, as SQL. */
  readonly columns: string;
}

/** The time that a statement without waits may take, in milliseconds. */
const responseMs = 15_000;

/** A session for short statements. Several callers share it, and the driver runs one statement at a time. */
export class TableSession {
  readonly connection: PostgresConnection;
  readonly #clock: Clock;
  #turn: Promise<unknown> = Promise.resolve();

  /**
   * Opens a session in the database of a table, and creates the table if it does not exist. A user that may not create
   * tables can use one that exists.
   *
   * @throws StoreError as for `PostgresConnection.open`
   */
  static async open(place: PostgresPlace, table: OwnTable, clock: Clock): Promise<TableSession> {
    const connection = await PostgresConnection.open(place);
    try {
      await ensureTable(connection, table);
      return new TableSession(connection, clock);
    } catch (error) {
      void connection.close();
      throw error;
    }
  }

  private constructor(connection: PostgresConnection, clock: Clock) {
    this.connection = connection;
    this.#clock = clock;
  }

  /**
   * Runs statements that a healthy server answers at once. If it does not, the session ends and they fail: a server
   * that has vanished from the network would leave them waiting for a quarter of an hour.
   */
  async ask<Result>(question: (connection: PostgresConnection) => Promise<Result>): Promise<Result> {
    const answer = this.#turn.then(() => this.#askNow(question));
    this.#turn = answer.catch(() => undefined);
    return await answer;
  }

  /** Does not wait for the server, which may have vanished. */
  close(): void {
    void this.connection.close();
  }

  async #askNow<Result>(question: (connection: PostgresConnection) => Promise<Result>): Promise<Result> {
    const cancel = this.#clock.after(responseMs, () => {
      this.close();
    });
    try {
      return await question(this.connection);
    } finally {
      cancel();
    }
  }
}

/** Creates a table, unless it exists. */
export async function ensureTable(connection: PostgresConnection, { name, columns }: OwnTable): Promise<void> {
  const query = 'select to_regclass($1) is not null as exists, current_schema() as schema';
  const [row] = await connection.rows(query, [name]);
  if (row?.exists === true) return;
  const create = (): Promise<number> => connection.run(`create table if not exists ${name} (${columns})`);
  await withTablesLocked(connection, String(row?.schema), create);
}
