import type { ListOptions } from '../../../index.ts';
import { present } from '../../../core/present.ts';
import type { PhraseOptions, ResolvedRange } from '../../../core/time/index.ts';
import { type CsvOptions, csvColumns } from '../../export/index.ts';
import { convertToParquet, parquetColumns } from '../../sync/index.ts';
import { usageError } from '../failure.ts';
import { readRangeFlags, readTimeFlag } from '../range-flags.ts';
import type { StorePlace } from '../store-place.ts';
import type { Environment } from '../terminal/reporter.ts';
import type { ExportFlags, ExportFormat } from './export-flags.ts';
import { type CallFilters, normaliseNumber } from './filters.ts';
import { readStoreFlags } from './store-calls.ts';

/** An export that can start: what was typed, checked without touching a file or the network. */
export interface ExportPlan extends CsvOptions {
  readonly range: ResolvedRange;
  readonly timeZone: string;
  /** Sentences about local times that a clock change skips or repeats. */
  readonly notes: readonly string[];
  /** Includes the filters that the API applies. */
  readonly list: ListOptions;
  /** The filters that are applied to the calls that it lists. */
  readonly ownFilters: CallFilters;
  /** Undefined means the API. */
  readonly store: StorePlace | undefined;
  readonly format: ExportFormat;
  /** Makes the file of its rows; undefined if the rows are the file. */
  readonly convert: ((rowsPath: string, filePath: string) => Promise<void>) | undefined;
  /** Undefined means standard output. */
  readonly file: string | undefined;
  readonly gzip: boolean;
  readonly force: boolean;
  /** Continue an export that has not ended; `only`: there must be one. */
  readonly resume: boolean | 'only';
}

/** Throws a `ConfigurationError` for flags that are missing, invalid or do not go together. */
export function planExport(flags: ExportFlags, env: Environment, now: Date): ExportPlan {
  const { acceptRejected = false, force = false, resume = false } = flags;
  const out = requireOut(flags);
  const format = flags.format ?? formatOf(out);
  requireTogether(flags, format);
  const { range, timeZone, notes } = readRangeFlags(flags, now);
  const known = format === 'parquet' ? parquetColumns : csvColumns;
  const columns = flags.columns === undefined ? undefined : columnNames(flags.columns, known);
  return {
    range,
    timeZone,
    notes,
    list: { from: range.from, to: range.to, timeZone, acceptRejected, ...filters(flags, { timeZone, now }) },
    ownFilters: ownFilters(flags),
    store: readStoreFlags(flags, env),
    format,
    convert: format === 'parquet' ? (rows, path) => convertToParquet(rows, path, columns) : undefined,
    file: out === '-' ? undefined : out,
    gzip: /\.gz$/i.test(out),
    force,
    resume,
    columns,
    excel: flags.excel,
    localTimes: flags.localTimes,
    neutraliseFormulas: !flags.keepFormulas,
  };
}

function requireOut({ out, resume }: ExportFlags): string {
  if (out === undefined) {
    throw usageError('--out is missing', 'Name a file, such as --out calls.csv, or "-" for standard output.');
  }
  if (/^\/dev\/(stdout$|fd\/)/.test(out))
    throw usageError(`${out} is not a file`, 'For standard output, give --out -.');
  if (out !== '-' || resume === undefined) return out;
  throw usageError('--resume needs a file, because rows on standard output are not kept', 'Add --out calls.csv.');
}

function requireTogether(flags: ExportFlags, format: ExportFormat): void {
  const { localTimes, tz, columns, excel, out } = flags;
  if (localTimes && tz === undefined) {
    throw usageError('--local-times needs a zone', 'Add --tz, such as --tz America/New_York.');
  }
  if (format === 'csv') return;
  if (format === 'parquet') requireParquetFile(out ?? '-');
  const unfit = {
    '--excel': excel,
    ...(format === 'parquet' ? { '--local-times': localTimes } : { '--columns': columns }),
  };
  const [flag] = Object.entries(unfit).find(([, value]) => value !== undefined) ?? [];
  if (flag === undefined) return;
  const suits = flag === '--local-times' ? 'CSV and NDJSON' : 'CSV';
  const name = format === 'parquet' ? 'Parquet' : 'NDJSON';
  throw usageError(`${flag} is for ${suits}, and the format is ${name}`, 'Name a .csv file, or add --format csv.');
}

/** A Parquet file has its index at the end, and is already compressed. */
function requireParquetFile(out: string): void {
  if (out === '-')
    throw usageError('Parquet cannot go to standard output', 'Name a file, such as --out calls.parquet.');
  if (/\.gz$/i.test(out)) throw usageError('Parquet files are already compressed', 'Name a file without .gz.');
}

function columnNames(text: string, known: readonly string[]): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.find((name, index) => !known.includes(name) || names.indexOf(name) !== index);
  if (wrong === undefined) return names;
  const problem = known.includes(wrong) ? 'has a column twice' : 'has an unknown column';
  throw usageError(`--columns ${problem}: ${JSON.stringify(wrong)}`, `Columns are ${known.join(', ')}.`);
}

function filters(flags: ExportFlags, options: PhraseOptions): Omit<ListOptions, 'from' | 'to'> {
  return {
    direction: flags.direction === 'Extension' ? undefined : flags.direction,
    fromNumber: flags.fromNumber,
    toNumber: flags.toNumber,
    sourceUser: flags.sourceUser,
    destinationUser: flags.destinationUser,
    endFrom: flags.endFrom === undefined ? undefined : readTimeFlag('--end-from', flags.endFrom, options).at,
    endTo: flags.endTo === undefined ? undefined : readTimeFlag('--end-to', flags.endTo, options).at,
  };
}

/** The API has no filter for these, and its direction filter takes only two of the three directions (fact 23). */
function ownFilters({ number, result, direction }: ExportFlags): CallFilters {
  if (number !== undefined && normaliseNumber(number) === undefined) {
    throw usageError(
      `--number is ${JSON.stringify(number)}, but must contain digits`,
      'Give a number or an extension.',
    );
  }
  return present({ number, result, direction: direction === 'Extension' ? direction : undefined });
}

function formatOf(out: string): ExportFormat {
  if (/\.parquet(\.gz)?$/i.test(out)) return 'parquet';
  if (out === '-' || /\.csv(\.gz)?$/i.test(out)) return 'csv';
  if (/\.(ndjson|jsonl)(\.gz)?$/i.test(out)) return 'ndjson';
  const excel = /\.xlsx?$/i.test(out) ? ' For Excel, name a .csv file and add --excel.' : '';
  throw usageError(
    `The ending of ${JSON.stringify(out)} does not say which format is meant`,
    `Name a .csv, .ndjson or .parquet file, or add --format.${excel}`,
  );
}
