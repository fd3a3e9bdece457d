import { once } from 'node:events';
import { hostname } from 'node:os';
import type { Client } from 'pg';
import type { from } from 'pg-copy-streams';
import { type SqlConnection, type SqlRow, type SqlValue, StoreError } from '../database.ts';
import { type ErrorContext, postgresError } from './errors.ts';

/** The location of a PostgreSQL database. */
export interface PostgresPlace {
  /** Holds the password: never shown. */
  readonly url: string;
  /** For messages: `postgres://db.example.com/calls`. */
  readonly name: string;
  readonly secrets: readonly string[];
}

/**
 * Reads the URL of a database as `pg` does, to name it without user, password and parameters.
 *
 * @throws StoreError `unavailable`: it is not the URL of a PostgreSQL database
 */
export function readPostgresUrl(url: string): PostgresPlace {
  // In a password, an unencoded `#`, `?` or `/` would make the parser take the rest for another part of the URL, which
  // is then shown.
  const isWhole = /^postgres(?:ql)?:\/\/[^/?#]*(?:\/[^/?#@]*)?(?:\?[^#@]*)?$/.test(url);
  // Sockets of a folder have no host, which is not a URL of the web.
  const parsed = isWhole ? parseUrl(url.replace(/^(postgres(?:ql)?:\/\/)([^/?]*@)?(?=[/?]|$)/, '$1$2localhost')) : null;
  if (parsed === null) {
    throw new StoreError('unavailable', 'The URL of the database is invalid', {
      hint: 'Write postgres://USER:PASSWORD@HOST:PORT/DATABASE, with special characters percent-encoded: # is %23, / is %2F.',
    });
  }
  const { searchParams: query, username, password } = parsed;
  const written = [username, password, query.get('user'), query.get('password')];
  const secrets = written.flatMap((secret) => (secret ? [secret, decode(secret)] : []));
  const host = query.get('host') ?? decode(parsed.hostname);
  const port = query.get('port') ?? parsed.port;
  const at = port === '' || port === '5432' ? host : `${host}:${port}`;
  return { url, name: `postgres://${at}${decode(parsed.pathname)}`, secrets };
}

function parseUrl(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A session of PostgreSQL. Its errors are `StoreError`s without secrets. */
export class PostgresConnection implements SqlConnection {
  readonly #client: Client;
  readonly #copyFrom: typeof from;
  readonly #context: ErrorContext;
  /** The error that ended the session while it was idle. */
  #end: unknown;

  /**
   * @throws StoreError `package`: `pg` or `pg-copy-streams` is not installed; `refused`; `unavailable`
   */
  static async open(place: PostgresPlace): Promise<PostgresConnection> {
    const driver = await loadDriver();
    const connection = new PostgresConnection(place, createClient(driver, place), driver.from);
    try {
      await connection.#client.connect();
      await connection.#client.query(sessionSettings);
      return connection;
    } catch (error) {
      await connection.close();
      throw postgresError(error, { ...place, isConnected: false });
    }
  }

  private constructor(place: PostgresPlace, client: Client, copyFrom: typeof from) {
    this.#client = client;
    this.#copyFrom = copyFrom;
    this.#context = { ...place, isConnected: true };
    // Without a listener, a connection that breaks while it is idle would end the process.
    client.on('error', (error) => (this.#end ??= error));
  }

  /** For messages. */
  get name(): string {
    return this.#context.name;
  }

  async run(sql: string, values: readonly SqlValue[] = []): Promise<number> {
    const { rowCount } = await this.#ask(() => this.#client.query(sql, [...values]));
    return rowCount ?? 0;
  }

  async rows(sql: string, values: readonly SqlValue[] = []): Promise<readonly SqlRow[]> {
    return (await this.#ask(() => this.#client.query<SqlRow>(sql, [...values]))).rows;
  }

  /** Runs what a package asks for: values of any type, or several statements without values. */
  async query(sql: string, values: readonly unknown[] = []): Promise<readonly SqlRow[] | undefined> {
    const result: { readonly rows?: readonly SqlRow[] } = await this.#ask(() =>
      this.#client.query<SqlRow>(sql, [...values]),
    );
    return result.rows;
  }

  /** Loads rows in the text format of `COPY … FROM STDIN`. */
  async copy(sql: string, rows: string): Promise<void> {
    await this.#ask(async () => {
      const stream = this.#client.query(this.#copyFrom(sql));
      // The stream may fail once more when the connection ends after an error.
      stream.on('error', () => undefined);
      stream.end(rows);
      await once(stream, 'finish');
    });
  }

  /** Ends the session. Does nothing if the connection was already lost. */
  async close(): Promise<void> {
    await this.#client.end().catch(() => undefined);
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      throw postgresError(this.#end ?? error, this.#context);
    }
  }
}

/**
 * Settings of a role or a server must not change how values are read or written, or end a session that is waiting for
 * the API. A session whose process was killed releases its lock even in the middle of a statement, except on servers
 * that run on Windows.
 */
const sessionSettings = `set datestyle to 'ISO'; set timezone to 'UTC'; set client_min_messages to warning;
  set default_transaction_isolation to 'read committed';
  select set_config(name, '0', false) from pg_settings where name = 'idle_session_timeout';
  select set_config(name, '1s', false) from pg_settings
    where name = 'client_connection_check_interval' and version() !~* 'visual|msvc|mingw'`;

const connectTimeoutMs = 15_000;
/** The time after which an idle connection is checked, so that a server that is gone is noticed. */
const keepAliveMs = 30_000;

function createClient(driver: Driver, { url, name }: PostgresPlace): Client {
  try {
    return new driver.Client({
      connectionString: url,
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: keepAliveMs,
      // Shown to another process that finds the account locked.
      fallback_application_name: `vbc-reports on ${hostname().slice(0, 30)}, process ${process.pid}`,
    });
  } catch {
    // The driver's message may repeat the URL.
    throw new StoreError('unavailable', `The URL of ${name} has invalid parameters`, {
      hint: 'The files that `sslrootcert`, `sslcert` and `sslkey` name have to be readable.',
    });
  }
}

interface Driver {
  readonly Client: typeof Client;
  readonly from: typeof from;
}

/** The packages are optional: only those who use PostgreSQL install them. */
async function loadDriver(): Promise<Driver> {
  try {
    // Older versions are in CommonJS, whose exports have no names for `import()`.
    const [{ default: pg }, { default: streams }] = await Promise.all([import('pg'), import('pg-copy-streams')]);
    return { Client: pg.Client, from: streams.from };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') {
      throw new StoreError('package', 'PostgreSQL needs the packages pg and pg-copy-streams, which are not installed', {
        hint: 'Install them: npm install pg pg-copy-streams',
      });
    }
    throw error;
  }
}
