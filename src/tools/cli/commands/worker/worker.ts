import { type Command } from 'commander';
import { createPostgresStore } from '../../../sync/index.ts';
import {
  createRequestBudget,
  type HealthServer,
  openStatusReader,
  type RequestBudget,
  runWorker,
  startHealthServer,
  type WorkerAccount,
  type WorkerEvents,
  WorkerMetrics,
} from '../../../worker/index.ts';
import { createPostgresTokenStore } from '../../../token-store/postgres-token-store.ts';
import type { AuthOption, ReportsClient, TokenStore } from '../../../../index.ts';
import { type Connection, createClient } from '../../connection.ts';
import { describeParts, type ExitCode, exitCodes, reportFailure, usageError } from '../../failure.ts';
import {
  accountsFileFlag,
  addFlags,
  type ConnectionFlags,
  connectionFlags,
  databaseFlag,
  type OutputFlags,
  outputFlags,
  parallelFlag,
  ValueFlag,
  zoneFlag,
} from '../../flags.ts';
import { readStorePlace } from '../../store-place.ts';
import { type CliIo, createReporter, type Reporter } from '../../terminal/reporter.ts';
import { counted, duration, withHint } from '../../terminal/text.ts';
import { type AccountSource, createAccountSource, type SyncAccount } from '../sync/sync-account.ts';

