import { AccountTables } from '../sql/account-tables.ts';
import { inTransaction } from '../sql/connection.ts';
import { openTables } from '../sql/tables.ts';
import { type AccountStore, type Store, type StoreAccount, StoreError } from '../store.ts';
import { PostgresConnection, type PostgresPlace } from '../../postgres/connection.ts';
import { withTablesLocked } from '../../postgres/lock.ts';
import { layoutQuery, shareAccount, unshareAccount } from './lock.ts';
import type { Alongside, StageOptions } from './stage.ts';
import { dialect, PostgresAccountStore, schemaOf } from './store.ts';

/**
 * A session of a worker, which opens one account after another. Workers share the lock of an account: they exclude
 * `sync`, and not each other. What is written in the session's transactions is written together with what `alongside`
 * writes on `connection`.
 */
export class WorkSession implements Store {
  readonly connection: PostgresConnection;
  readonly #schema: string;
  readonly #layout: string;
  readonly #columns: StageOptions['columns'];
  readonly #known = new Map<string, string>();

  /**
   * Opens a session, and creates or migrates the tables of the store; one process does that at a time.
   *
   * @throws StoreError as for a store of PostgreSQL
   */
  static async open(place: PostgresPlace): Promise<WorkSession> {
    const connection = await PostgresConnection.open(place);
    try {
      const schema = await schemaOf(connection);
      const columns = await withTablesLocked(connection, schema, () =>
        openTables({ name: place.name, connection, dialect }),
      );
      await connection.run(sessionSettings);
      return new WorkSession(connection, schema, columns, await layoutOf(connection));
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  private constructor(
    connection: PostgresConnection,
    schema: string,
    columns: StageOptions['columns'],
    layout: string,
  ) {
    this.connection = connection;
    this.#schema = schema;
    this.#columns = columns;
    this.#layout = layout;
  }

  /** For messages. */
  get name(): string {
    return this.connection.name;
  }

  /**
   * Opens an account. Release it before the next.
   *
   * @param alongside runs in each transaction, before its end; what it throws undoes the transaction
   * @throws StoreError `locked`: a `sync` writes to the account; `version`: another version has migrated the tables since
   *   the session was opened; transactions then fail with it too
   */
  async open(account: StoreAccount, alongside?: Alongside): Promise<AccountStore> {
    const { connection } = this;
    const locked = { schema: this.#schema, id: account.id };
    const layout = await shareAccount(connection, locked);
    try {
      this.#requireLayout(layout);
      const tables = new AccountTables({ connection, dialect, columns: this.#columns, account });
      if (this.#known.get(account.id) !== account.timeZone) {
        await inTransaction(connection, async () => {
          await tables.register();
          await this.requireKnownLayout();
        });
        this.#known.set(account.id, account.timeZone);
      }
      const all: Alongside = async (replacement) => {
        await alongside?.(replacement);
        // Last: a migration that has not ended by now waits for the rows that the transaction has written.
        await this.requireKnownLayout();
      };
      const options = { connection, dialect, columns: this.#columns, tables, alongside: all };
      return new PostgresAccountStore(options, () => unshareAccount(connection, locked));
    } catch (error) {
      await unshareAccount(connection, locked).catch(() => undefined);
      throw error;
    }
  }

  /**
   * Requires that the tables are as they were when the session was opened.
   *
   * @throws StoreError `version`: another version has migrated them
   */
  async requireKnownLayout(): Promise<void> {
    this.#requireLayout(await layoutOf(this.connection));
  }

  /** The tables must not be written by a version that does not know them. */
  #requireLayout(layout: string): void {
    if (layout === this.#layout) return;
    throw new StoreError('version', `The tables of ${this.name} were migrated by another version of vbc-reports`);
  }

  /** Ends the session, and with it the locks that it holds. */
  async close(): Promise<void> {
    await this.connection.close();
  }
}

/**
 * A process that was suspended in the middle of a transaction must not hold its locks for ever, and nobody waits for long
 * for the lock of a row.
 */
const sessionSettings = `set idle_in_transaction_session_timeout to '60s'; set lock_timeout to '20s'`;

async function layoutOf(connection: PostgresConnection): Promise<string> {
  const [row] = await connection.rows(layoutQuery);
  return String(row?.value);
}
