import { answerSchema } from '../../../../generated/answer-schema.ts';
import type { CallLog } from '../../../index.ts';

/** The kinds of values that a column can hold: `time` is an instant, `whole` an integer, `json` anything. */
export type ValueKind = 'text' | 'time' | 'number' | 'whole' | 'boolean' | 'json';

/** A field of a call that has a column under the same name. */
export interface Column {
  readonly name: string;
  readonly kind: ValueKind;
}

/** Columns of `calls` that are reserved. A field of a call with one of these names goes to `extra`. */
export const ownColumns = ['account_id', 'copy', 'extra', 'synced_at', 'unlisted_since'] as const;

/** The order for people: these first, then the others as the API's document has them. */
const firstFields = ['id', 'start', 'end', 'length', 'direction', 'result', 'from', 'to'];

/** The fields of the API's document, as columns. */
export const documentColumns: readonly Column[] = columnsOf(
  answerSchema.properties._embedded.properties.call_logs.items.properties,
);

function columnsOf(properties: Readonly<Record<string, string | { readonly type: string }>>): Column[] {
  const names = [...firstFields, ...Object.keys(properties)].filter((name) => name in properties);
  return [...new Set(names)].filter(isColumnName).map((name) => ({ name, kind: kindOf(name, properties[name]) }));
}

/** Other names could collide with a reserved column, since DuckDB ignores case, or be truncated by PostgreSQL. */
function isColumnName(name: string): boolean {
  return /^\w{1,63}$/.test(name) && !ownColumns.some((own) => own === name.toLowerCase());
}

function kindOf(name: string, schema: string | { readonly type: string } = ''): ValueKind {
  if (name === 'start' || name === 'end') return 'time';
  const type = (typeof schema === 'string' ? schema : schema.type).replace('|null', '');
  const kinds: Readonly<Record<string, ValueKind>> = {
    string: 'text',
    number: 'number',
    integer: 'whole',
    boolean: 'boolean',
  };
  return kinds[type] ?? 'json';
}

/** A call as a row: each value fits its column, and `extra` has the others. Times are strings as the API writes them. */
export type CallRow = Readonly<Record<string, unknown>> & { readonly extra?: Readonly<Record<string, unknown>> };

/**
 * Returns a function that makes rows of calls. A call whose values all fit is its own row, so that nothing is copied.
 *
 * Strings may hold NUL and lone surrogates: `withoutNul` is for them.
 */
export function createRowMapper(columns: readonly Column[]): (call: CallLog) => CallRow {
  const kinds = new Map(columns.map(({ name, kind }) => [name, kind]));
  const isTime = createTimeCheck();

  function fits(name: string, value: unknown): boolean {
    switch (kinds.get(name)) {
      case 'text':
        return typeof value === 'string' || value === null;
      case 'time':
        return value === null || (typeof value === 'string' && isTime(value));
      case 'number':
        return Number.isFinite(value) || value === null;
      case 'whole':
        return Number.isSafeInteger(value) || value === null;
      case 'boolean':
        return typeof value === 'boolean' || value === null;
      case 'json':
        return true;
      case undefined:
        return false;
    }
  }

  return (call) => {
    const values = call as Readonly<Record<string, unknown>>;
    for (const name in values) if (!fits(name, values[name])) return splitRow(values, fits);
    return values;
  };
}

/** Moves the values that fit no column into `extra`, sorted by name, so that equal values give equal JSON. */
function splitRow(values: Readonly<Record<string, unknown>>, fits: (name: string, value: unknown) => boolean): CallRow {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  const extra = entries.filter(([name, value]) => !fits(name, value)).sort(([one], [other]) => (one < other ? -1 : 1));
  const fitting = Object.fromEntries(entries.filter(([name, value]) => fits(name, value)));
  return extra.length === 0 ? fitting : { ...fitting, extra: Object.fromEntries(extra.map(withFinite)) };
}

/** JSON cannot express infinity, but `JSON.parse` returns it for `1e400`. */
function withFinite([name, value]: [string, unknown]): [string, unknown] {
  return [name, typeof value === 'number' && !Number.isFinite(value) ? String(value) : value];
}

/**
 * Returns a function that checks whether a string is a time as the API writes it. It is called twice for each of
 * millions of calls, and times of one day follow each other: the last day that existed is remembered, which is four
 * times as fast.
 */
function createTimeCheck(): (text: string) => boolean {
  const time = /^ (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;
  let knownDay = '';
  return (text) => {
    const day = text.slice(0, 10);
    if (day !== knownDay && !isDay(day)) return false;
    knownDay = day;
    return time.test(text.slice(10));
  };
}

/** PostgreSQL has no year 0. */
function isDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(day) && !day.startsWith('0000') && isSameDay(date, day);
}

function isSameDay(date: Date, day: string): boolean {
  // Engines disagree on 30 February: some reject it, and others read it as a day in March.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

/**
 * JSON without NUL and lone surrogates, which PostgreSQL refuses in strings: each becomes U+FFFD. `JSON.stringify`
 * writes them as escapes, so that they are found without reading every string.
 */
export function withoutNul(json: string): string {
  if (!json.includes('\\u0000') && !json.includes('\\ud')) return json;
  // An escape counts only after an even number of backslashes.
  return json.replace(/(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g, '$1\ufffd');
}
