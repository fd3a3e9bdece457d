import { StoreError } from '../store.ts';
import { type Column, documentColumns, type ValueKind } from './columns.ts';
import { type Dialect, identifier, inTransaction, literal, type SqlConnection } from './connection.ts';
import { createViews } from './views.ts';

/** A database that is being brought to the newest layout. */
export interface Upgrade {
  readonly connection: SqlConnection;
  readonly dialect: Dialect;
  /** The fields that a call can have. */
  readonly columns: readonly Column[];
}

/**
 * A step from one layout of the tables to the next, in a transaction of its own. DuckDB cannot alter a table whose rows
 * the transaction has updated, so a step alters first.
 */
export type Migration = (upgrade: Upgrade) => Promise<void>;

/** The first step creates layout 1, the second turns it into layout 2, and so on. A released step never changes. */
export const migrations: readonly Migration[] = [createTables, keepWhatWasSettled];

/** The layout of another version, for tests. */
export interface LayoutOptions {
  /** Default: those of this version. */
  readonly migrations?: readonly Migration[] | undefined;
  /** The fields that a call can have. Default: those of the API's document. */
  readonly columns?: readonly Column[] | undefined;
}

export interface OpenTablesOptions extends LayoutOptions {
  /** The name of the store, for messages. */
  readonly name: string;
  readonly connection: SqlConnection;
  readonly dialect: Dialect;
  /** Takes the tables as they are. Default: false. */
  readonly isReadOnly?: boolean | undefined;
}

/**
 * Creates the tables, or brings those of an earlier version to the newest layout, step by step. Fields that the API's
 * document has gained become columns. Returns the columns for fields of calls. A column whose type somebody has changed
 * to one that this library does not write is left out, and its values go to `extra`.
 *
 * @throws StoreError `foreign`: another program's table has one of the names; `version`: a newer version made the
 * tables
 */
export async function openTables(options: OpenTablesOptions): Promise<readonly Column[]> {
  const { name, connection, dialect, columns = documentColumns, migrations: steps = migrations } = options;
  const upgrade = { connection, dialect, columns };
  const layout = await checkLayout(name, connection, steps);
  if (options.isReadOnly === true) {
    if (layout > 0) return columnsIn(await tableOf(upgrade));
    throw new StoreError('unavailable', `${name} has no calls yet`, { hint: 'Run sync first.' });
  }
  for (const [place, step] of steps.entries()) {
    if (place >= layout) await migrate(upgrade, step, place + 1);
  }
  return await inTransaction(connection, async () => {
    await gainColumns(upgrade);
    const table = await tableOf(upgrade);
    await updateViews(connection, table, steps.length);
    return columnsIn(table);
  });
}

async function migrate(upgrade: Upgrade, step: Migration, layout: number): Promise<void> {
  await inTransaction(upgrade.connection, async () => {
    await step(upgrade);
    await setMeta(upgrade.connection, 'layout', String(layout));
  });
}

/** Creates the views for people, unless they were made for this layout and these columns. */
async function updateViews(connection: SqlConnection, table: readonly TableColumn[], layout: number): Promise<void> {
  const fields = table.filter(({ isField }) => isField).map(({ name }) => name);
  const madeFor = `layout ${layout}: ${fields.join(' ')}`;
  if ((await metaOf(connection)).get('views') === madeFor) return;
  await createViews(connection, fields);
  await setMeta(connection, 'views', madeFor);
}

/** Returns the layout of the tables; 0 if there are none. */
async function checkLayout(name: string, connection: SqlConnection, { length }: readonly Migration[]): Promise<number> {
  const layout = await layoutOf(name, connection);
  if (layout <= length) return layout;
  throw new StoreError('version', `${name} was made by a newer version of vbc-reports`, {
    hint: `Update vbc-reports: the tables have layout ${layout}, and this version knows ${length}.`,
  });
}

const ourNames = [
  ...['calls', 'sync_windows', 'sync_runs', 'sync_accounts', 'sync_meta'],
  ...['calls_local', 'inbound_calls'],
];

