import { setTimeout } from 'node:timers/promises';
import { syncAccounts, type Store, type StoreReader, type SyncOptions } from '../../../sync/index.ts';
import { instantText } from '../../../../core/time/index.ts';
import { type Connection, createClient } from '../../connection.ts';
import { type ExitCode, exitCodes, reportFailure } from '../../failure.ts';
import { openExistingStore, openStore, storeExists } from '../../store-place.ts';
import { type CliIo, createReporter, type Reporter } from '../../terminal/reporter.ts';
import { createRunLog, type RunLog } from '../../terminal/run-log.ts';
import { counted } from '../../terminal/text.ts';
import { runSyncQueue } from '../worker/sync-queue.ts';
import { createAccountSource, type AccountSource, labelOf, type SyncAccount } from './sync-account.ts';
import type { SyncFlags } from './sync-flags.ts';
import { planSync, spansOf, type SyncPlan } from './sync-plan.ts';
import { createSyncProgress, type SyncProgressDisplay } from './sync-progress.ts';
import { reportAccount, reportRun } from './sync-report.ts';

/** Runs the command `sync` with its flags. Returns the exit code of the last run; has reported everything. */
export async function runSync(flags: SyncFlags, io: CliIo): Promise<ExitCode> {
  const reporter = createReporter(flags, io);
  try {
    const plan = planSync(flags, io.env, io.now());
    if (plan.place.warning !== undefined) reporter.warn(plan.place.warning);
    if (flags.queue === true) return await runSyncQueue(flags, plan, io);
    const source = createAccountSource(flags, io);
    try {
      const job = { plan, flags, io, source };
      return plan.everyMs === undefined ? await runOnce(job, true) : await repeat(job, plan.everyMs, reporter);
    } finally {
      await source.close();
    }
  } catch (error) {
    return reportFailure(error, reporter);
  }
}

interface Job {
  readonly plan: SyncPlan;
  readonly flags: SyncFlags;
  readonly io: CliIo;
  readonly source: AccountSource;
}

/** Runs until it is interrupted, from start to start; a run that takes longer is followed at once by the next. */
async function repeat(job: Job, everyMs: number, reporter: Reporter): Promise<ExitCode> {
  const { now, signal, wait = platformWait } = job.io;
  for (let runs = 1, failed = 0; ; runs += 1) {
    const nextAtMs = now().getTime() + everyMs;
    const exitCode = await runOnce(job, runs === 1);
    if (exitCode !== exitCodes.done) failed += 1;
    // Settings do not change while the command runs.
    if (exitCode === exitCodes.usage) return exitCode;
    const next = new Date(Math.max(nextAtMs, now().getTime()));
    if (!signal.aborted) {
      reporter.say(`Next run at ${instantText(next)}.\n`);
      reporter.json({ event: 'waiting', until: next.toISOString() });
      await wait(next.getTime() - now().getTime(), signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
    if (!signal.aborted) continue;
    reporter.say(`Stopped after ${counted(runs, 'run')}, ${failed === 0 ? 'none' : failed} of them without success.\n`);
    reporter.json({
      event: 'stopped',
      status: exitCode === exitCodes.done ? 'done' : 'failed',
      exitCode,
      runs,
      failed,
    });
    return exitCode;
  }
}

async function platformWait(delayMs: number, signal: AbortSignal): Promise<void> {
  await setTimeout(delayMs, undefined, { signal });
}

/** The state that the accounts of one run share. */
interface RunInProgress extends Job {
  readonly isFirst: boolean;
  readonly startedAt: Date;
  readonly store: Store & StoreReader;
  readonly reporter: Reporter;
  readonly display: SyncProgressDisplay;
  readonly logs: RunLog[];
  readonly connections: Connection[];
}

/** Brings all accounts up to date once, and reports it. Never rejects because of an account or the store. */
async function runOnce(job: Job, isFirst: boolean): Promise<ExitCode> {
  const { plan, flags, io, source } = job;
  const startedAt = io.now();
  const reporter = createReporter(flags, io);
  const elapsedMs = (): number => io.now().getTime() - startedAt.getTime();
  try {
    const store = await (plan.mode === 'sync' ? openStore(plan.place) : openExistingStore(plan.place));
    const [logs, connections]: [RunLog[], Connection[]] = [[], []];
    try {
      const accounts = await source.accounts(plan.timeZone, (await storeExists(plan.place)) ? store : undefined);
      const display = createSyncProgress(reporter, accounts.length, elapsedMs);
      const run = { ...job, isFirst, startedAt, store, reporter, display, logs, connections };
      const isAlone = accounts.length === 1;
      const outcomes = await syncAccounts(accounts, (account) => optionsOf(account, run, isAlone), {
        parallel: flags.parallel,
        signal: io.signal,
        onOutcome: (outcome) => {
          display.ended(outcome.account);
          reportAccount(outcome, { plan, isAlone, storeName: store.name }, reporter);
        },
      });
      const logins = logs.reduce((sum, { counts }) => sum + counts.logins, 0);
      const warnings = logs.flatMap((log) => log.warnings);
      return reportRun(outcomes, { plan, storeName: store.name, logins, warnings, durationMs: elapsedMs() }, reporter);
    } finally {
      await Promise.all(connections.map((connection) => connection.close()));
      await store.close();
    }
  } catch (error) {
    return reportFailure(error, reporter);
  }
}

async function optionsOf(account: SyncAccount, run: RunInProgress, isAlone: boolean): Promise<SyncOptions> {
  const { plan, flags, io, store, display, connections, logs, startedAt, isFirst } = run;
  const reporter = isAlone ? run.reporter : withLabel(run.reporter, labelOf(account));
  const log = createRunLog(reporter, io.now);
  logs.push(log);
  const { notes, since, recheck } = spansOf(flags, { timeZone: account.timeZone, now: startedAt });
  for (const note of notes) log.warn(note);
  const connection = await account.connect(log.warn);
  connections.push(connection);
  const client = createClient(connection, flags, io.signal, log.handlers);
  if (flags.resetLogin && isFirst) await client.auth.reset();
  return {
    client,
    account: { id: account.id, timeZone: account.timeZone },
    ...{ store, since, recheck, mode: plan.mode, signal: io.signal },
    ...{ mirror: flags.mirror, acceptRejected: flags.acceptRejected, pageSize: flags.pageSize },
    now: () => io.now().getTime(),
    onProgress: (progress) => {
      display.update(account, progress);
    },
  };
}

/** Returns a reporter that puts the account's label before each line. */
function withLabel(reporter: Reporter, label: string): Reporter {
  return {
    ...reporter,
    detail: (message) => {
      reporter.detail(`${label}: ${message}`);
    },
    warn: (message) => {
      reporter.warn(`${label}: ${message}`);
    },
  };
}
