import { $CallLog } from '../../../generated/schemas/index.ts';
import type { CallLog } from '../../call-logs/call-log.ts';
import { createLocalTimes, localTimeColumns } from './local-times.ts';
import { neutraliseFormula } from './neutralise-formula.ts';
import type { RowFormat, RowFormatOptions } from './row-format.ts';

/** The fields of a call that the specification knows, in its order. */
const knownFields = Object.keys($CallLog.properties);
const known: ReadonlySet<string> = new Set(knownFields);

/** A server that invents a field name for every call shall not fill the memory. */
const maxLeftOutFields = 100;

/**
 * CSV as RFC 4180 describes it: a header, commas, CRLF, quotes around cells that need them. One column for each field of
 * the specification, in its order; `null` and absent are empty cells. Other fields are left out and counted.
 */
export function createCsvFormat({ localTimeZone, neutraliseFormulas = true }: RowFormatOptions = {}): RowFormat {
  const localTimes = localTimeZone === undefined ? undefined : createLocalTimes(localTimeZone);
  const leftOut = new Map<string, number>();
  const cell = neutraliseFormulas
    ? (value: unknown) => quoted(safeText(value))
    : (value: unknown) => quoted(text(value));

  function row(call: CallLog): string {
    const values = call as Record<string, unknown>;
    if (Object.keys(values).length > countKnown(values)) countLeftOut(values, leftOut);
    const cells = knownFields.map((field) => cell(values[field]));
    if (localTimes) cells.push(...Object.values(localTimes(call)));
    return `${cells.join(',')}\r\n`;
  }

  return {
    head: `${[...knownFields, ...(localTimes ? localTimeColumns : [])].map(quoted).join(',')}\r\n`,
    rows: (calls) => calls.map(row).join(''),
    leftOut,
  };
}

function text(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Numbers and booleans are never formulas. */
function safeText(value: unknown): string {
  return typeof value === 'number' ? String(value) : neutraliseFormula(text(value));
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function countKnown(values: Record<string, unknown>): number {
  return knownFields.reduce((count, field) => (field in values ? count + 1 : count), 0);
}

function countLeftOut(values: Record<string, unknown>, leftOut: Map<string, number>): void {
  for (const field of Object.keys(values)) {
    if (known.has(field)) continue;
    const count = leftOut.get(field);
    if (count !== undefined || leftOut.size < maxLeftOutFields) leftOut.set(field, (count ?? 0) + 1);
  }
}
