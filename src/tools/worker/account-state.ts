import type { PostgresConnection } from '../postgres/connection.ts';
import { ensureTable, type OwnTable } from '../postgres/own-table.ts';
import type { SqlRow } from '../database.ts';
import type { Problem } from './queue.ts';

/** What workers know together about an account: a row of the table `vbc_worker_accounts`. */
export interface AccountState {
  /** The start of the first call to keep; undefined for all that are listed. */
  readonly since: Date | undefined;
  /** Jobs to read windows that are queued or running. */
  readonly reads: number;
  /** When the account was last compared, by the database's clock. */
  readonly comparedAt: Date | undefined;
  /** When settled history was last compared too. */
  readonly comparedInFullAt: Date | undefined;
  /** When the store last had all that the server listed. */
  readonly upToDateAt: Date | undefined;
  /** Until when nothing is asked for the account; undefined if it is not paused. */
  readonly pausedUntil: Date | undefined;
  /** Counts what was written: two comparisons at once would otherwise overwrite what reads have found in between. */
  readonly generation: number;
  /** The time of the database. */
  readonly now: Date;
}

const table: OwnTable = {
  name: 'vbc_worker_accounts',
  columns: `account_id text primary key, since timestamptz, reads int not null default 0,
    compare_again boolean not null default false, differs boolean not null default false, round int not null default 0,
    generation bigint not null default 0, compared_at timestamptz, up_to_date_at timestamptz, paused_until timestamptz,
    problem_code text, problem text, remedy text, problem_at timestamptz, given_up_at timestamptz`,
};

/** A column that the table has gained since it was first made. */
const newColumn = 'compared_in_full_at';

/** Creates the table, unless it exists, and adds the column that an earlier version did not know. */
export async function createAccountStates(connection: PostgresConnection): Promise<void> {
  await ensureTable(connection, table);
  const query = `select 1 from pg_attribute where attrelid = to_regclass($1) and attname = $2`;
  if ((await connection.rows(query, [table.name, newColumn])).length > 0) return;
  await connection.run(`alter table ${table.name} add column if not exists ${newColumn} timestamptz`);
}

/** Makes the rows of accounts that are to be compared, and ends their pauses: somebody has asked for them. */
export async function requestAccounts(
  connection: PostgresConnection,
  accounts: readonly string[],
  since: Date | undefined,
): Promise<Date> {
  await connection.query(
    `insert into vbc_worker_accounts (account_id, since) select unnest($1::text[]), $2::timestamptz
      on conflict (account_id) do update
        set since = coalesce($2, vbc_worker_accounts.since), paused_until = null, given_up_at = null`,
    [accounts, since?.toISOString() ?? null],
  );
  const [row] = await connection.rows('select clock_timestamp() as now');
  return dateOf(row, 'now') ?? new Date();
}

/** Reads the row of an account, which is made if there is none. Locks it for the transaction of the caller if asked to. */
export async function readState(
  connection: PostgresConnection,
  account: string,
  { locks = false } = {},
): Promise<AccountState> {
  const query = `select since, reads, compared_at, compared_in_full_at, up_to_date_at, paused_until, generation, clock_timestamp() as now
    from vbc_worker_accounts where account_id = $1 ${locks ? 'for update' : ''}`;
  const [row] = await connection.rows(query, [account]);
  if (row === undefined) {
    await connection.run('insert into vbc_worker_accounts (account_id) values ($1) on conflict do nothing', [account]);
    return await readState(connection, account, { locks });
  }
  return {
    since: dateOf(row, 'since'),
    reads: Number(row.reads),
    comparedAt: dateOf(row, 'compared_at'),
    comparedInFullAt: dateOf(row, 'compared_in_full_at'),
    upToDateAt: dateOf(row, 'up_to_date_at'),
    pausedUntil: dateOf(row, 'paused_until'),
    generation: Number(row.generation),
    now: dateOf(row, 'now') ?? new Date(),
  };
}

/**
 * Returns a clock that runs as the database's does: by the clock of this process, corrected by the difference.
 *
 * @param own returns the time of this process in milliseconds since 1970
 */
export async function readClock(connection: PostgresConnection, own: () => number): Promise<() => number> {
  const before = own();
  const [row] = await connection.rows('select clock_timestamp() as now');
  const between = (before + own()) / 2;
  const difference = (dateOf(row, 'now')?.getTime() ?? between) - between;
  return () => own() + difference;
}

