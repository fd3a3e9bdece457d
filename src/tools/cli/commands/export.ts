import { type CallLogPage, settledUntil } from '../../../index.ts';
import type { RejectedRowEvent } from '../../../core/events.ts';
import { present } from '../../../core/present.ts';
import { resolveInstant } from '../../../core/time/index.ts';
import {
  createCsvFormat,
  createNdjsonFormat,
  type ExportJob,
  openFileOutput,
  type Output,
  OutputError,
  type ReadWindow,
  rejectedFile,
  type RowFormat,
  StreamOutput,
  writeCalls,
  type WriteResult,
} from '../../export/index.ts';
import { createParquetRows, requireParquet } from '../../sync/index.ts';
import { connect, createClient, version } from '../connection.ts';
import { type ExitCode, exitCodes, reportFailure } from '../failure.ts';
import type { StorePlace } from '../store-place.ts';
import { type CliIo, createReporter, type Reporter } from '../terminal/reporter.ts';
import { createRunLog, type RunLog } from '../terminal/run-log.ts';
import { counted, printableLines } from '../terminal/text.ts';
import type { ExportFlags } from './export-flags.ts';
import { type ExportPlan, planExport } from './export-plan.ts';
import { remainderOf, summaryJson, summaryText } from './export-report.ts';
import { unprovenText, withProvenStore } from './store-calls.ts';
import { type CallFilter, createCallFilter, type LiteralFilters, noMatchNote } from './filters.ts';

/** Runs the command `export` with its flags, and the arguments as typed. Returns the exit code; has reported everything. */
export async function runExport(flags: ExportFlags, args: readonly string[], io: CliIo): Promise<ExitCode> {
  const reporter = createReporter({ ...flags, rowsOnStdout: flags.out === '-' }, io);
  const log = createRunLog(reporter, io.now);
  try {
    const plan = planExport(flags, io.env, io.now());
    if (plan.convert) await requireParquet();
    for (const note of plan.notes) log.warn(note);
    const session = { plan, flags, args, io, reporter, log };
    return plan.store === undefined ? await exportFromApi(session) : await exportFromStore(session, plan.store);
  } catch (error) {
    return reportFailure(error, reporter, unprovenText(error));
  }
}

interface Session {
  readonly plan: ExportPlan;
  readonly flags: ExportFlags;
  readonly args: readonly string[];
  readonly io: CliIo;
  readonly reporter: Reporter;
  readonly log: RunLog;
}

/** The source of the calls. */
interface Source {
  /** The account's id, or another name that tells this source from others. */
  readonly account: string;
  readonly read: ReadWindow;
  readonly statesTotals: boolean;
  /** The number of rows that had to be rejected so far. */
  readonly rejectedRows: () => number;
  /** The time until which the source had all calls when the export began. */
  readonly settledUntil: (startedAt: Date) => Date;
}

interface Run extends Session {
  readonly source: Source;
  /** Holds the output once it is open. */
  readonly sink: { output?: Output };
}

async function exportFromApi(session: Session): Promise<ExitCode> {
  const { plan, flags, io, log } = session;
  const connection = await connect(flags, plan.range, io, log.warn);
  try {
    const sink: Run['sink'] = {};
    let rejectedRows = 0;
    const rejected = ({ row, window }: RejectedRowEvent): void => {
      rejectedRows += 1;
      sink.output?.reject(row);
      if (!plan.list.acceptRejected) sink.output?.distrust([window]);
    };
    const client = createClient(connection, flags, io.signal, { ...log.handlers, rejected });
    // Throws for an invalid filter before a folder is made.
    client.callLogs.list(plan.list);
    if (flags.resetLogin) await client.auth.reset();
    const read: ReadWindow = ({ from, to }) => client.callLogs.list({ ...plan.list, from, to }).pages();
    const account = connection.invented ? 'sandbox' : connection.options.accountId;
    const source = { account, read, statesTotals: true, rejectedRows: () => rejectedRows, settledUntil: settledBy };
    return await exportCalls({ ...session, source, sink });
  } finally {
    await connection.close();
  }
}

function settledBy(startedAt: Date): Date {
  return settledUntil(startedAt.getTime());
}

async function exportFromStore(session: Session, place: StorePlace): Promise<ExitCode> {
  const { plan, log } = session;
  if (place.warning !== undefined) log.warn(place.warning);
  return await withProvenStore(place, plan.range, session, async (store) => {
    const account = `${store.accountId} in a store`;
    const source = {
      ...{ account, read: store.read(filtersOf(plan)), statesTotals: false },
      ...{ rejectedRows: () => 0, settledUntil: () => store.settledUntil },
    };
    return await exportCalls({ ...session, source, sink: {} });
  });
}