/** The flags of `worker`. */
export interface WorkerFlags extends ConnectionFlags, OutputFlags {
  readonly to?: string;
  readonly accounts?: string;
  readonly tz?: string;
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

SIGTERM ends it: jobs under way are finished within --grace, or given back.`;

/** The command `worker`: works until it is interrupted, which is a success. Returns the exit code. */
export async function runWorkerCommand(flags: WorkerFlags, io: CliIo): Promise<ExitCode> {
  const reporter = createReporter(flags, io);
  try {
    const { location: url, warning } = requirePostgres('worker', flags.to, io);
    if (flags.accounts === undefined)
      throw usageError('--accounts is missing', 'Name the accounts file of all workers.');
    if (warning !== undefined) reporter.warn(warning);
    const staff = new Staff(url, flags, io, reporter);
    try {
      await work(url, flags, io, reporter, staff);
      return exitCodes.done;
    } finally {
      await staff.close();
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

async function work(url: string, flags: WorkerFlags, io: CliIo, reporter: Reporter, staff: Staff): Promise<void> {
  const readiness = { isReady: false };
  const reader = openStatusReader(url);
  const health = await startHealth(flags.healthPort, {
    isReady: () => readiness.isReady && !io.signal.aborted,
    metrics: async () => staff.metrics.render(await reader.read()),
  });
  try {
    if (health !== undefined) reporter.say(`Health: http://localhost:${health.port}/readyz, /livez and /metrics.\n`);
    // What is wrong with the file is told before the first job.
    const { length: accounts } = await staff.accountIds();
    await runWorker({
      ...{ url, signal: io.signal, parallel: flags.parallel, leaseSeconds: flags.lease },
      graceMs: flags.grace === undefined ? undefined : flags.grace * 1000,
      accountOf: (id) => staff.accountOf(id),
      accountIds: () => staff.accountIds(),
      describe: describeParts,
      now: () => io.now().getTime(),
      on: eventsOf(accounts, reporter, staff, readiness),
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

function eventsOf(accounts: number, reporter: Reporter, staff: Staff, readiness: { isReady: boolean }): WorkerEvents {
  return {
    ready: () => {
      readiness.isReady = true;
      reporter.say(`Working for ${counted(accounts, 'account')}. SIGTERM or Ctrl-C ends it.\n`);
      reporter.json({ event: 'ready', accounts });
    },
    job: (queue, outcome) => {
      staff.metrics.job(queue, outcome);
      if (outcome.end === 'paused') staff.forget(outcome.account);
      reportJob(queue, outcome, reporter);
    },
    outage: (problem) => {
      readiness.isReady = false;
      staff.metrics.outage();
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

/** Accounts are looked up in the file again after this time, in milliseconds. */
const fileAgeMs = 60_000;
/** So many clients are kept, with their tokens. */
const mostClients = 5_000;

/** The accounts of a worker, with their clients: each is made when its first job comes. */
class Staff {
  readonly metrics = new WorkerMetrics();
  readonly #url: string;
  readonly #flags: WorkerFlags;
  readonly #io: CliIo;
  readonly #reporter: Reporter;
  readonly #source: AccountSource;
  readonly #budget: RequestBudget | undefined;
  readonly #clients = new Map<string, Promise<{ readonly account: WorkerAccount; readonly connection: Connection }>>();
  #listed: ReadonlyMap<string, SyncAccount> = new Map();
  #listedAtMs = -Infinity;
  readonly #wasReset = new Set<string>();

  constructor(url: string, flags: WorkerFlags, io: CliIo, reporter: Reporter) {
    [this.#url, this.#flags, this.#io, this.#reporter] = [url, flags, io, reporter];
    this.#source = createAccountSource(flags, io, createTokenStores(url));
    const { requestsPerSecond } = flags;
    this.#budget = requestsPerSecond === undefined ? undefined : createRequestBudget(url, { requestsPerSecond });
  }

  async accountIds(): Promise<readonly string[]> {
    await this.#readFile();
    return [...this.#listed.keys()];
  }

  async accountOf(id: string): Promise<WorkerAccount | undefined> {
    const isOld = this.#io.now().getTime() - this.#listedAtMs > fileAgeMs;
    if (isOld || !this.#listed.has(id)) await this.#readFile();
    const listed = this.#listed.get(id);
    if (listed === undefined) return undefined;
    const known = this.#clients.get(id) ?? this.#connect(listed);
    this.#clients.set(id, known);
    if (this.#clients.size > mostClients) this.forget([...this.#clients.keys()][0]);
    try {
      return { ...(await known).account, timeZone: listed.timeZone };
    } catch (error) {
      this.#clients.delete(id);
      throw error;
    }
  }

  /** The next job of the account reads its credentials again. */
  forget(id: string | undefined): void {
    if (id === undefined) return;
    const known = this.#clients.get(id);
    this.#clients.delete(id);
    void known?.then(({ connection }) => connection.close()).catch(() => undefined);
  }

  async close(): Promise<void> {
    for (const known of this.#clients.values())
      await known.then(({ connection }) => connection.close()).catch(() => undefined);
    await this.#budget?.close();
    await this.#source.close();
  }

  async #readFile(): Promise<void> {
    const store = createPostgresStore(this.#url);
    try {
      // Where the database is away, the zones that it knows are not needed to tell what is wrong with the file.
      const accounts = await this.#source.accounts(this.#flags.tz, store);
      this.#listed = new Map(accounts.map((account) => [account.id, account]));
      this.#listedAtMs = this.#io.now().getTime();
    } finally {
      await store.close();
    }
  }

  async #connect(listed: SyncAccount): Promise<{ account: WorkerAccount; connection: Connection }> {
    const { id, timeZone } = listed;
    const connection = await listed.connect((message) => {
      this.#reporter.warn(`${id}: ${message}`);
    });
    const { pageSize, requestsPerSecond: _budget, ...pace } = this.#flags;
    const fetch = this.#budget?.fetch(id, connection.options.fetch) ?? connection.options.fetch;
    const options = { ...connection.options, fetch };
    const never = new AbortController().signal;
    const client = createClient({ ...connection, options }, pace, never, this.metrics.handlers);
    await this.#resetOnce(id, client);
    return { account: { id, timeZone, client, pageSize }, connection };
  }

  /** A login that is refused again must stay recorded: `--reset-login` is for the first client of an account. */
  async #resetOnce(id: string, client: ReportsClient): Promise<void> {
    if (this.#flags.resetLogin !== true || this.#wasReset.has(id)) return;
    this.#wasReset.add(id);
    await client.auth.reset();
  }
}

/** Returns the store of a user's tokens. Accounts with the same credentials share it: it derives a key from them. */
function createTokenStores(url: string): (auth: AuthOption) => TokenStore | undefined {
  const stores = new Map<string, TokenStore>();
  return (auth) => {
    if (typeof auth !== 'object') return undefined;
    const key = JSON.stringify(auth);
    const store = stores.get(key) ?? createPostgresTokenStore(url, { credentials: auth, required: true });
    stores.set(key, store);
    return store;
  };
}
