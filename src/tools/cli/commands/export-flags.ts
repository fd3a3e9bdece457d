import { type Command, Option } from 'commander';
import { usageError } from '../failure.ts';
import { addConnectionFlags, addReporterFlags, type ConnectionFlags, type OutputFlags, ValueFlag } from '../flags.ts';
import { addRangeFlags, type RangeFlags } from '../range-flags.ts';
import { addStoreFlags, type StoreFlags } from './store-calls.ts';

export type ExportFormat = 'csv' | 'ndjson' | 'parquet';

/** The flags of `export`. */
export interface ExportFlags extends ConnectionFlags, RangeFlags, StoreFlags, OutputFlags {
  readonly out?: string;
  readonly format?: ExportFormat;
  readonly force?: true;
  readonly resume?: true | 'only';
  readonly localTimes?: true;
  readonly columns?: string;
  readonly excel?: true;
  readonly keepFormulas?: true;
  readonly acceptRejected?: true;
  readonly direction?: 'Inbound' | 'Outbound' | 'Extension';
  readonly result?: string;
  readonly number?: string;
  readonly fromNumber?: string;
  readonly toNumber?: string;
  readonly sourceUser?: string;
  readonly destinationUser?: string;
  readonly endFrom?: string;
  readonly endTo?: string;
}

export function addExportFlags(command: Command): Command {
  addRangeFlags(command);
  addStoreFlags(command.optionsGroup('Source:'));
  addOutputFlags(command);
  addFilterFlags(command);
  addLiteralFilterFlags(command);
  return addConnectionFlags(command);
}

function addOutputFlags(command: Command): void {
  command
    .optionsGroup('Output:')
    .addOption(
      new ValueFlag('--out <file>', 'file to write (required); "-" is standard output, .gz compresses', {
        example: 'calls.csv',
      }),
    )
    .addOption(
      new ValueFlag('--format <format>', 'csv, ndjson or parquet (default: from the name of the file; csv for "-")', {
        example: 'csv',
        allowed: ['csv', 'ndjson', 'parquet'],
      }),
    )
    .option('--force', 'replace an existing file; without --resume, start over')
    .addOption(
      new Option(
        '--resume [only]',
        'continue an export that has not ended, or start it; --resume=only never starts',
      ).argParser(requireOnly),
    )
    .addOption(
      new ValueFlag('--columns <names>', 'columns of CSV or Parquet, in this order (default: all)', {
        example: 'id,start,from,to,length',
      }),
    )
    .option('--excel', 'CSV for Excel: local times, durations as h:mm:ss, numbers such as 0123 as text')
    .option('--local-times', 'add the columns start_local and end_local, in the zone of --tz')
    .option('--keep-formulas', 'do not change CSV cells that a spreadsheet would run as formulas')
    .option('--accept-rejected', 'succeed even if rows had to be rejected; they go to FILE.rejected.ndjson');
  addReporterFlags(command, {
    json: 'print the summary as JSON, on standard output (on standard error with --out -)',
    verbose: 'show each request: range, page, status, time',
  });
}

function requireOnly(value: string): string {
  if (value === 'only') return value;
  throw usageError(`--resume=${value} is not known`, 'Write --resume, or --resume=only.');
}

function addFilterFlags(command: Command): void {
  command
    .optionsGroup('Filters:')
    .addOption(
      new ValueFlag('--direction <direction>', 'Inbound, Outbound or Extension (internal calls) (default: all)', {
        example: 'Inbound',
        allowed: ['Inbound', 'Outbound', 'Extension'],
      }),
    )
    .addOption(
      new ValueFlag('--result <result>', 'Answered, Missed, Voicemail, Attempted, Blocked or another (default: all)', {
        example: 'Missed',
      }),
    )
    .addOption(
      new ValueFlag('--number <number>', 'number or extension of either party, in any spelling', {
        example: '"+1 732 555 0107"',
      }),
    );
}

function addLiteralFilterFlags(command: Command): void {
  command
    .optionsGroup('Filters that the API matches exactly, character by character:')
    .addOption(
      new ValueFlag('--from-number <number>', 'source number exactly as listed, such as 17325550107; or an extension', {
        example: '17325550107',
      }),
    )
    .addOption(
      new ValueFlag('--to-number <number>', 'destination number exactly as listed, or an extension', {
        example: '17325550107',
      }),
    )
    .addOption(
      new ValueFlag('--source-user <user>', 'source user exactly as listed, capital letters included', {
        example: 'jane.doe',
      }),
    )
    .addOption(
      new ValueFlag('--destination-user <user>', 'destination user exactly as listed', { example: 'jane.doe' }),
    )
    .addOption(
      new ValueFlag('--end-from <time>', 'calls that ended then or later, written like --from', {
        example: '2026-03-01',
      }),
    )
    .addOption(
      new ValueFlag('--end-to <time>', 'calls that ended before, written like --from', { example: '2026-04-01' }),
    );
}
