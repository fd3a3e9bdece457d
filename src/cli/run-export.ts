import type { EventHandlers } from '../events.ts';
import {
  createCsvFormat,
  createNdjsonFormat,
  createStreamOutput,
  openFileOutput,
  type Output,
  type RowFormat,
  writeCalls,
} from '../export/index.ts';
import { createReportsClient, type ReportsClient } from '../client.ts';
import type { CliIo } from './cli-io.ts';
import { connect, type Connection } from './connect.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import type { ExportFlags } from './export-flags.ts';
import { parseNumber } from './parse-number.ts';
import { type ExportPlan, planExport } from './plan-export.ts';
import { printableLines } from './printable.ts';
import { reportFailure } from './report-failure.ts';
import { createRunLog } from './run-log.ts';
import { summaryJson, summaryText } from './summary.ts';
import { version } from './version.ts';
import { createVoice, type Voice } from './voice.ts';
import { duration } from './words.ts';

/** A wait that a person at the terminal would wonder about. */
const longWaitMs = 5_000;

/** The command `export`: answers with the exit code, having said everything. */
export async function runExport(flags: ExportFlags, io: CliIo): Promise<ExitCode> {
  const voice = createVoice({ ...flags, rowsOnStdout: flags.out === '-' }, io);
  try {
    await exportRange(planExport(flags, io.now()), flags, io, voice);
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
  const startedAtMs = io.now().getTime();
  const elapsedMs = (): number => io.now().getTime() - startedAtMs;
  const warnings: string[] = [];
  const warn = (message: string): void => {
    warnings.push(message);
    voice.warn(message);
  };
  const log = createRunLog({
    warning: ({ message }) => {
      warn(message);
    },
    retry: ({ reason, delayMs }) => {
      if (delayMs >= longWaitMs) voice.warn(`Waiting ${duration(delayMs)} before trying again (${reason}).`);
    },
  });
  const client = createClient(connection, flags, io, log.handlers);
  // What the filters mean is checked here, before a file is made.
  const calls = client.callLogs.list(plan.list);
  const format = createFormat(plan, io);
  const output = await openOutput(plan, io);
  if (flags.resetLogin) await client.auth.reset();

  const written = await writeCalls(calls.pages(), format, output, (state) => {
    voice.progress.update({ ...state, elapsedMs: elapsedMs() });
  });
  voice.progress.clear();
  if (written.readerGone) return;
  if (format.leftOut.size > 0) warn(leftOutWarning(format.leftOut));
  const result = { ...log.counts, calls: written.calls, durationMs: elapsedMs(), leftOut: format.leftOut, warnings };
  voice.say(summaryText(plan, result));
  voice.json(summaryJson(plan, result));
}

function createClient(
  { options }: Connection,
  flags: ExportFlags,
  { signal }: CliIo,
  handlers: EventHandlers,
): ReportsClient {
  return createReportsClient({
    ...options,
    pageSize: parseNumber('--page-size', flags.pageSize),
    concurrency: parseNumber('--concurrency', flags.concurrency),
    requestsPerSecond: parseNumber('--requests-per-second', flags.requestsPerSecond),
    userAgent: `vbc-reports/${version}`,
    signal,
    on: handlers,
  });
}

function createFormat(plan: ExportPlan, { stdout }: CliIo): RowFormat {
  const format = plan.format === 'csv' ? createCsvFormat(plan) : createNdjsonFormat(plan);
  const shownToPeople = plan.file === undefined && stdout.isTTY === true;
  return shownToPeople ? { ...format, rows: (calls) => printableLines(format.rows(calls)) } : format;
}

async function openOutput({ file, force }: ExportPlan, { stdout }: CliIo): Promise<Output> {
  return file === undefined ? createStreamOutput(stdout) : await openFileOutput(file, { force });
}

function leftOutWarning(leftOut: ReadonlyMap<string, number>): string {
  const fields = [...leftOut].map(([field, calls]) => `${field} (${calls})`).join(', ');
  return `The API sent fields that this version does not know, and CSV has no columns for: ${fields}. NDJSON keeps them.`;
}
