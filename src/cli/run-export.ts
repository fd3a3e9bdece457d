import { createStreamOutput, openFileOutput, type Output, writeCalls } from '../export/index.ts';
import type { CliIo } from './cli-io.ts';
import { connect, type Connection } from './connect.ts';
import { createClient } from './create-client.ts';
import { createFormat } from './create-format.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import type { ExportFlags } from './export-flags.ts';
import { type ExportPlan, planExport } from './plan-export.ts';
import { reportFailure } from './report-failure.ts';
import { createRunLog } from './run-log.ts';
import { summaryJson, summaryText } from './summary.ts';
import { createVoice, type Voice } from './voice.ts';

/** The command `export`: answers with the exit code, having said everything. */
export async function runExport(flags: ExportFlags, io: CliIo): Promise<ExitCode> {
  const voice = createVoice({ ...flags, rowsOnStdout: flags.out === '-' }, io);
  try {
    const plan = planExport(flags, io.now());
    await exportRange(plan, flags, io, voice);
    return exitCodes.done;
  } catch (error) {
    return reportFailure(error, voice);
  }
}

async function exportRange(plan: ExportPlan, flags: ExportFlags, io: CliIo, voice: Voice): Promise<void> {
  const connection = await connect(flags, plan.range, io);
  try {
    await exportCalls(plan, connection, flags, io, voice);
  } finally {
    await connection.close();
  }
}

async function exportCalls(
  plan: ExportPlan,
  connection: Connection,
  flags: ExportFlags,
  io: CliIo,
  voice: Voice,
): Promise<void> {
  const log = createRunLog(voice, io.now);
  const client = createClient(connection, flags, io.signal, log.handlers);
  // Says what is wrong with the filters, so it comes before a file is made.
  const calls = client.callLogs.list(plan.list);
  const format = createFormat(plan, io.stdout);
  const output = await openOutput(plan, io);
  if (flags.resetLogin) await client.auth.reset();

  const written = await writeCalls(calls.pages(), format, output, (state) => {
    voice.progress.update({ ...state, elapsedMs: log.elapsedMs() });
  });
  if (written.readerGone) return;
  if (format.leftOut.size > 0) log.warn(leftOutWarning(format.leftOut));
  const result = {
    ...log.counts,
    calls: written.calls,
    durationMs: log.elapsedMs(),
    leftOut: format.leftOut,
    warnings: log.warnings,
    settledUntil: calls.summary()?.settledUntil,
  };
  voice.say(summaryText(plan, result));
  voice.json(summaryJson(plan, result));
}

async function openOutput({ file, force }: ExportPlan, { stdout }: CliIo): Promise<Output> {
  return file === undefined ? createStreamOutput(stdout) : await openFileOutput(file, { force });
}

function leftOutWarning(leftOut: ReadonlyMap<string, number>): string {
  const fields = [...leftOut].map(([field, calls]) => `${field} (${calls})`).join(', ');
  return `The API sent fields that this version does not know, and CSV has no columns for: ${fields}. NDJSON keeps them.`;
}
