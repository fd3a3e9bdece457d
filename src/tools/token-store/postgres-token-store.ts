import type { AuthorizationCode, Credentials, StoredAccess, TokenStore } from '../../core/auth/index.ts';
import { type Clock, isFields, systemClock } from '../../core/http/index.ts';
import { type PostgresConnection, type PostgresPlace, readPostgresUrl } from '../postgres/connection.ts';
import { keyOf } from '../postgres/lock.ts';
import { TableSession } from '../postgres/own-table.ts';
import type { SqlRow } from '../database.ts';
import { staleAfterMs, startHeartbeat } from './lock-file.ts';
import { accessOf, parseJson, unreadable } from './stored-access.ts';
import { createTokenCipher } from './token-cipher.ts';

/** The options of `createPostgresTokenStore`. */
export interface PostgresTokenStoreOptions {
  /** The credentials of the clients that use the store, the same as their `auth`: tokens are encrypted with them. */
  credentials: Credentials | AuthorizationCode;
  /**
   * Whether a login may only be made if its refusal can be recorded; see `TokenStore`. Default: false. Set it for jobs
   * that run unattended.
   */
  required?: boolean | undefined;
  /** The clock, for tests. */
  clock?: Clock | undefined;
}

/**
 * Creates a store that keeps tokens and refused logins in a PostgreSQL database (14 or later), in the table `vbc_tokens`
 * of the current schema: one row for each token URL, client and user. Clients on any number of machines share one login,
 * and stop together when it is refused.
 *
 * Tokens are encrypted with a key derived from the credentials (AES-256-GCM, scrypt), so that a copy of the table is
 * useless without the password. After a change of the password or of the client secret, earlier tokens count as
 * missing; refused logins, which hold no secret, stay readable. A row that was tampered with counts as missing, with a
 * `warning` event.
 *
 * A store serves the clients of one user. It holds a connection only while a login or a renewal is going on, and needs
 * no closing. Keep it as long as the process: the derivation of the key takes about 40 ms, once. A connection pooler
 * must keep one server connection for each session: pgbouncer works in session mode only. The optional packages `pg`
 * and `pg-copy-streams` are needed.
 *
 * @throws StoreError `unavailable`: the URL is invalid
 * @throws ConfigurationError the credentials are incomplete
 */
export function createPostgresTokenStore(url: string, options: PostgresTokenStoreOptions): TokenStore {
  const { credentials, required = false, clock = systemClock } = options;
  const cipher = createTokenCipher(credentials);
  const sessions = new Sessions(readPostgresUrl(url), clock);
  return {
    required,
    async read(key) {
      const [row] = await sessions.ask(key, (connection) => connection.rows(select, [key]));
      return row && (await accessOfRow(row, (encrypted) => cipher.decrypt(key, encrypted)));
    },
    async write(key, access) {
      if (access === undefined) {
        await sessions.ask(key, (connection) => connection.run(remove, [key]));
        return;
      }
      const { tokens, ...logins } = access;
      const encrypted = tokens === undefined ? null : await cipher.encrypt(key, tokens);
      await sessions.ask(key, (connection) => connection.run(upsert, [key, JSON.stringify(logins), encrypted]));
    },
    withLock: (key, work, signal) => sessions.withLock(key, work, signal),
  };
}

/** The type `json` keeps every string as it is; `jsonb` refuses NUL characters. */
const table = {
  name: 'vbc_tokens',
  columns: 'key text primary key, logins json not null, encrypted_tokens text, written_at timestamptz not null',
};

const select = 'select logins, encrypted_tokens from vbc_tokens where key = $1';
const remove = 'delete from vbc_tokens where key = $1';
const upsert = `insert into vbc_tokens (key, logins, encrypted_tokens, written_at) values ($1, $2, $3, now())
  on conflict (key) do update
    set logins = excluded.logins, encrypted_tokens = excluded.encrypted_tokens, written_at = excluded.written_at`;

/**
 * The sessions of a store: one for each key that it has locked, and a short one for each statement about any other key.
 */
class Sessions {
  readonly #place: PostgresPlace;
  readonly #clock: Clock;
  readonly #holders = new Map<string, TableSession>();

  constructor(place: PostgresPlace, clock: Clock) {
    this.#place = place;
    this.#clock = clock;
  }

  /** Uses the session that holds the lock of the key, or a new one. */
  async ask<Result>(key: string, question: (connection: PostgresConnection) => Promise<Result>): Promise<Result> {
    const holder = this.#holders.get(key);
    if (holder !== undefined) {
      try {
        return await holder.ask(question);
      } catch {
        // The session may have died, and the lock with it. The outcome of a login must still be recorded.
      }
    }
    const session = await TableSession.open(this.#place, table, this.#clock);
    try {
      return await session.ask(question);
    } finally {
      session.close();
    }
  }

  async withLock<Result>(key: string, work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    signal?.throwIfAborted();
    const session = await TableSession.open(this.#place, table, this.#clock);
    await lock(session, key, signal);
    const stopHeartbeat = startHeartbeat(this.#clock, () => session.ask((connection) => connection.run('select 1')));
    this.#holders.set(key, session);
    try {
      return await work();
    } finally {
      stopHeartbeat();
      if (this.#holders.get(key) === session) this.#holders.delete(key);
      // The lock ends with it.
      session.close();
    }
  }
}

/**
 * Settings of a role must not end the wait for the lock. While the lock is held, the server ends a session that gives
 * no sign of life: its process may be suspended, or its machine may have disappeared from the network.
 */
const lockSettings = `set statement_timeout to 0; set lock_timeout to 0; set idle_session_timeout to ${staleAfterMs}`;

/**
 * Takes the lock of a key for a session. If that fails, ends the session. Rejects with the signal's reason if that is
 * aborted first.
 */
async function lock(session: TableSession, key: string, signal?: AbortSignal): Promise<void> {
  const giveUp = (): void => {
    session.close();
  };
  signal?.addEventListener('abort', giveUp);
  try {
    signal?.throwIfAborted();
    await session.connection.run(lockSettings);
    // The lock is the same in every schema, so that a second table does not lead to a second login of the same user.
    await session.connection.run('select pg_advisory_lock($1)', [keyOf('tokens', key)]);
    signal?.throwIfAborted();
  } catch (error) {
    giveUp();
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

/** @throws Error the row is damaged */
async function accessOfRow(row: SqlRow, decrypt: (encrypted: string) => Promise<unknown>): Promise<StoredAccess> {
  const { logins, encrypted_tokens: encrypted } = row;
  // A driver with customised type parsers may return JSON as a string.
  const fields = typeof logins === 'string' ? parseJson(logins) : logins;
  const tokens = typeof encrypted === 'string' ? ((await decrypt(encrypted)) ?? undefined) : undefined;
  const access = isFields(fields) ? accessOf({ ...fields, tokens }) : undefined;
  if (access === undefined) throw unreadable('row');
  return access;
}
