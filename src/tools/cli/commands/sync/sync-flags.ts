import { type Command, Option } from 'commander';
import {
  addConnectionFlags,
  addReporterFlags,
  type ConnectionFlags,
  type OutputFlags,
  ValueFlag,
} from '../../flags.ts';

/** The flags of `sync`. */
export interface SyncFlags extends ConnectionFlags, OutputFlags {
  readonly to?: string;
  readonly since?: string;
  readonly tz?: string;
  readonly audit?: true;
  readonly dryRun?: true;
  readonly recheck?: string;
  readonly mirror?: true;
  readonly acceptRejected?: true;
  readonly every?: string;
  readonly accounts?: string;
  readonly parallel?: number;
  readonly queue?: true;
  readonly schedule?: string;
}

export function addSyncFlags(command: Command): Command {
  addStoreFlags(command);
  addModeFlags(command);
  addAccountsFlags(command);
  addConnectionFlags(command);
  command.optionsGroup('Output:');
  return addReporterFlags(command, {
    json: 'print events and the summary as JSON on standard output, one object per line',
    verbose: 'show each request: range, page, status, time',
  });
}

function addStoreFlags(command: Command): void {
  command
    .optionsGroup('Store:')
    .addOption(
      new ValueFlag('--to <store>', 'a DuckDB file, or the URL of a PostgreSQL database (default: VBC_STORE)', {
        example: 'calls.duckdb',
      }),
    )
    .addOption(
      new ValueFlag(
        '--since <time>',
        'keep calls that start then or later: 2024-01-01, 2024 or 90d (default: all calls)',
        { example: '2024-01-01' },
      ),
    )
    .addOption(
      new ValueFlag(
        '--tz <zone>',
        'time zone of the account, for days and local times (default: as the store has it, else UTC)',
        {
          example: 'America/New_York',
        },
      ),
    );
}

function addModeFlags(command: Command): void {
  command
    .optionsGroup('What to do:')
    .addOption(
      new Option('--audit', 'compare the whole history month by month, and write nothing').conflicts([
        ...['dryRun', 'recheck', 'mirror', 'acceptRejected'],
      ]),
    )
    .addOption(
      new Option('--dry-run', 'say what would be read and how many requests it takes, and write nothing').conflicts([
        ...['every', 'recheck'],
      ]),
    )
    .addOption(
      new ValueFlag(
        '--recheck <range>',
        'read a range again: yesterday, 2026-01, 7d, or 2026-01-05..2026-01-08 (default: none)',
        {
          example: 'yesterday',
        },
      ),
    )
    .option('--mirror', 'delete calls that the API no longer lists, even if they are settled')
    .option('--accept-rejected', 'succeed even if rows had to be rejected')
    .addOption(
      new ValueFlag('--every <time>', 'keep running, and start a run this often: 30s, 5m, 1h (default: run once)', {
        example: '5m',
      }),
    );
}

function addAccountsFlags(command: Command): void {
  command
    .optionsGroup('Several accounts:')
    .addOption(
      new ValueFlag(
        '--accounts <file>',
        'JSON file that lists accounts and where their credentials are (default: one account)',
        {
          example: 'accounts.json',
        },
      ).conflicts(['accountId', 'clientId', 'username']),
    )
    .addOption(
      new ValueFlag('--parallel <accounts>', 'accounts at the same time, 1 to 50 (default: 4)', {
        example: '2',
        number: { whole: true, from: 1, to: 50 },
      }),
    )
    .addOption(
      new Option('--queue', 'leave the work to the workers of a PostgreSQL database, and wait for them').conflicts([
        ...['audit', 'dryRun', 'recheck', 'mirror', 'acceptRejected', 'every', 'parallel'],
      ]),
    )
    .addOption(
      new ValueFlag(
        '--schedule <cron>',
        'with --queue: let workers do it at these times, in the zone of --tz (default: once, now)',
        {
          example: '"*/5 * * * *"',
        },
      ),
    );
}

export const syncHelp = `
Compares the store with the API by counting, and reads only what differs, so the
same command makes the first load, catches up, and repairs.

VBC_STORE can name the store instead of --to. PostgreSQL also takes its password
from PGPASSWORD or ~/.pgpass.`;
