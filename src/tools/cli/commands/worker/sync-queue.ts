import { AbortedError } from '../../../../index.ts';
import { requestSync, scheduleSync, type AccountStatus } from '../../../worker/index.ts';
import { type ExitCode, exitCodes, reportFailure, usageError } from '../../failure.ts';
import { type CliIo, createReporter, type Reporter } from '../../terminal/reporter.ts';
import { counted, duration, printable } from '../../terminal/text.ts';
import { createAccountSource } from '../sync/sync-account.ts';
import type { SyncFlags } from '../sync/sync-flags.ts';
import { spansOf, type SyncPlan } from '../sync/sync-plan.ts';
import { lineOf, statusJson } from './status.ts';

/** `sync --queue`: leaves the work to workers, and waits for them; with a schedule, it leaves that to them too. */
export async function runSyncQueue(flags: SyncFlags, plan: SyncPlan, io: CliIo): Promise<ExitCode> {
  const reporter = createReporter(flags, io);
  const source = createAccountSource(flags, io);
  try {
    const accounts = (await source.accounts(plan.timeZone, undefined)).map(({ id }) => id);
    const { since } = spansOf(flags, { timeZone: flags.tz, now: io.now() });
    const request = { url: plan.place.location, accounts, since };
    if (flags.schedule !== undefined) return await schedule(flags, request, reporter);
    return await waitForWorkers(request, io, reporter);
  } catch (error) {
    if (!(error instanceof AbortedError)) return reportFailure(error, reporter);
    reporter.error('Interrupted; the workers go on.');
    reporter.json({ status: 'failed', exitCode: exitCodes.interrupted });
    return exitCodes.interrupted;
  } finally {
    await source.close();
  }
}

type Request = Pick<Parameters<typeof requestSync>[0], 'url' | 'accounts' | 'since'>;

async function schedule(
  { schedule: cron = '', tz }: SyncFlags,
  request: Request,
  reporter: Reporter,
): Promise<ExitCode> {
  const timeZone = tz ?? 'UTC';
  if (!/^(\S+\s+){4}\S+$/.test(cron.trim())) throw notCron(cron);
  await scheduleSync({ ...request, cron: cron.trim(), timeZone }).catch((error: unknown) => {
    // The parser of the queue has no codes.
    throw error instanceof Error && /cron|constraint|invalid/i.test(error.message) ? notCron(cron) : error;
  });
  reporter.say(
    `Workers bring ${counted(request.accounts.length, 'account')} up to date at ${JSON.stringify(cron)} (${timeZone}).\n`,
  );
  reporter.json({ status: 'done', exitCode: exitCodes.done, schedule: cron, timeZone });
  return exitCodes.done;
}

function notCron(cron: string): Error {
  const hint = 'Write minute, hour, day, month and weekday: "*/5 * * * *" is every five minutes.';
  return usageError(`--schedule is ${JSON.stringify(cron)}, which is not a cron expression`, hint);
}

async function waitForWorkers(request: Request, io: CliIo, reporter: Reporter): Promise<ExitCode> {
  const startedAt = io.now().getTime();
  const { accounts, signal } = { ...request, signal: io.signal };
  const statuses = await requestSync({
    ...{ ...request, signal },
    onOutage: ({ message }) => {
      reporter.warn(`${message}. The workers and this command wait for it.`);
    },
    onProgress: (done) => {
      const label = `${done} of ${counted(accounts.length, 'account')}`;
      reporter.progress.update({
        calls: done,
        totalItems: accounts.length,
        elapsedMs: io.now().getTime() - startedAt,
        label,
      });
    },
  });
  const failed = statuses.filter(({ phase }) => phase === 'paused' || phase === 'failed');
  const exitCode = exitCodeOf(failed, statuses.length);
  for (const status of failed) reporter.error(lineOf(status));
  const done = statuses.length - failed.length;
  const durationMs = io.now().getTime() - startedAt;
  reporter.say(
    `${printable(`${done} of ${counted(statuses.length, 'account')} ${done === 1 ? 'is' : 'are'} up to date`)}, after ${duration(durationMs)}.\n`,
  );
  const status = exitCode === exitCodes.done ? 'done' : 'failed';
  reporter.json({ event: 'summary', status, exitCode, durationMs, accounts: statuses.map(statusJson) });
  return exitCode;
}

/** As that of `sync`: where all accounts failed alike, their exit code; else "incomplete". */
function exitCodeOf(failed: readonly AccountStatus[], accounts: number): ExitCode {
  if (failed.length === 0) return exitCodes.done;
  const isRefused = failed.every(({ phase }) => phase === 'paused');
  return failed.length === accounts && isRefused ? exitCodes.refused : exitCodes.incomplete;
}