/** A comparison that has ended. */
export interface ComparisonEnd {
  readonly comparedAt: Date;
  /** Whether settled history was compared too. */
  readonly inFull: boolean;
  /** The jobs that it has added. */
  readonly reads: number;
  /** Whether more windows differ than there are jobs. */
  readonly hasMore: boolean;
  readonly round: number;
}

/**
 * Writes the end of a comparison, and locks the row until the end of the transaction. Where nothing differs, the account
 * is up to date. Returns false, and writes nothing, if another comparison has ended since `generation`, or the reads that
 * it led to.
 */
export async function endComparison(
  connection: PostgresConnection,
  account: string,
  generation: number,
  { comparedAt, inFull, reads, hasMore, round }: ComparisonEnd,
): Promise<boolean> {
  const upToDate = reads === 0 ? `, up_to_date_at = $6, ${noTrouble}` : '';
  const written = await connection.run(
    `update vbc_worker_accounts set reads = $3, compare_again = $4, round = $5, differs = false, compared_at = $6,
      compared_in_full_at = case when $7 then $6 else compared_in_full_at end,
      paused_until = null, generation = generation + 1${upToDate} where account_id = $1 and generation = $2`,
    [account, generation, reads, hasMore, round, comparedAt.toISOString(), inFull],
  );
  return written === 1;
}

/** Asks for a comparison once the jobs that are under way have been done. */
export async function compareAgainLater(connection: PostgresConnection, account: string): Promise<void> {
  await connection.run('update vbc_worker_accounts set compare_again = true where account_id = $1', [account]);
}

/** A job to read a window that has ended, and what it leaves to do. */
export interface ReadEnd {
  /** Whether the account has to be compared again: a part of the window was left. */
  readonly compareAgain: boolean;
  /** Whether the server counted other calls than it listed. */
  readonly differs: boolean;
}

/** What follows the last of an account's reads: a comparison, in which round; nothing; or nothing although it differs. */
export type Next = { readonly compare: number } | 'up to date' | 'differs' | 'waiting';

/** The comparisons in a row that find what the server counts and does not list. More would not change it. */
const mostRounds = 3;

/** Writes the end of a read. The row is locked from then on, so that one read is the last. */
export async function endRead(
  connection: PostgresConnection,
  account: string,
  { compareAgain, differs }: ReadEnd,
): Promise<Next> {
  const [row] = await connection.rows(
    `update vbc_worker_accounts set reads = greatest(0, reads - 1), generation = generation + 1,
      compare_again = compare_again or $2, differs = differs or $3 where account_id = $1
      returning reads, compare_again, differs, round`,
    [account, compareAgain, differs],
  );
  if (Number(row?.reads) > 0) return 'waiting';
  if (row?.compare_again === true) return { compare: 0 };
  if (row?.differs !== true) {
    await markUpToDate(connection, account);
    return 'up to date';
  }
  return Number(row.round) + 1 < mostRounds ? { compare: Number(row.round) + 1 } : 'differs';
}

async function markUpToDate(connection: PostgresConnection, account: string): Promise<void> {
  await connection.run(
    `update vbc_worker_accounts set up_to_date_at = compared_at, ${noTrouble} where account_id = $1`,
    [account],
  );
}

const noTrouble = 'problem_code = null, problem = null, remedy = null, problem_at = null, given_up_at = null';

/** Why an account is not up to date, and what becomes of it. */
export interface Trouble extends Problem {
  /** Nothing is asked for the account for so many seconds. Default: it is not paused. */
  readonly pauseSeconds?: number | undefined;
  /** Whether no job of it is tried again by itself. */
  readonly isGivenUp: boolean;
}

export async function recordTrouble(
  connection: PostgresConnection,
  account: string,
  { code, message, hint, pauseSeconds, isGivenUp }: Trouble,
): Promise<void> {
  await connection.run(
    `update vbc_worker_accounts set problem_code = $2, problem = $3, remedy = $4, problem_at = clock_timestamp(),
      paused_until = clock_timestamp() + $5 * interval '1 second',
      given_up_at = case when $6 then clock_timestamp() else given_up_at end where account_id = $1`,
    [account, code, message, hint ?? null, pauseSeconds ?? null, isGivenUp],
  );
}

/** Corrects the number of reads after somebody has removed jobs from the queue by hand. */
export async function setReads(connection: PostgresConnection, account: string, reads: number): Promise<void> {
  await connection.run('update vbc_worker_accounts set reads = $2 where account_id = $1', [account, reads]);
}

/** The value of a column that is an instant or null. */
export function dateOf(row: SqlRow | undefined, name: string): Date | undefined {
  const value = row?.[name];
  return value instanceof Date ? value : undefined;
}
