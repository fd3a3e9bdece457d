import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createPostgresStore } from '../../../src/tools/sync/postgres/store.ts';
import { type LocalPostgresServer, queryPostgres, startLocalPostgres } from '../../support/postgres.ts';
import { type ManyAccounts, startManyAccounts } from './many-accounts.ts';
import { processorTimeOf } from './processor-time.ts';
import { bundleCli, type Program, startProgram } from './processes.ts';

/** What happens to the workers while they read. */
export interface Disturbances {
  readonly workers: number;
  readonly accounts: number;
  readonly callsPerAccount: number;
  readonly pageSize: number;
  readonly leaseSeconds: number;
  readonly delayMs: number;
  readonly kills: number;
  /** Suspends a worker for longer than its lease. */
  readonly suspends: boolean;
  /** Restarts the database. */
  readonly restarts: boolean;
}

/** What a run came to. */
export interface RunReport {
  readonly exitCode: number | string;
  readonly output: string;
  readonly requests: number;
  /** The most logins of any user. */
  readonly mostLogins: number;
  /** Accounts whose calls in the store are not those of the server. */
  readonly wrong: readonly string[];
  readonly rows: number;
  readonly distinctRows: number;
  readonly durationMs: number;
  /** The processor time of the workers at the end, in milliseconds. */
  readonly workersMs: number;
  /** Everything that the programs have printed. */
  readonly printed: string;
  /** The URL of the database, for a look at its tables. */
  readonly url: string;
}

export const refusedAccount = '100002';

/** Runs the same work undisturbed and disturbed, and hands both reports over before everything is removed. */
export async function compareRuns(
  options: Disturbances,
  judge: (disturbed: RunReport, undisturbed: RunReport, accounts: ManyAccounts) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'vbc-workers-'));
  const [server, program] = [await startLocalPostgres(), await bundleCli(folder)];
  const accounts = await startManyAccounts(folder, { ...options, refused: refusedAccount });
  try {
    const calm = { ...options, kills: 0, suspends: false, restarts: false };
    const undisturbed = await new Scene(calm, server, program, accounts, 0).run(await server.createDatabase());
    const scene = new Scene(options, server, program, accounts, undisturbed.requests);
    await judge(await scene.run(await server.createDatabase()), undisturbed, accounts);
  } finally {
    await accounts.stop();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Some workers, with what happens to them. */
export class Scene {
  readonly #options: Disturbances;
  readonly #server: LocalPostgresServer;
  readonly #program: string;
  readonly #accounts: ManyAccounts;
  readonly #expected: number;
  readonly #workers: Program[] = [];
  #requestsBefore = 0;

  /** `expected` is the number of requests without disturbance. */
  constructor(
    options: Disturbances,
    server: LocalPostgresServer,
    program: string,
    accounts: ManyAccounts,
    expected: number,
  ) {
    [this.#options, this.#server, this.#program, this.#accounts, this.#expected] = [
      options,
      server,
      program,
      accounts,
      expected,
    ];
  }

  async run(url: string): Promise<RunReport> {
    const ids = [...this.#accounts.sandboxes.keys()];
    const loginsBefore = new Map(ids.map((id) => [id, this.#accounts.logins(id)]));
    this.#requestsBefore = this.#accounts.requests();
    const all: Program[] = [];
    const start = async (): Promise<void> => {
      const worker = startProgram(this.#program, this.#workerArgs(), { ...this.#accounts.env, VBC_STORE: url });
      all.push(worker);
      this.#workers.push(worker);
      await worker.printed('Working for');
    };
    await Promise.all(Array.from({ length: this.#options.workers }, start));
    const startedAt = performance.now();
    const args = ['sync', '--queue', '--accounts', this.#accounts.file, '--json'];
    const sync = startProgram(this.#program, args, { ...this.#accounts.env, VBC_STORE: url });
    all.push(sync);
    await this.#disturb(start);
    const exitCode = await sync.ended;
    const durationMs = performance.now() - startedAt;
    const times = this.#workers.map(({ child }) => processorTimeOf(child.pid ?? NaN).catch(() => NaN));
    const workersMs = (await Promise.all(times)).reduce((sum, time) => sum + time, 0);
    for (const { child } of this.#workers) child.kill('SIGTERM');
    await Promise.all(this.#workers.map(({ ended }) => ended));
    const [counted] = await queryPostgres<{ rows: number; distinct: number }>(
      url,
      `select count(*)::int as rows, count(distinct (account_id, id, "start"))::int as distinct from calls`,
    );
    return {
      ...{ exitCode, durationMs, workersMs, url, output: sync.output() },
      requests: this.#accounts.requests() - this.#requestsBefore,
      mostLogins: Math.max(...ids.map((id) => this.#accounts.logins(id) - (loginsBefore.get(id) ?? 0))),
      wrong: await this.#wrongAccounts(url),
      rows: counted?.rows ?? NaN,
      distinctRows: counted?.distinct ?? NaN,
      printed: all.map((each) => each.output()).join(''),
    };
  }

  #workerArgs(): string[] {
    const { pageSize, leaseSeconds } = this.#options;
    const numbers = ['--page-size', String(pageSize), '--lease', String(leaseSeconds), '--grace', '5'];
    return ['worker', '--accounts', this.#accounts.file, '--json', ...numbers];
  }

  /** Does everything at its place: by how much of the work has been done. */
  async #disturb(start: () => Promise<void>): Promise<void> {
    const { kills, suspends, restarts } = this.#options;
    const steps = [
      ...Array.from({ length: kills }, () => async () => {
        this.#workers.shift()?.child.kill('SIGKILL');
        await start();
      }),
      ...(suspends ? [() => this.#suspend()] : []),
      ...(restarts ? [() => this.#restart()] : []),
    ];
    const others: Promise<void>[] = [];
    for (const [place, step] of steps.entries()) {
      await this.#untilRequests((this.#expected * (place + 1)) / (steps.length + 2));
      others.push(step());
    }
    await Promise.all(others);
  }

  async #untilRequests(count: number): Promise<void> {
    while (this.#accounts.requests() - this.#requestsBefore < count) await setTimeout(10);
  }

  async #suspend(): Promise<void> {
    const worker = this.#workers.at(-1);
    worker?.child.kill('SIGSTOP');
    // Other workers have its jobs by then.
    await setTimeout(this.#options.leaseSeconds * 1_000 + 3_000);
    worker?.child.kill('SIGCONT');
  }

  async #restart(): Promise<void> {
    await this.#server.halt('fast');
    await this.#server.start();
  }

  async #wrongAccounts(url: string): Promise<string[]> {
    const store = createPostgresStore(url);
    const window = { from: new Date(0), to: new Date('2100-01-01T00:00:00Z') };
    const wrong: string[] = [];
    for (const [id, sandbox] of this.#accounts.sandboxes) {
      const calls: string[] = [];
      for await (const page of store.callsOf(id, window)) calls.push(...page.map((call) => `${call.start} ${call.id}`));
      const truth = id === refusedAccount ? [] : sandbox.calls().map((call) => `${call.start} ${call.id}`);
      if (calls.sort().join() !== truth.sort().join()) wrong.push(id);
    }
    await store.close();
    return wrong;
  }
}
