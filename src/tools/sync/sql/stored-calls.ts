import { type CallLog, formatApiTime, type TimeWindow } from '../../../index.ts';
import type { Coverage } from '../coverage.ts';
import type { StoreAccount } from '../store.ts';
import type { Column, ValueKind } from './columns.ts';
import { identifier, type SqlConnection, type SqlRow } from './connection.ts';

/** Returns the accounts that were ever opened, by id. */
export async function readAccounts(connection: SqlConnection): Promise<readonly StoreAccount[]> {
  const rows = await connection.rows('select id, time_zone from sync_accounts order by id');
  return rows.map((row) => ({ id: String(row.id), timeZone: String(row.time_zone) }));
}

/** Returns what is known of an account's history, in ascending order. */
export async function readCoverage(connection: SqlConnection, accountId: string): Promise<Coverage> {
  const rows = await connection.rows(
    `select window_from, window_to, agreed_at, settled, was_settled from sync_windows
      where account_id = $1 order by window_from`,
    [accountId],
  );
  return rows.map((row) => ({
    from: dateOf(row, 'window_from'),
    to: dateOf(row, 'window_to'),
    agreedAt: row.agreed_at === null ? undefined : dateOf(row, 'agreed_at'),
    settled: row.settled === true,
    wasSettled: row.was_settled === true,
  }));
}

export interface CallsQuery {
  readonly connection: SqlConnection;
  /** The columns of fields, as `openTables` returned them. */
  readonly columns: readonly Column[];
  readonly accountId: string;
  readonly window: TimeWindow;
  /** Leaves out calls that the server no longer lists. Default: false. */
  readonly onlyListed?: boolean | undefined;
}

/** The number of calls in a page: some megabytes. */
const callsPerPage = 5000;

/**
 * Reads the calls that start in a window, by start, then id. Each page is a query of its own, which begins after the
 * last call of the page before, so that nothing is held in between and a writer is not kept waiting.
 */
export async function* readCalls(query: CallsQuery): AsyncGenerator<readonly CallLog[], void, undefined> {
  const { connection, columns, accountId, window, onlyListed = false } = query;
  // JSON has the same form in both databases if it is read as text.
  const fields = columns.map(({ name, kind }) => (kind === 'json' ? jsonAsText(name) : identifier(name)));
  const sql = `select ${[...fields, jsonAsText('extra'), 'copy'].join(', ')} from calls
    where ${inWindow} ${onlyListed ? 'and unlisted_since is null' : ''}
      and ("start" > ${time(2)} or (id, copy) > ($4, cast($5 as smallint)))
    order by "start", id, copy limit ${callsPerPage}`;
  const toCall = createCallMapper(columns);
  let after: [Date, string, number] = [window.from, '', -1];
  for (;;) {
    const [from, id, copy] = after;
    const rows = await connection.rows(sql, [accountId, from.toISOString(), window.to.toISOString(), id, copy]);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map(toCall);
    if (rows.length < callsPerPage) return;
    after = [dateOf(last, 'start'), String(last.id), Number(last.copy)];
  }
}

function jsonAsText(name: string): string {
  return `cast(${identifier(name)} as text) as ${identifier(name)}`;
}

/**
 * Returns a function that turns rows back into calls, as the API lists them. A column does not distinguish null from
 * absent.
 */
function createCallMapper(columns: readonly Column[]): (row: SqlRow) => CallLog {
  return (row) => {
    const call: Record<string, unknown> = {};
    for (const { name, kind } of columns) {
      if (row[name] !== null && row[name] !== undefined) call[name] = valueOf(row[name], kind);
    }
    // A value that does not fit its column is in `extra`, and the column is null.
    if (typeof row.extra === 'string') Object.assign(call, JSON.parse(row.extra));
    return call as unknown as CallLog;
  };
}

function valueOf(value: unknown, kind: ValueKind): unknown {
  switch (kind) {
    case 'time':
      return value instanceof Date ? formatApiTime(value) : value;
    case 'number':
    case 'whole':
      return Number(value);
    case 'json':
      return JSON.parse(String(value)) as unknown;
    case 'text':
    case 'boolean':
      return value;
  }
}

/** A condition. Its parameters: the account and the bounds of the window. */
export const inWindow = `account_id = $1 and "start" >= ${time(2)} and "start" < ${time(3)}`;

/** A parameter that is an instant in ISO 8601. */
export function time(place: number): string {
  return `cast($${place} as timestamp with time zone)`;
}

/** The value of a column that is an instant. */
export function dateOf(row: SqlRow, name: string): Date {
  const value = row[name];
  if (value instanceof Date) return value;
  throw new TypeError(`the database returned no time as ${name}`);
}