/** A condition that matches only the current schema of the current database. */
const here = 'table_catalog = current_database() and table_schema = current_schema()';

/** Returns the layout of the tables; 0 if there are none. */
async function layoutOf(name: string, connection: SqlConnection): Promise<number> {
  const rows = await connection.rows(`select table_name from information_schema.tables where ${here}`);
  const tables = rows.map((row) => String(row.table_name));
  const taken = tables.find((table) => ourNames.includes(table));
  if (taken === undefined) return 0;
  const meta = await metaOf(connection);
  const layout = Number(meta.get('layout'));
  if (meta.get('made_by') === 'vbc-reports' && Number.isSafeInteger(layout)) return layout;
  throw new StoreError('foreign', `${name} has a table "${taken}" that vbc-reports did not make`, {
    hint: 'Use another database or another schema, or rename the table.',
  });
}

/** The contents of `sync_meta`; empty if the table does not exist or belongs to another program. */
async function metaOf(connection: SqlConnection): Promise<ReadonlyMap<string, string>> {
  const columns = await connection.rows(`select column_name from information_schema.columns where ${here}
    and table_name = 'sync_meta' and column_name in ('key', 'value')`);
  const rows = columns.length < 2 ? [] : await connection.rows('select key, value from sync_meta');
  return new Map(rows.map((row) => [String(row.key), String(row.value)]));
}

async function setMeta(connection: SqlConnection, key: string, value: string): Promise<void> {
  await connection.run('delete from sync_meta where key = $1', [key]);
  await connection.run('insert into sync_meta (key, value) values ($1, $2)', [key, value]);
}

/** Layout 1. */
async function createTables({ connection, dialect, columns }: Upgrade): Promise<void> {
  const { text, time, whole, boolean, json } = dialect.types;
  const fields = columns.map((column) => definition(dialect, column));
  const own = [
    `copy smallint not null default 0`,
    `extra ${json}`,
    `synced_at ${time} not null`,
    `unlisted_since ${time}`,
  ];
  const changes = ['added', 'changed', 'deleted', 'unlisted'].map((name) => `${name} ${whole} not null`);
  const tables = {
    calls: [`account_id ${text} not null`, ...fields, ...own],
    sync_windows: [
      ...[`account_id ${text} not null`, `window_from ${time} not null`, `window_to ${time} not null`],
      ...[`agreed_at ${time} not null`, `settled ${boolean} not null`],
    ],
    sync_runs: [
      ...[`account_id ${text} not null`, `started_at ${time} not null`, `ended_at ${time}`, `mode ${text} not null`],
      ...[`outcome ${text} not null`, `problem ${text}`, `requests ${whole} not null`, ...changes],
      ...[`settled_until ${time}`, `program_version ${text} not null`],
    ],
    sync_accounts: [`id ${text} not null`, `time_zone ${text} not null`],
    sync_meta: [`key ${text} not null`, `value ${text} not null`],
  };
  for (const [name, parts] of Object.entries(tables))
    await connection.run(`create table ${name} (${parts.join(', ')})`);
  for (const statement of dialect.callsKeys) await connection.run(statement);
  for (const [column, comment] of Object.entries(comments)) {
    await connection.run(`comment on column ${column} is ${literal(comment)}`);
  }
  await setMeta(connection, 'made_by', 'vbc-reports');
  await setMeta(connection, 'fields', columns.map(({ name }) => name).join(' '));
}

const comments = {
  'calls.copy': '0, unless the server lists an id twice with one start and different contents',
  'calls.extra': "Fields that the API's document does not know, and values that do not fit their column",
  'calls.synced_at': 'When the row was last written with other contents',
  'calls.unlisted_since': 'When the server was first seen not to list the call; null while it lists it',
  'sync_windows.agreed_at': 'When the store had just the calls that the server listed',
  'sync_windows.settled': 'Whether that was late enough for all calls of the window to have been listed',
} as const;

