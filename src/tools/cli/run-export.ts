import {
  createStreamOutput,
  findLeftBehind,
  openFileOutput,
  type Output,
  type RowFormat,
  writeCalls,
} from '../export/index.ts';
import { connect, type Connection, createClient } from './connection.ts';
import { createFormat } from './create-format.ts';
import { describeJob } from './describe-job.ts';
import type { ExportFlags } from './export-flags.ts';
import { type ExitCode, exitCodes, reportFailure } from './failure.ts';
import { type ExportPlan, planExport } from './plan-export.ts';
import { remainderOf } from './remainder.ts';
import { type ExportResult, summaryJson, summaryText } from './summary.ts';
import { type CliIo, createReporter, type Reporter } from './terminal/reporter.ts';
import { createRunLog, type RunLog } from './terminal/run-log.ts';

/** The command `export`, given as flags and as typed: answers with the exit code, having said everything. */
export async function runExport(flags: ExportFlags, args: readonly string[], io: CliIo): Promise<ExitCode> {
  const reporter = createReporter({ ...flags, rowsOnStdout: flags.out === '-' }, io);
  const log = createRunLog(reporter, io.now);
  try {
    const plan = planExport(flags, io.now());
    for (const note of plan.notes) log.warn(note);
    const connection = await connect(flags, plan.range, io, log.warn);
    try {
      return await exportCalls({ plan, connection, flags, args, io, reporter, log });
    } finally {
      await connection.close();
    }
  } catch (error) {
    return reportFailure(error, reporter);
  }
}

interface Run {
  readonly plan: ExportPlan;
  readonly connection: Connection;
  readonly flags: ExportFlags;
  readonly args: readonly string[];
  readonly io: CliIo;
  readonly reporter: Reporter;
  readonly log: RunLog;
}

async function exportCalls(run: Run): Promise<ExitCode> {
  const { plan, connection, flags, args, io, reporter, log } = run;
  const client = createClient(connection, flags, io.signal, log.handlers);
  if (flags.resetLogin) await client.auth.reset();
  const format = createFormat(plan, io.stdout);
  const output = await openOutput(run, format);

  const earlier = output.earlier?.calls ?? 0;
  const stop = new AbortController();
  const list = client.callLogs.list({ ...plan.list, resume: output.earlier?.resume, signal: stop.signal });
  const source = {
    pages: list.pages(),
    stop: () => {
      stop.abort();
    },
  };
  const written = await writeCalls(source, format, output, ({ calls, totalItems = 0 }) => {
    reporter.progress.update({ calls: earlier + calls, totalItems: earlier + totalItems, elapsedMs: log.elapsedMs() });
  });
  if (written.ended === 'early') return reportFailure(written.error, reporter, remainderOf(written, plan, args));
  if (written.ended === 'complete')
    summarise(run, format, { ...written, earlier, settledUntil: list.summary()?.settledUntil });
  return exitCodes.done;
}

/** Says what is wrong with the filters before a file is made. */
async function openOutput({ plan, connection, io, log }: Run, format: RowFormat): Promise<Output> {
  const job = describeJob(plan, connection, format, io.now());
  if (plan.file === undefined) return createStreamOutput(io.stdout, io.signal);
  for (const path of await findLeftBehind(plan.file, io.now())) {
    log.warn(`${path} was left by an export that was killed. Nothing can go on with it; delete it.`);
  }
  return await openFileOutput(plan.file, { ...plan, job });
}

function summarise(
  { plan, reporter, log }: Run,
  { leftOut }: RowFormat,
  { calls, earlier, settledUntil }: Pick<ExportResult, 'calls' | 'earlier' | 'settledUntil'>,
): void {
  if (leftOut.size > 0) log.warn(leftOutWarning(leftOut));
  const { counts, warnings } = log;
  const durationMs = log.elapsedMs();
  const result = { ...counts, calls: calls + earlier, earlier, durationMs, leftOut, warnings, settledUntil };
  reporter.say(summaryText(plan, result));
  reporter.json(summaryJson(plan, result));
}

function leftOutWarning(leftOut: ReadonlyMap<string, number>): string {
  const fields = [...leftOut].map(([field, calls]) => `${field} (${calls})`).join(', ');
  return `The API sent fields that this version does not know, and CSV has no columns for: ${fields}. NDJSON keeps them.`;
}
