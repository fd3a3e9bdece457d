export type SqlValue = string | number | boolean | null;

/** Times are `Date`s; whole numbers may be `number`, `bigint`, or strings of digits. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** A connection to a database, with parameters as `$1`. Its session's time zone is UTC. */
export interface SqlConnection {
  /** Runs a statement. Returns the number of rows that it inserted, updated or deleted. */
  run(sql: string, values?: readonly SqlValue[]): Promise<number>;
  /** Runs a query. */
  rows(sql: string, values?: readonly SqlValue[]): Promise<readonly SqlRow[]>;
}

/**
 * The store cannot be used: `locked` (another process writes to it), `unavailable` (it cannot be opened or reached),
 * `refused` (wrong password, no permission), `foreign` (a table of that name belongs to another program), `version` (a
 * newer version made it), `package` (its driver is not installed), `failed` (it stopped working in the middle, for
 * example because the disk was full).
 */
export class StoreError extends Error {
  /** The kind of trouble; see above. */
  readonly code: 'locked' | 'unavailable' | 'refused' | 'foreign' | 'version' | 'package' | 'failed';
  /** A sentence that says what to do; undefined if there is no advice. */
  readonly hint: string | undefined;

  constructor(code: StoreError['code'], message: string, details: { hint?: string; cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'StoreError';
    this.code = code;
    this.hint = details.hint;
  }
}

/** Runs work in a transaction: after a crash or an error, the store has all of it or nothing. */
export async function inTransaction<T>(connection: SqlConnection, work: () => Promise<T>): Promise<T> {
  await connection.run('begin');
  try {
    const result = await work();
    await connection.run('commit');
    return result;
  } catch (error) {
    // The error that ended the transaction matters more than one about its end.
    await connection.run('rollback').catch(() => 0);
    throw error;
  }
}

/** Runs pieces of work one after another: a connection does one thing at a time, and transactions do not mix. */
export class Queue {
  #last: Promise<unknown> = Promise.resolve();

  async run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return await result;
  }
}