/**
 * Layout 2: a window that was settled stays known when it is no longer proven, so that its calls are still kept if the
 * server no longer lists them.
 */
async function keepWhatWasSettled({ connection, dialect }: Upgrade): Promise<void> {
  await connection.run('alter table sync_windows alter column agreed_at drop not null');
  await connection.run(`alter table sync_windows add column was_settled ${dialect.types.boolean}`);
  await connection.run('update sync_windows set was_settled = settled');
  const comment = 'Whether the window was ever settled: its calls are kept, even if the server no longer lists them';
  await connection.run(`comment on column sync_windows.was_settled is ${literal(comment)}`);
}

function definition(dialect: Dialect, { name, kind }: Column): string {
  const isRequired = name === 'id' || name === 'start';
  return `${identifier(name)} ${dialect.types[kind]}${isRequired ? ' not null' : ''}`;
}

/**
 * Adds a column for each field that the document has gained. A field whose name is taken, by a column that somebody has
 * added to the table, stays in `extra`.
 */
async function gainColumns(upgrade: Upgrade): Promise<void> {
  const { connection, dialect, columns } = upgrade;
  const table = await tableOf(upgrade);
  const taken = new Set(table.map(({ name }) => name.toLowerCase()));
  const gained = columns.filter(({ name }) => !taken.has(name.toLowerCase()));
  if (gained.length === 0) return;
  for (const column of gained) await connection.run(`alter table calls add column ${definition(dialect, column)}`);
  for (const column of gained) await connection.run(takeFromExtra(dialect, column));
  const fields = [...table.filter(({ isField }) => isField), ...gained].map(({ name }) => name);
  await setMeta(connection, 'fields', fields.join(' '));
}

/** Moves the values of a field that fit its new column out of `extra`. */
function takeFromExtra(dialect: Dialect, { name, kind }: Column): string {
  const { type, text, json, rest } = dialect.member(name);
  const { string, number, boolean, null: none } = dialect.jsonTypes;
  const isOf = (types: readonly string[]): string => `${type} in (${types.map(literal).join(', ')})`;
  const isWhole = `${isOf(number)} and ${dialect.matches(text, '^-?[0-9]{1,15}$')}`;
  const fits = {
    ...{ text: isOf(string), number: isOf(number), whole: isWhole, boolean: isOf(boolean) },
    // The only times in the API's document are `start` and `end`, which have had columns since layout 1.
    ...{ time: 'false', json: `${type} is not null` },
  }[kind];
  const value = kind === 'json' ? json : `cast(${text} as ${dialect.types[kind]})`;
  return `update calls set extra = ${rest}, ${identifier(name)} = case when ${isOf(none)} then null else ${value} end
    where extra is not null and (${isOf(none)} or ${fits})`;
}

interface TableColumn {
  readonly name: string;
  /** Undefined if its type is not one that this library writes. */
  readonly kind: ValueKind | undefined;
  /** Whether it holds a field of calls; false for a reserved column and for one that somebody has added. */
  readonly isField: boolean;
}

/** The columns that hold fields of calls, without those of a foreign type. */
function columnsIn(table: readonly TableColumn[]): readonly Column[] {
  return table.flatMap(({ name, kind, isField }) => (isField && kind !== undefined ? [{ name, kind }] : []));
}

/** The columns of `calls`. */
async function tableOf({ connection, dialect }: Upgrade): Promise<readonly TableColumn[]> {
  const rows = await connection.rows(`select column_name, data_type from information_schema.columns
    where ${here} and table_name = 'calls' order by ordinal_position`);
  const kinds = new Map(Object.entries(dialect.types).map(([kind, type]) => [type, kind as ValueKind]));
  const fields = (await metaOf(connection)).get('fields')?.split(' ') ?? [];
  return rows.map((row) => {
    const name = String(row.column_name);
    return { name, kind: kinds.get(String(row.data_type)), isField: fields.includes(name) };
  });
}
