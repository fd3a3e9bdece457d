import { type Command } from 'commander';
import {
  cacheMetrics,
  type HealthServer,
  openStatusReader,
  runWorker,
  startHealthServer,
  type WorkerEvents,
} from '../../../worker/index.ts';
import { describeParts, type ExitCode, exitCodes, reportFailure, usageError } from '../../failure.ts';
import {
  accountsFileFlag,
  addFlags,
  connectionFlags,
  databaseFlag,
  type OutputFlags,
  outputFlags,
  parallelFlag,
  ValueFlag,
  zoneFlag,
} from '../../flags.ts';
import { requireDatabasePlace } from '../../store-place.ts';
import { type CliIo, createReporter, type Reporter } from '../../terminal/reporter.ts';
import { counted, duration, withHint } from '../../terminal/text.ts';
import { AccountClients, type AccountFlags } from './account-clients.ts';

/** The flags of `worker`. */
export interface WorkerFlags extends AccountFlags, OutputFlags {
  readonly to?: string;
  readonly parallel?: number;
  readonly grace?: number;
  readonly lease?: number;
  readonly healthPort?: number;
}

export function addWorkerFlags(command: Command): Command {
  return addFlags(command, {
    'Work:': [
      databaseFlag(),
      accountsFileFlag(),
      zoneFlag('time zone of accounts for which the file has none (default: the store’s, else UTC)'),
      parallelFlag('jobs', '8'),
      new ValueFlag('--grace <seconds>', 'time for jobs under way after SIGTERM, in seconds (default: 30)', '60', {
        number: { whole: false, from: 0 },
      }),
      new ValueFlag(
        '--lease <seconds>',
        'time after which another worker takes a job over, in seconds (default: 600)',
        '900',
        { number: { whole: true, from: 5, to: 80_000 } },
      ),
      new ValueFlag('--health-port <number>', 'port for /livez, /readyz and /metrics (default: none)', '9090', {
        number: { whole: true, from: 0, to: 65_535 },
      }),
    ],
    ...connectionFlags(),
    'Output:': outputFlags(
      'print an event for each job as JSON on standard output, one object a line',
      'show each job',
    ),
  });
}

export const workerHelp = `
Does the jobs that sync --queue and its schedule ask for, until it is stopped. Any
number of workers on any machines may share a database: each job is done once, a user
logs in once, and --requests-per-second is the rate of an account over all workers.
Give all of them the same accounts file.

With --sandbox, the calls are made up: sync --queue --sandbox asks for them.

SIGTERM ends it: jobs under way are finished within --grace, or given back.`;

/** The command `worker`: works until it is interrupted, which is a success. Returns the exit code. */
export async function runWorkerCommand(flags: WorkerFlags, io: CliIo): Promise<ExitCode> {
  const reporter = createReporter(flags, io);
  try {
    const { location: url, warning } = requireDatabasePlace('worker', flags.to, io.env);
    if (flags.accounts === undefined && flags.sandbox !== true) {
      throw usageError('--accounts is missing', 'Name the accounts file of all workers.');
    }
    if (warning !== undefined) reporter.warn(warning);
    const clients = new AccountClients(url, flags, io, reporter);
    try {
      await work(url, flags, io, reporter, clients);
      return exitCodes.done;
    } finally {
      await clients.close();
    }
  } catch (error) {
    return reportFailure(error, reporter);
  }
}

async function work(
  url: string,
  flags: WorkerFlags,
  io: CliIo,
  reporter: Reporter,
  clients: AccountClients,
): Promise<void> {
  const readiness = { isReady: false };
  const reader = openStatusReader(url);
  const health = await startHealth(flags.healthPort, {
    isReady: () => readiness.isReady && !io.signal.aborted,
    metrics: cacheMetrics(clients.metrics, () => reader.read({ accounts: clients.knownIds, isBrief: true })),
  });
  try {
    if (health !== undefined) reporter.say(`Health: http://localhost:${health.port}/readyz, /livez and /metrics.\n`);
    // What is wrong with the file is told before the first job.
    const { length: accounts } = await clients.accountIds();
    await runWorker({
      ...{ url, signal: io.signal, parallel: flags.parallel, leaseSeconds: flags.lease },
      graceMs: flags.grace === undefined ? undefined : flags.grace * 1000,
      accountOf: (id) => clients.accountOf(id),
      accountIds: () => clients.accountIds(),
      describe: describeParts,
      on: eventsOf(accounts, reporter, clients, readiness),
    });
    reporter.say('Stopped.\n');
    reporter.json({ event: 'stopped' });
  } finally {
    await reader.close();
    await health?.close();
  }
}

async function startHealth(
  port: number | undefined,
  options: Pick<Parameters<typeof startHealthServer>[0], 'isReady' | 'metrics'>,
): Promise<HealthServer | undefined> {
  return port === undefined ? undefined : await startHealthServer({ port, ...options });
}

function eventsOf(
  accounts: number,
  reporter: Reporter,
  clients: AccountClients,
  readiness: { isReady: boolean },
): WorkerEvents {
  return {
    ready: () => {
      readiness.isReady = true;
      const calls = clients.isInvented ? ' with made-up calls' : '';
      reporter.say(`Working for ${counted(accounts, 'account')}${calls}. SIGTERM or Ctrl-C ends it.\n`);
      reporter.json({ event: 'ready', accounts });
    },
    job: (queue, outcome) => {
      clients.metrics.job(queue, outcome);
      if (outcome.end === 'paused') clients.forget(outcome.account);
      reportJob(queue, outcome, reporter);
    },
    outage: (problem) => {
      readiness.isReady = false;
      clients.metrics.outage();
      reporter.warn(`${withHint(problem)} The worker waits for it.`);
      reporter.json({ event: 'outage', message: problem.message });
    },
    recovery: (outageMs) => {
      readiness.isReady = true;
      reporter.say(`The database is back after ${duration(outageMs)}.\n`);
      reporter.json({ event: 'recovery', outageMs });
    },
  };
}

type JobEvent = Parameters<NonNullable<WorkerEvents['job']>>;

function reportJob(queue: JobEvent[0], outcome: JobEvent[1], reporter: Reporter): void {
  const { account, end, problem, calls, durationMs } = outcome;
  const name = account === undefined ? queue : `${account}: ${queue}`;
  reporter.detail(`${name} ${end}, ${counted(calls, 'call')}, ${duration(durationMs)}`);
  if (problem !== undefined) {
    const then = end === 'paused' ? 'The account is paused.' : 'It is tried again later.';
    reporter.warn(`${account ?? queue}: ${withHint(problem)} ${then}`);
  }
  reporter.json({ event: 'job', queue, account: account ?? null, end, calls, durationMs, problem: problem ?? null });
}
