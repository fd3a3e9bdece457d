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
import { addConnectionFlags, addReporterFlags, type OutputFlags, ValueFlag } from '../../flags.ts';
import { readStorePlace } from '../../store-place.ts';
import { type CliIo, createReporter, type Reporter } from '../../terminal/reporter.ts';
import { counted, duration } from '../../terminal/text.ts';
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
  addWorkFlags(command);
  addJobFlags(command);
  addConnectionFlags(command);
  command.optionsGroup('Output:');
  return addReporterFlags(command, {
    json: 'print an event for each job as JSON on standard output, one object a line',
    verbose: 'show each job',
  });
}

function addWorkFlags(command: Command): void {
  command
    .optionsGroup('Work:')
    .addOption(
      new ValueFlag('--to <database>', 'URL of the PostgreSQL database (default: VBC_STORE)', {
        example: 'postgres://db.example.com/calls',
      }),
    )
    .addOption(
      new ValueFlag('--accounts <file>', 'JSON file that lists accounts and where their credentials are', {
        example: 'accounts.json',
      }).conflicts(['accountId', 'clientId', 'username']),
    )
    .addOption(
      new ValueFlag(
        '--tz <zone>',
        'time zone of accounts for which the file has none (default: the store’s, else UTC)',
        {
          example: 'America/New_York',
        },
      ),
    );
}

function addJobFlags(command: Command): void {
  command
    .addOption(
      new ValueFlag('--parallel <jobs>', 'jobs at the same time, 1 to 50 (default: 4)', {
        example: '8',
        number: { whole: true, from: 1, to: 50 },
      }),
    )
    .addOption(
      new ValueFlag('--grace <seconds>', 'time for jobs under way after SIGTERM, in seconds (default: 30)', {
        example: '60',
        number: { whole: false, from: 0 },
      }),
    )
    .addOption(
      new ValueFlag(
        '--lease <seconds>',
        'time after which another worker takes a job over, in seconds (default: 600)',
        {
          example: '900',
          number: { whole: true, from: 5, to: 80_000 },
        },
      ),
    )
    .addOption(
      new ValueFlag('--health-port <number>', 'port for /livez, /readyz and /metrics (default: none)', {
        example: '9090',
        number: { whole: true, from: 0, to: 65_535 },
      }),
    );
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
    const { location: url, warning } = requirePostgres('worker', flags.to, io);
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

/** Reads `--to` of a command that needs PostgreSQL. */
export function requirePostgres(command: string, to: string | undefined, io: CliIo): ReturnType<typeof readStorePlace> {
  const example = 'Name one, such as --to postgres://db.example.com/calls.';
  if (to === undefined && !io.env.VBC_STORE?.trim()) {
    throw usageError(`--to is missing: ${command} needs a PostgreSQL database`, example);
  }
  const place = readStorePlace('--to', to, io.env);
  if (place.kind === 'postgres') return place;
  throw usageError(`${command} needs a PostgreSQL database, and ${place.location} is a file`, example);
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
    outage: ({ message, hint }) => {
      readiness.isReady = false;
      clients.metrics.outage();
      reporter.warn([`${message}.`, ...(hint === undefined ? [] : [hint]), 'The worker waits for it.'].join(' '));
      reporter.json({ event: 'outage', message });
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
    const text = [`${problem.message.replace(/\.$/, '')}.`, ...(problem.hint === undefined ? [] : [problem.hint])];
    const then = end === 'paused' ? 'The account is paused.' : 'It is tried again later.';
    reporter.warn(`${account ?? queue}: ${text.join(' ')} ${then}`);
  }
  reporter.json({ event: 'job', queue, account: account ?? null, end, calls, durationMs, problem: problem ?? null });
}
