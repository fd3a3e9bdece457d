import { $CallLog } from '../../../generated/schemas/index.ts';
import type { CallLog } from '../../call-logs/index.ts';
import { csvCell, excelDuration, excelText } from './csv-cell.ts';
import { createLocalTimes, type LocalTimeOptions, type LocalTimes, type RowFormat } from './row-format.ts';

export interface CsvOptions extends LocalTimeOptions {
  /** The columns in their order: names from `csvColumns`. Default: all fields, then the local times if requested. */
  readonly columns?: readonly string[] | undefined;
  /**
   * For a double click in Excel: a byte order mark, times in the zone instead of UTC, durations as `h:mm:ss`, and
   * numbers that are names (telephone numbers, extensions) as text. Default: false.
   */
  readonly excel?: boolean | undefined;
  /** Puts an apostrophe before cells that a spreadsheet would run as formulas. Default: true. */
  readonly neutraliseFormulas?: boolean | undefined;
}

/** The order for people: when, what, who called whom, the rest. */
const forPeople = [
  ...['id', 'start', 'end', 'length', 'direction', 'result', 'from', 'to'],
  ...['source_user', 'source_user_full_name', 'source_extension', 'source_device_name', 'source_sip_id'],
  ...['destination_user', 'destination_user_full_name', 'destination_extension'],
  ...['destination_device_name', 'destination_sip_id'],
  ...['custom_tag', 'recorded', 'in_network', 'international', 'rate', 'charge'],
];

const localTimeColumns = ['start_local', 'end_local'] as const satisfies (keyof LocalTimes)[];

/**
 * Orders the fields of the API's document: first those in `forPeople`, in its order, then fields that the document has
 * gained, by name. So the order of fields in the document does not affect users.
 */
export function orderFields(fields: readonly string[]): string[] {
  const gained = fields.filter((field) => !forPeople.includes(field)).sort();
  return [...forPeople.filter((field) => fields.includes(field)), ...gained];
}

const fields: readonly string[] = orderFields(Object.keys($CallLog.properties));
const known: ReadonlySet<string> = new Set(fields);

/** Every column that CSV can have. */
export const csvColumns: readonly string[] = [...fields, ...localTimeColumns];

/** Returns the columns of the options, in order. */
export function columnsOf({ columns, excel = false, localTimes = false }: CsvOptions): readonly string[] {
  if (columns !== undefined) return columns;
  if (excel) return fields.map((field) => (field === 'start' || field === 'end' ? `${field}_local` : field));
  return localTimes ? csvColumns : fields;
}

/**
 * CSV as RFC 4180 describes it: a header, commas, CRLF, quotes around cells that need them. `null` and absent are empty
 * cells. Fields that the API's document does not know are left out and counted. Cells are made safe by `csvCell`.
 */
export function createCsvFormat(options: CsvOptions = {}): RowFormat {
  const { excel = false, columns } = options;
  const names = columnsOf(options);
  const cellsOf = createCells(names, options);
  const leftOut = new Map<string, number>();

  function row(call: CallLog): string {
    // If columns were chosen, the others are left out on purpose.
    if (columns === undefined) countLeftOut(call, leftOut);
    return `${cellsOf(call).join(',')}\r\n`;
  }

  return { head: `${excel ? '\ufeff' : ''}${names.join(',')}\r\n`, rows: (calls) => calls.map(row).join(''), leftOut };
}

function createCells(names: readonly string[], options: CsvOptions): (call: CallLog) => string[] {
  const { timeZone = 'UTC', excel = false, neutraliseFormulas = true } = options;
  const needsTimes = localTimeColumns.some((name) => names.includes(name));
  const timesOf = needsTimes ? createLocalTimes(timeZone) : undefined;

  function cell(name: string, value: unknown): string {
    if (!excel) return csvCell(value, neutraliseFormulas);
    if (name === 'length') return excelDuration(value);
    const isTime = /^(start|end)(_local)?$/.test(name);
    if (isTime) return csvCell(excelTime(value), neutraliseFormulas);
    return excelText(value) ?? csvCell(value, neutraliseFormulas);
  }

  return (call) => {
    const values = (timesOf ? { ...call, ...timesOf(call) } : call) as Record<string, unknown>;
    return names.map((name) => cell(name, values[name]));
  };
}

/** Excel reads `2026-03-01 00:00:00` as a time, and takes `2026-03-01T00:00:00-05:00` for text. */
function excelTime(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/^([\d-]{10})T([\d:]{8})[+-].*$/, '$1 $2') : value;
}

/** Bounds the memory if a server invents a field name for every call. */
const maxLeftOutFields = 100;

function countLeftOut(call: CallLog, leftOut: Map<string, number>): void {
  for (const field in call) {
    if (known.has(field)) continue;
    const count = leftOut.get(field);
    if (count !== undefined || leftOut.size < maxLeftOutFields) leftOut.set(field, (count ?? 0) + 1);
  }
}
