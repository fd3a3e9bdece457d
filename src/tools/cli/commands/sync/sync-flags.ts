import { type Command, Option } from 'commander';
import {
  accountsFileFlag,
  addFlags,
  type ConnectionFlags,
  connectionFlags,
  type OutputFlags,
  outputFlags,
  parallelFlag,
  ValueFlag,
  zoneFlag,
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
  const queueConflicts = ['audit', 'dryRun', 'recheck', 'mirror', 'acceptRejected', 'every', 'parallel'];
  return addFlags(command, {
    'Store:': [
      new ValueFlag(
        '--to <store>',
        'a DuckDB file, or the URL of a PostgreSQL database (default: VBC_STORE)',
        'calls.duckdb',
      ),
      new ValueFlag(
        '--since <time>',
        'keep calls that start then or later: 2024-01-01, 2024 or 90d (default: all calls)',
        '2024-01-01',
      ),
      zoneFlag('time zone of the account, for days and local times (default: as the store has it, else UTC)'),
    ],
    'What to do:': modeFlags(),
    'Several accounts:': [
      accountsFileFlag(' (default: one account)'),
      parallelFlag('accounts', '2'),
      new Option('--queue', 'leave the work to the workers of a PostgreSQL database, and wait for them').conflicts(
        queueConflicts,
      ),
      new ValueFlag(
        '--schedule <cron>',
        'with --queue: let workers do it at these times, in the zone of --tz (default: once, now)',
        '"*/5 * * * *"',
      ),
    ],
    ...connectionFlags(),
    'Output:': outputFlags('print events and the summary as JSON on standard output, one object per line'),
  });
}

function modeFlags(): readonly Option[] {
  const auditConflicts = ['dryRun', 'recheck', 'mirror', 'acceptRejected'];
  return [
    new Option('--audit', 'compare the whole history month by month, and write nothing').conflicts(auditConflicts),
    new Option('--dry-run', 'say what would be read and how many requests it takes, and write nothing').conflicts([
      'every',
      'recheck',
    ]),
    new ValueFlag(
      '--recheck <range>',
      'read a range again: yesterday, 2026-01, 7d, or 2026-01-05..2026-01-08 (default: none)',
      'yesterday',
    ),
    new Option('--mirror', 'delete calls that the API no longer lists, even if they are settled'),
    new Option('--accept-rejected', 'succeed even if rows had to be rejected'),
    new ValueFlag('--every <time>', 'keep running, and start a run this often: 30s, 5m, 1h (default: run once)', '5m'),
  ];
}

export const syncHelp = `
Compares the store with the API by counting, and reads only what differs, so the
same command makes the first load, catches up, and repairs.

VBC_STORE can name the store instead of --to. PostgreSQL also takes its password
from PGPASSWORD or ~/.pgpass.`;
