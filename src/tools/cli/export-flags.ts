import { type Command, Option } from 'commander';
import type { ListOptions } from '../../call-logs/list-options.ts';
import { monthRange, resolveRange, type ResolvedRange } from '../../core/time/index.ts';
import { type CsvOptions, csvColumns } from '../export/index.ts';
import { addConnectionFlags, type ConnectionFlags } from './connection-flags.ts';
import { usageError } from './usage-error.ts';

/** The flags of `export` as they were typed. */
export interface ExportFlags extends ConnectionFlags {
  readonly from?: string;
  readonly to?: string;
  readonly month?: string;
  readonly tz?: string;
  readonly out?: string;
  readonly format?: 'csv' | 'ndjson';
  readonly force?: true;
  readonly resume?: true | 'only';
  readonly localTimes?: true;
  readonly columns?: string;
  readonly excel?: true;
  readonly keepFormulas?: true;
  readonly acceptRejected?: true;
  readonly direction?: string;
  readonly fromNumber?: string;
  readonly toNumber?: string;
  readonly sourceUser?: string;
  readonly destinationUser?: string;
  readonly endFrom?: string;
  readonly endTo?: string;
  readonly json?: true;
  readonly quiet?: true;
}

/** Adds the flags of `export` to its command. */
export function addExportFlags(command: Command): Command {
  addRangeFlags(command);
  addOutputFlags(command);
  addFilterFlags(command);
  return addConnectionFlags(command);
}

function addRangeFlags(command: Command): void {
  command
    .optionsGroup('Range, by the start of the calls:')
    .option('--from <time>', 'first instant: 2026-03-01, 2026-03-01T09:30 or 2026-03-01T09:30:00-05:00')
    .option('--to <time>', 'end of the range: the first instant after it')
    .addOption(new Option('--month <yyyy-mm>', 'a whole month instead').conflicts(['from', 'to']))
    .option('--tz <zone>', 'time zone of times without an offset, such as America/New_York (default: UTC)');
}

function addOutputFlags(command: Command): void {
  command
    .optionsGroup('Output:')
    .option('--out <file>', 'file for the calls (required); "-" is standard output, .gz compresses')
    .addOption(
      new Option('--format <format>', 'default: by the file\'s ending, CSV for "-"').choices(['csv', 'ndjson']),
    )
    .option('--force', 'replace an existing file; without --resume, start over')
    .addOption(
      new Option(
        '--resume [only]',
        'continue an export that has not ended, or start it; with =only, never start',
      ).choices(['only']),
    )
    .option('--columns <names>', 'columns of the CSV, such as id,start,from,to,length')
    .option('--excel', 'CSV for Excel: local times, durations as h:mm:ss, numbers such as 0123 as text')
    .option('--local-times', 'add start_local and end_local, in the zone of --tz')
    .option('--keep-formulas', 'leave CSV cells alone that a spreadsheet would run as a formula')
    .option('--accept-rejected', 'succeed even if rows had to be rejected; they go to FILE.rejected.ndjson')
    .option('--json', 'print the summary as JSON, on standard output (on standard error with --out -)')
    .option('--quiet', 'print nothing but errors');
}

function addFilterFlags(command: Command): void {
  command
    .optionsGroup('Filters:')
    .option('--direction <direction>', 'Inbound or Outbound')
    .option('--from-number <number>', 'source number, or extension on your own side')
    .option('--to-number <number>', 'destination number, or extension on your own side')
    .option('--source-user <user>', 'source user')
    .option('--destination-user <user>', 'destination user')
    .option('--end-from <time>', 'calls that ended then or later')
    .option('--end-to <time>', 'calls that ended before');
}

/** An export that can start: what was typed, checked without touching a file or the network. */
export interface ExportPlan extends CsvOptions {
  readonly range: ResolvedRange;
  readonly timeZone: string;
  readonly list: ListOptions;
  readonly format: 'csv' | 'ndjson';
  /** Undefined means standard output. */
  readonly file: string | undefined;
  readonly gzip: boolean;
  readonly force: boolean;
  /** Continue an export that has not ended; `only`: there must be one. */
  readonly resume: boolean | 'only';
  /** Rejected rows are set apart and the export succeeds. */
  readonly acceptRejected: boolean;
}

