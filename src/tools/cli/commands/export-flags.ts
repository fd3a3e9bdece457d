import { type Command, Option } from 'commander';
import { usageError } from '../failure.ts';
import {
  addFlags,
  type ConnectionFlags,
  connectionFlags,
  type FlagGroups,
  type OutputFlags,
  outputFlags,
  ValueFlag,
} from '../flags.ts';
import { rangeFlags, type RangeFlags } from '../range-flags.ts';
import { storeFlags, type StoreFlags } from './store-calls.ts';

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
  return addFlags(command, {
    ...rangeFlags(),
    'Source:': storeFlags(),
    'Output:': [
      ...fileFlags(),
      ...outputFlags('print the summary as JSON, on standard output (on standard error with --out -)'),
    ],
    ...filterFlags(),
    ...connectionFlags(),
  });
}

function fileFlags(): readonly Option[] {
  return [
    new ValueFlag('--out <file>', 'file to write (required); "-" is standard output, .gz compresses', 'calls.csv'),
    new ValueFlag(
      '--format <format>',
      'csv, ndjson or parquet (default: from the name of the file; csv for "-")',
      'csv',
      { allowed: ['csv', 'ndjson', 'parquet'] },
    ),
    new Option('--force', 'replace an existing file; without --resume, start over'),
    new Option(
      '--resume [only]',
      'continue an export that has not ended, or start it; --resume=only never starts',
    ).argParser(requireOnly),
    new ValueFlag(
      '--columns <names>',
      'columns of CSV or Parquet, in this order (default: all)',
      'id,start,from,to,length',
    ),
    new Option('--excel', 'CSV for Excel: local times, durations as h:mm:ss, numbers such as 0123 as text'),
    new Option('--local-times', 'add the columns start_local and end_local, in the zone of --tz'),
    new Option('--keep-formulas', 'do not change CSV cells that a spreadsheet would run as formulas'),
    new Option('--accept-rejected', 'succeed even if rows had to be rejected; they go to FILE.rejected.ndjson'),
  ];
}

function requireOnly(value: string): string {
  if (value === 'only') return value;
  throw usageError(`--resume=${value} is not known`, 'Write --resume, or --resume=only.');
}

function filterFlags(): FlagGroups {
  return {
    'Filters:': [
      new ValueFlag(
        '--direction <direction>',
        'Inbound, Outbound or Extension (internal calls) (default: all)',
        'Inbound',
        { allowed: ['Inbound', 'Outbound', 'Extension'] },
      ),
      new ValueFlag(
        '--result <result>',
        'Answered, Missed, Voicemail, Attempted, Blocked or another (default: all)',
        'Missed',
      ),
      new ValueFlag('--number <number>', 'number or extension of either party, in any spelling', '"+1 732 555 0107"'),
    ],
    'Filters that the API matches exactly, character by character:': [
      new ValueFlag(
        '--from-number <number>',
        'source number exactly as listed, such as 17325550107; or an extension',
        '17325550107',
      ),
      new ValueFlag('--to-number <number>', 'destination number exactly as listed, or an extension', '17325550107'),
      new ValueFlag('--source-user <user>', 'source user exactly as listed, capital letters included', 'jane.doe'),
      new ValueFlag('--destination-user <user>', 'destination user exactly as listed', 'jane.doe'),
      new ValueFlag('--end-from <time>', 'calls that ended then or later, written like --from', '2026-03-01'),
      new ValueFlag('--end-to <time>', 'calls that ended before, written like --from', '2026-04-01'),
    ],
  };
}
