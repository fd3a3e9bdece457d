import type { CallLog } from '../../../index.ts';
import { type AccountTables, stagedColumns } from '../sql/account-tables.ts';
import { type Column, createRowMapper, type ValueKind, withoutNul } from '../sql/columns.ts';
import { type Dialect, identifier, inTransaction } from '../sql/connection.ts';
import type { Changes, Replacement, Stage } from '../store.ts';
import type { PostgresConnection } from '../../postgres/connection.ts';

/** The parts that a stage needs. */
export interface StageOptions {
  readonly connection: PostgresConnection;
  readonly dialect: Dialect;
  readonly columns: readonly Column[];
  readonly tables: AccountTables;
  readonly alongside?: Alongside | undefined;
}

/**
 * Writes more in a transaction, just before its end. What it throws undoes all of it.
 *
 * @param replacement what was written to a window; undefined if only what is proven was
 */
export type Alongside = (replacement: Replacement | undefined) => Promise<void>;

/**
 * Empties the temporary table `staged`, and returns a stage that fills it. The table lies outside any transaction and
 * ends with the session, so that loading it locks nothing and leaves nothing behind.
 */
export async function openStage({ connection, dialect, columns, tables, alongside }: StageOptions): Promise<Stage> {
  const definitions = stagedColumns(columns, dialect);
  await connection.run(`create temporary table if not exists staged (${definitions.join(', ')})`);
  await connection.run('truncate staged');
  const names = [...columns.map(({ name }) => identifier(name)), 'extra'];
  const encode = createCopyEncoder(columns);
  return {
    async add(calls: readonly CallLog[]): Promise<void> {
      if (calls.length > 0) await connection.copy(`copy staged (${names.join(', ')}) from stdin`, encode(calls));
    },
    async commit(replacement: Replacement): Promise<Changes> {
      return await inTransaction(connection, async () => {
        const changes = await tables.writeStaged(replacement);
        await alongside?.(replacement);
        return changes;
      });
    },
    // The next stage empties the table.
    discard: () => Promise.resolve(),
  };
}

/** Returns a function that writes calls in the text format of `COPY`, whose columns are those of fields and `extra`. */
export function createCopyEncoder(columns: readonly Column[]): (calls: readonly CallLog[]) => string {
  const toRow = createRowMapper(columns);
  const cells: readonly { name: string; kind: ValueKind | undefined }[] = [...columns, { name: 'extra', kind: 'json' }];
  return (calls) => {
    let text = '';
    for (const call of calls) {
      const row = toRow(call);
      text += `${cells.map(({ name, kind }) => encodeCell(row[name], kind)).join('\t')}\n`;
    }
    // PostgreSQL cannot store NUL in strings. Lone surrogates become U+FFFD, too, when the string becomes UTF-8.
    return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text;
  };
}

function encodeCell(value: unknown, kind: ValueKind | undefined): string {
  if (value === undefined || value === null) return '\\N';
  if (kind === 'json') return escape(withoutNul(JSON.stringify(value)));
  return typeof value === 'string' ? escape(value) : JSON.stringify(value);
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escape(text: string): string {
  return /[\\\t\n\r]/.test(text) ? text.replace(/[\\\t\n\r]/g, (character) => escapes[character] ?? '') : text;
}