async function exportCalls(run: Run): Promise<ExitCode> {
  const { plan, io, reporter, log, source, sink } = run;
  const format = createFormat(plan, io);
  const output = (sink.output = await openOutput(run, format));
  const { earlierCalls, windows } = output;

  const filter = createCallFilter(plan.ownFilters);
  const result = await writeCalls(
    (window) => filter.pages(source.read(window)),
    output,
    (page: CallLogPage) => {
      const calls = earlierCalls + filter.read();
      // With several windows, the totals of the later ones are not known yet.
      const totalItems = windows.length === 1 && source.statesTotals ? earlierCalls + page.totalItems : undefined;
      reporter.progress.update({ calls, totalItems, elapsedMs: log.elapsedMs() });
    },
  );
  const rejectedRows = source.rejectedRows();
  if (rejectedRows > 0) log.warn(rejectedWarning(rejectedRows, plan));
  return report(run, format, result, { earlierCalls, rejectedRows, filter });
}

/** The counts of what an export has read, in addition to what it has written. */
interface Read {
  readonly earlierCalls: number;
  readonly rejectedRows: number;
  readonly filter: CallFilter;
}

function report(
  { plan, flags, args, io, reporter, log, source }: Run,
  { leftOut }: RowFormat,
  result: WriteResult,
  { earlierCalls, rejectedRows, filter }: Read,
): ExitCode {
  // npx sets this variable. The command that is suggested next must work where this one did.
  const program = io.env.npm_command === 'exec' ? ['npx', 'vbc-reports'] : ['vbc-reports'];
  const command = [...program, ...args];
  if (result.ended === 'early')
    return reportFailure(result.error, reporter, remainderOf(result.remaining, plan, command));
  if (result.ended === 'reader-gone') return exitCodes.done;
  if (leftOut.size > 0) log.warn(leftOutWarning(leftOut));
  const { counts, warnings } = log;
  const calls = result.calls + earlierCalls;
  const durationMs = log.elapsedMs();
  const read = { calls, earlierCalls, callsRead: filter.read(), rejectedRows };
  const settled = source.settledUntil(result.startedAt);
  const outcome = { ...result, ...counts, ...read, durationMs, leftOut, warnings, settledUntil: settled };
  const note = calls === 0 ? noMatchNote(flags, filter.read(), filter.results()) : undefined;
  if (note !== undefined) log.warn(note);
  reporter.say(summaryText(plan, outcome));
  reporter.json(summaryJson(plan, outcome));
  return exitCodes.done;
}

/** The format of the plan. On a terminal, rows are written so that nothing in them acts on it. */
function createFormat(plan: ExportPlan, { stdout }: CliIo): RowFormat {
  const format = formatOf(plan);
  const onTerminal = plan.file === undefined && stdout.isTTY === true;
  return onTerminal ? { ...format, rows: (calls) => printableLines(format.rows(calls)) } : format;
}

function formatOf(plan: ExportPlan): RowFormat {
  if (plan.format === 'csv') return createCsvFormat(plan);
  return plan.format === 'parquet'
    ? { head: '', rows: createParquetRows(), leftOut: new Map() }
    : createNdjsonFormat(plan);
}

async function openOutput({ plan, source, io }: Run, format: RowFormat): Promise<Output> {
  const now = io.now();
  const { range, file } = plan;
  if (file === undefined && io.stdoutClosed) throw new OutputError('Standard output is closed: give --out a file.');
  if (file === undefined) return new StreamOutput(io.stdout, { range, format, now, signal: io.signal });
  const { gzip, force, resume, convert } = plan;
  const job = jobOf(plan, source, format);
  return await openFileOutput(file, { range, format, now, gzip, convert, force, resume, job });
}

/** The properties that a later run must share with this one in order to continue it. */
function jobOf(plan: ExportPlan, { account }: Source, { head }: RowFormat): ExportJob {
  const { range, timeZone, ownFilters, excel, localTimes, neutraliseFormulas } = plan;
  const resolved = { ...filtersOf(plan), ...ownFilters };
  const times = excel || localTimes || head.includes('_local') ? timeZone : 'UTC';
  return {
    account,
    range: [range.from, range.to].map((date) => date.toISOString()).join(' '),
    filters: Object.keys(present(resolved)).length === 0 ? '' : JSON.stringify(resolved),
    format: excel ? 'csv for Excel' : plan.format,
    columns: head,
    times: `${times}${localTimes ? ', added' : ''}`,
    formulas: neutraliseFormulas === true ? 'neutralised' : 'kept',
    version,
  };
}

/** The filters that the API applies. */
function filtersOf({ list, timeZone }: ExportPlan): LiteralFilters {
  const { from: _from, to: _to, timeZone: _timeZone, acceptRejected: _accept, endFrom, endTo, ...filters } = list;
  return {
    ...filters,
    endFrom: endFrom === undefined ? undefined : resolveInstant(endFrom, 'endFrom', timeZone),
    endTo: endTo === undefined ? undefined : resolveInstant(endTo, 'endTo', timeZone),
  };
}

function leftOutWarning(leftOut: ReadonlyMap<string, number>): string {
  const fields = [...leftOut].map(([field, calls]) => `${field} (${calls})`).join(', ');
  return `The API sent fields that this version does not know, and that CSV has no columns for: ${fields}. NDJSON keeps them.`;
}

function rejectedWarning(rows: number, { file }: ExportPlan): string {
  const what = `${counted(rows, 'row')} ${rows === 1 ? 'was' : 'were'} rejected`;
  return file === undefined ? `${what}; only an export to a file keeps them.` : `${what}; see ${rejectedFile(file)}.`;
}
