import type { ValueKind } from './columns.ts';

export { inTransaction, Queue, type SqlConnection, type SqlRow, type SqlValue } from '../../database.ts';

/** The points in which DuckDB and PostgreSQL differ. */
export interface Dialect {
  /** Types of columns, spelt as `information_schema.columns` spells them. */
  readonly types: Readonly<Record<ValueKind, string>>;
  /** A pseudo-column that tells the rows of a table apart and orders them. */
  readonly rowId: string;
  /** What a query ends with to lock its rows until the transaction ends; empty where transactions do not run side by side. */
  readonly rowLock: string;
  /** What an insert of `sync_accounts` ends with to do nothing for a row that exists. */
  readonly orNothing: string;
  /** Statements that follow the creation of the table `calls`: its keys and indexes. */
  readonly callsKeys: readonly string[];
  /** Expressions for a member of the JSON column `extra`. The name is safe in a string and as a quoted JSON key. */
  member(name: string): {
    /** The type of the member: one of `jsonTypes`; SQL's null if there is none. */
    readonly type: string;
    /** The member as text; null if it is JSON's null. */
    readonly text: string;
    /** The member as JSON. */
    readonly json: string;
    /** `extra` without the member; null if nothing is left. */
    readonly rest: string;
  };
  /** The names that `member().type` gives to the types of JSON. */
  readonly jsonTypes: Readonly<Record<'string' | 'number' | 'boolean' | 'null', readonly string[]>>;
  /** A condition that is true if text matches a regular expression. */
  matches(text: string, pattern: string): string;
}

/** A name as SQL: `"from"`. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A string as SQL: `'it''s'`. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
