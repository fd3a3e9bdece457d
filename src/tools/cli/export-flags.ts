import { type Command, Option } from 'commander';
import { addConnectionFlags, type ConnectionFlags } from './connection-flags.ts';

/** The flags of `export` as they were typed. */
export interface ExportFlags extends ConnectionFlags {
  readonly from?: string;
  readonly to?: string;
  readonly month?: string;
  readonly tz?: string;
  readonly out?: string;
  readonly format?: 'csv' | 'ndjson';
  readonly force?: true;
  readonly resume?: true;
  readonly localTimes?: true;
  readonly keepFormulas?: true;
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
    .option('--to <time>', 'first instant that no longer belongs to the range')
    .addOption(new Option('--month <yyyy-mm>', 'a whole month instead').conflicts(['from', 'to']))
    .option('--tz <zone>', 'time zone of times without an offset, such as America/New_York (default: UTC)');
}

function addOutputFlags(command: Command): void {
  command
    .optionsGroup('Output:')
    .option('--out <file>', 'where the calls go (required); "-" is standard output')
    .addOption(
      new Option('--format <format>', 'default: by the file\'s ending, CSV for "-"').choices(['csv', 'ndjson']),
    )
    .option('--force', 'replace an existing file')
    .option('--resume', 'go on with an export that ended early, all else being the same')
    .option('--local-times', 'add start_local and end_local, in the zone of --tz')
    .option('--keep-formulas', 'leave CSV cells alone that a spreadsheet would run as a formula')
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
