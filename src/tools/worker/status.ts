import { PostgresConnection, readPostgresUrl } from '../postgres/connection.ts';
import { settledFrom } from '../sync/coverage.ts';
import { Queue, type SqlRow } from '../database.ts';
import { dateOf } from './account-state.ts';
import { queueSchema, type Problem, readProblem, requireKnownQueue } from './queue.ts';

/** What becomes of an account at the moment. */
export const accountPhases = ['up to date', 'queued', 'running', 'paused', 'failed', 'unknown'] as const;
export type AccountPhase = (typeof accountPhases)[number];

/** What is known of an account, from the tables alone. */
export interface AccountStatus {
  readonly account: string;
  readonly phase: AccountPhase;
  /** Jobs that wait, for their turn or to be tried again. */
  readonly queued: number;
  /** Jobs that a worker does. */
  readonly running: number;
  /** When the store last had all that the server listed; undefined if it never had. */
  readonly upToDateAt: Date | undefined;
  /** The time since then, in seconds; undefined if it never had. */
  readonly lagSeconds: number | undefined;
  /** Until when everything is settled; undefined if nothing is. */
  readonly settledUntil: Date | undefined;
  readonly pausedUntil: Date | undefined;
  /** Why the account is not up to date, or why a job is to be tried again. */
  readonly problem: Problem | undefined;
  /** When the account was given up, until somebody or the schedule asks for it. */
  readonly givenUpAt: Date | undefined;
}

/** Reads the state of accounts again and again. */
export interface StatusReader {
  /** @throws StoreError the database cannot be used; `version`: a newer version made its queue */
  read(options?: StatusOptions): Promise<readonly AccountStatus[]>;
  /**
   * Counts the accounts that have been up to date since an instant, or were given up since then.
   *
   * @throws StoreError as for `read`
   */
  countEnded(accounts: readonly string[], since: Date): Promise<number>;
  close(): Promise<void>;
}

/** What to read of which accounts. */
export interface StatusOptions {
  /** The ids of the accounts to read. Default: all that workers have been asked for. */
  readonly accounts?: readonly string[] | undefined;
  /** Leaves out `settledUntil`, which is most of the work. Default: false. */
  readonly isBrief?: boolean | undefined;
}

/** Returns a reader whose connection is opened when it is needed, and again after it was lost. */
export function openStatusReader(url: string): StatusReader {
  const place = readPostgresUrl(url);
  const turns = new Queue();
  let connection: PostgresConnection | undefined;
  async function close(): Promise<void> {
    await connection?.close();
    connection = undefined;
  }
  const ask = <Result>(question: (connection: PostgresConnection) => Promise<Result>): Promise<Result> =>
    turns.run(async () => {
      try {
        connection ??= await PostgresConnection.open(place);
        return await question(connection);
      } catch (error) {
        await close();
        throw error;
      }
    });
  return {
    read: (options) => ask((opened) => readStatus(opened, options)),
    countEnded: (accounts, since) => ask((opened) => countEnded(opened, accounts, since)),
    close: () => turns.run(close),
  };
}

async function countEnded(connection: PostgresConnection, accounts: readonly string[], since: Date): Promise<number> {
  await requireKnownQueue(connection);
  const query = `select count(*) as ended from vbc_worker_accounts
    where account_id = any($1) and greatest(up_to_date_at, given_up_at) >= $2`;
  const [row] = (await connection.query(query, [accounts, since.toISOString()])) ?? [];
  return Number(row?.ended);
}

/** Reads what is known of accounts. Of those that are named, some may never have been asked for. */
export async function readStatus(
  connection: PostgresConnection,
  { accounts, isBrief = false }: StatusOptions = {},
): Promise<readonly AccountStatus[]> {
  const [row] = await connection.rows(`select to_regclass('vbc_worker_accounts') is not null
    and to_regclass('${queueSchema}.job') is not null and to_regclass('sync_windows') is not null as exists`);
  if (row?.exists !== true) return [];
  await requireKnownQueue(connection);
  const values = [accounts ?? null];
  const states = (await connection.query(accounts === undefined ? allQuery : namedQuery, values)) ?? [];
  const windows = groupByAccount(isBrief ? [] : ((await connection.query(windowsQuery, values)) ?? []));
  const jobs = new Map(((await connection.query(jobsQuery, values)) ?? []).map((job) => [String(job.account), job]));
  return states.map((state) => {
    const account = String(state.account_id);
    return statusOf(state, jobs.get(account), windows.get(account) ?? []);
  });
}

const allQuery = `select *, clock_timestamp() as now from vbc_worker_accounts
  where $1::text[] is null order by account_id`;

const namedQuery = `select *, clock_timestamp() as now from unnest($1::text[]) as named(account_id)
  left join vbc_worker_accounts using (account_id) order by account_id`;

const windowsQuery = `select account_id, window_from, window_to, settled from sync_windows
  where $1::text[] is null or account_id = any($1) order by account_id, window_from`;

const jobsQuery = `select data ->> 'account' as account, count(*) filter (where state < 'active') as queued,
    count(*) filter (where state = 'active') as running,
    (array_agg(output order by created_on desc) filter (where state = 'retry' and output is not null))[1] as output
  from ${queueSchema}.job
  where state < 'completed' and name in ('compare', 'read') and ($1::text[] is null or data ->> 'account' = any($1))
  group by 1`;

function groupByAccount(rows: readonly SqlRow[]): ReadonlyMap<string, readonly SqlRow[]> {
  const groups = new Map<string, SqlRow[]>();
  for (const row of rows) {
    const group = groups.get(String(row.account_id));
    if (group === undefined) groups.set(String(row.account_id), [row]);
    else group.push(row);
  }
  return groups;
}

function statusOf(state: SqlRow, job: SqlRow | undefined, windows: readonly SqlRow[]): AccountStatus {
  const [queued, running] = [Number(job?.queued ?? 0), Number(job?.running ?? 0)];
  const now = dateOf(state, 'now') ?? new Date();
  const upToDateAt = dateOf(state, 'up_to_date_at');
  const pausedUntil = dateOf(state, 'paused_until');
  const status = {
    ...{ account: String(state.account_id), queued, running, upToDateAt },
    lagSeconds: upToDateAt && Math.max(0, (now.getTime() - upToDateAt.getTime()) / 1000),
    settledUntil: settledUntil(windows),
    pausedUntil: pausedUntil !== undefined && pausedUntil > now ? pausedUntil : undefined,
    problem: problemIn(state) ?? readProblem(job?.output),
    givenUpAt: dateOf(state, 'given_up_at'),
  };
  return { ...status, phase: phaseOf(status) };
}

function phaseOf(status: Omit<AccountStatus, 'phase'>): AccountPhase {
  if (status.pausedUntil !== undefined) return 'paused';
  if (status.running > 0) return 'running';
  if (status.queued > 0) return 'queued';
  if (status.problem !== undefined) return 'failed';
  return status.upToDateAt === undefined ? 'unknown' : 'up to date';
}

function settledUntil(windows: readonly SqlRow[]): Date | undefined {
  const coverage = windows.flatMap((row) => {
    const [from, to] = [dateOf(row, 'window_from'), dateOf(row, 'window_to')];
    return from && to ? [{ from, to, settled: row.settled === true }] : [];
  });
  const [first] = coverage;
  return first && settledFrom(coverage, first.from);
}

function problemIn({ problem_code: code, problem, remedy }: SqlRow): Problem | undefined {
  if (typeof code !== 'string') return undefined;
  return { code, message: String(problem), hint: typeof remedy === 'string' ? remedy : undefined };
}