/** Throws a `ConfigurationError` for flags that are missing, invalid or do not go together. */
export function planExport(flags: ExportFlags, now: Date): ExportPlan {
  const { tz: timeZone = 'UTC', acceptRejected = false, force = false, resume = false } = flags;
  const out = requireOut(flags);
  const format = flags.format ?? formatOf(out);
  requireTogether(flags, format);
  const range = resolveRange({ ...namedRange(flags, timeZone), timeZone }, now);
  return {
    range,
    timeZone,
    list: { from: range.from, to: range.to, timeZone, ...filters(flags) },
    format,
    file: out === '-' ? undefined : out,
    gzip: /\.gz$/i.test(out),
    force,
    resume,
    acceptRejected,
    columns: flags.columns === undefined ? undefined : columnNames(flags.columns),
    excel: flags.excel,
    localTimes: flags.localTimes,
    neutraliseFormulas: !flags.keepFormulas,
  };
}

function requireOut({ out, resume }: ExportFlags): string {
  if (out === undefined || out === '') {
    const what = out === undefined ? '--out is missing' : '--out names no file';
    throw usageError(what, 'Name a file, such as --out calls.csv, or "-" for standard output.');
  }
  if (/^\/dev\/(stdout$|fd\/)/.test(out))
    throw usageError(`${out} is not a file`, 'For standard output, give --out -.');
  if (out !== '-' || resume === undefined) return out;
  throw usageError('--resume needs a file, because nothing is kept of standard output', 'Add --out calls.csv.');
}

function requireTogether({ localTimes, tz, columns, excel }: ExportFlags, format: string): void {
  if (localTimes && tz === undefined) {
    throw usageError('--local-times needs a zone', 'Add --tz, such as --tz America/New_York.');
  }
  if (format === 'csv') return;
  const flag = columns === undefined ? excel && '--excel' : '--columns';
  if (flag) throw usageError(`${flag} is for CSV, and the format is NDJSON`, 'Name a .csv file, or add --format csv.');
}

function columnNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.find((name, index) => !csvColumns.includes(name) || names.indexOf(name) !== index);
  if (wrong === undefined) return names;
  const problem = csvColumns.includes(wrong) ? 'has a column twice' : 'has an unknown column';
  throw usageError(`--columns ${problem}: ${JSON.stringify(wrong)}`, `Columns are ${csvColumns.join(', ')}.`);
}

function namedRange({ month, from, to }: ExportFlags, timeZone: string): Pick<ListOptions, 'from' | 'to'> {
  if (month !== undefined) return monthRange(month, timeZone);
  if (from !== undefined && to !== undefined) return { from, to };
  if (from !== undefined) throw usageError('--to is missing', 'Add the end of the range.');
  if (to !== undefined) throw usageError('--from is missing', 'Add the first instant of the range.');
  throw usageError('No range is given', 'Add --from and --to, or --month, such as --month 2026-03.');
}

function filters(flags: ExportFlags): Omit<ListOptions, 'from' | 'to'> {
  return {
    // The library checks the value against the document.
    direction: flags.direction as ListOptions['direction'],
    fromNumber: flags.fromNumber,
    toNumber: flags.toNumber,
    sourceUser: flags.sourceUser,
    destinationUser: flags.destinationUser,
    endFrom: flags.endFrom,
    endTo: flags.endTo,
  };
}

function formatOf(out: string): 'csv' | 'ndjson' {
  if (out === '-' || /\.csv(\.gz)?$/i.test(out)) return 'csv';
  if (/\.(ndjson|jsonl)(\.gz)?$/i.test(out)) return 'ndjson';
  const excel = /\.xlsx?$/i.test(out) ? ' For Excel, name a .csv file and add --excel.' : '';
  throw usageError(
    `The ending of ${JSON.stringify(out)} does not say which format is meant`,
    `Name a .csv or .ndjson file, or add --format.${excel}`,
  );
}
