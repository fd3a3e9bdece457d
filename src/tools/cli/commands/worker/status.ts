import { type Command } from 'commander';
import { formatForPeople } from '../../../../core/time/index.ts';
import { type AccountStatus, openStatusReader } from '../../../worker/index.ts';
import { type ExitCode, exitCodes, reportFailure, usageError } from '../../failure.ts';
import { readAccountsFile } from '../../accounts-file.ts';
import { addFlags, databaseFlag, type OutputFlags, outputFlags, ValueFlag } from '../../flags.ts';
import { readInterval } from '../sync/sync-plan.ts';
import { requireDatabasePlace } from '../../store-place.ts';
import { type CliIo, createReporter } from '../../terminal/reporter.ts';
import { atMost, counted, duration, listed, printable, withHint } from '../../terminal/text.ts';

/** The flags of `status`. */
export interface StatusFlags extends OutputFlags {
  readonly to?: string;
  readonly accounts?: string;
  readonly maxAge?: string;
}

export function addStatusFlags(command: Command): Command {
  return addFlags(command, {
    'Accounts:': [
      databaseFlag(),
      new ValueFlag(
        '--accounts <file>',
        'only the accounts of this file (default: all that were ever asked for)',
        'accounts.json',
      ),
      new ValueFlag('--max-age <time>', 'exit with 4 if an account was last up to date longer ago: 30m, 2h, 1d', '30m'),
    ],
    'Output:': outputFlags('print all accounts as JSON', 'show accounts that are up to date too'),
  });
}

export const statusHelp = `
Reads the tables of the workers, and asks nothing of the API. Without --verbose, only
accounts are shown that are not up to date.`;

/** The command `status`. Returns the exit code. */
export async function runStatus(flags: StatusFlags, io: CliIo): Promise<ExitCode> {
  const reporter = createReporter(flags, io);
  try {
    const { location: url, warning } = requireDatabasePlace('status', flags.to, io.env);
    const maxAgeMs = flags.maxAge === undefined ? undefined : readInterval('--max-age', flags.maxAge);
    if (warning !== undefined) reporter.warn(warning);
    const listed = flags.accounts === undefined ? undefined : await readAccountsFile(flags.accounts);
    const reader = openStatusReader(url);
    const accounts = await reader.read({ accounts: listed?.map(({ id }) => id) }).finally(() => reader.close());
    if (accounts.length === 0) {
      throw usageError('The workers of this database were never asked for an account', 'Run vbc-reports sync --queue.');
    }
    const behind = accounts.filter(
      ({ lagSeconds = Infinity }) => maxAgeMs !== undefined && lagSeconds * 1000 > maxAgeMs,
    );
    const exitCode = behind.length === 0 ? exitCodes.done : exitCodes.incomplete;
    reporter.say(statusText(accounts, flags.verbose === true));
    if (behind.length > 0) reporter.error(behindText(behind, flags.maxAge ?? ''));
    reporter.json({
      status: exitCode === exitCodes.done ? 'done' : 'failed',
      exitCode,
      accounts: accounts.map(statusJson),
    });
    return exitCode;
  } catch (error) {
    return reportFailure(error, reporter);
  }
}

/** So many accounts are named; `--json` names all. */
const mostNamed = 100;

function statusText(accounts: readonly AccountStatus[], showsAll: boolean): string {
  const upToDate = accounts.filter(({ phase }) => phase === 'up to date');
  const shown = showsAll ? accounts : accounts.filter(({ phase }) => phase !== 'up to date');
  const lines = [
    `${upToDate.length} of ${counted(accounts.length, 'account')} ${upToDate.length === 1 ? 'is' : 'are'} up to date.`,
    ...atMost(mostNamed, shown.map(lineOf)).map((line) => printable(`  ${line}`)),
  ];
  return `${lines.join('\n')}\n`;
}

/** The line of an account, for people. */
export function lineOf(status: AccountStatus): string {
  const { account, phase, queued, running, problem, pausedUntil, settledUntil, lagSeconds } = status;
  const parts = [
    pausedUntil === undefined ? phase : `paused until ${formatForPeople(pausedUntil, 'UTC')}`,
    ...(running > 0 ? [`${counted(running, 'job')} running`] : []),
    ...(queued > 0 ? [`${counted(queued, 'job')} queued`] : []),
    lagSeconds === undefined ? 'never up to date yet' : `up to date ${duration(lagSeconds * 1000)} ago`,
    settledUntil === undefined ? 'nothing settled' : `settled until ${formatForPeople(settledUntil, 'UTC')}`,
  ];
  const why = problem === undefined ? [] : [withHint(problem)];
  return `${account}: ${[parts.join(', '), ...why].join('. ')}`;
}

function behindText(behind: readonly AccountStatus[], maxAge: string): string {
  const names = behind.slice(0, 20).map(({ account }) => account);
  const rest = behind.length > 20 ? [`${behind.length - 20} others`] : [];
  const verb = behind.length === 1 ? 'Account' : 'Accounts';
  return `${verb} ${listed([...names, ...rest], 'and')} ${behind.length === 1 ? 'was' : 'were'} last up to date more than ${maxAge} ago.`;
}

/** An account for programs; its shape is part of the public interface. Times in UTC. */
export function statusJson(status: AccountStatus): Record<string, unknown> {
  const { problem, ...others } = status;
  const nulls = { upToDateAt: null, lagSeconds: null, settledUntil: null, pausedUntil: null, givenUpAt: null };
  const known = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
  return { ...nulls, ...known, problem: problem === undefined ? null : { ...problem, hint: problem.hint ?? null } };
}
