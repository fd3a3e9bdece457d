import { settledUntil } from '../../../call-logs/index.ts';
import { AbortedError, type TimeWindow } from '../../../core/errors/index.ts';
import { formatForPeople } from '../../../core/time/index.ts';
import { OutputError, requireWritable, targetFile, writeWhole } from '../../export/index.ts';
import { readCallFile } from '../../report/call-file.ts';
import type { Figures } from '../../report/figures.ts';
import { renderReport } from '../../report/page/render-report.ts';
import {
  type FiguresOptions,
  type FiguresPage,
  type FiguresPages,
  makeFigures,
  withPrevious,
} from '../../report/make-figures.ts';
import { connect, createClient, version } from '../connection.ts';
import { type ExitCode, exitCodeOf, exitCodes, reportFailure, usageError } from '../failure.ts';
import type { StorePlace } from '../store-place.ts';
import { type CliIo, createReporter, type Reporter } from '../terminal/reporter.ts';
import { createRunLog, type RunLog } from '../terminal/run-log.ts';
import { counted, duration, grouped, rangeText, workText } from '../terminal/text.ts';
import { planReport, type ReportFlags, type ReportPlan } from './report-plan.ts';
import { unprovenText, withProvenStore } from './store-calls.ts';

/** Runs the command `report` with its flags. Returns the exit code; has reported everything. */
export async function runReport(flags: ReportFlags, io: CliIo): Promise<ExitCode> {
  const reporter = createReporter({ ...flags, rowsOnStdout: flags.out === '-' }, io);
  const log = createRunLog(reporter, io.now);
  try {
    const plan = planReport(flags, io.env, io.now());
    for (const note of plan.notes) log.warn(note);
    const run = { plan, flags, io, reporter, log };
    const publish = await openPage(run);
    const figures = await figuresOfSource(run);
    await publish(figures);
    reporter.say(summaryText(figures, plan, log));
    reporter.json(figures);
    return exitCodes.done;
  } catch (error) {
    if (exitCodeOf(error) !== exitCodes.interrupted) return reportFailure(error, reporter, unprovenText(error));
    reporter.error('Interrupted; there is no report.');
    return exitCodes.interrupted;
  }
}

interface Run {
  readonly plan: ReportPlan;
  readonly flags: ReportFlags;
  readonly io: CliIo;
  readonly reporter: Reporter;
  readonly log: RunLog;
}

async function figuresOfSource(run: Run): Promise<Figures> {
  const { range, input, store } = run.plan;
  if (input !== undefined) return await figuresOfFile(run, input);
  if (range === undefined) throw usageError('The range is missing');
  return store === undefined ? await figuresOfAccount(run, range) : await figuresOfStore(run, range, store);
}

async function figuresOfFile(run: Run, file: string): Promise<Figures> {
  return await figuresOf(run, () => readCallFile(file), { source: 'file', sourceName: fileName(file) });
}

/** A report may be passed on, so it does not name the folders of this computer. */
function fileName(path: string): string {
  return path.replace(/^.*[/\\]/, '');
}

async function figuresOfStore(run: Run, range: TimeWindow, place: StorePlace): Promise<Figures> {
  if (place.warning !== undefined) run.log.warn(place.warning);
  return await withProvenStore(place, spanOf(run.plan, range), run, async ({ name, settledUntil: settled, read }) => {
    const sourceName = place.kind === 'duckdb' ? fileName(name) : name;
    const pages = read({});
    return await figuresOf(run, (window) => withoutTotals(pages(window ?? range)), {
      ...{ source: 'store', sourceName, complete: true, settledUntil: settled },
    });
  });
}

/** The range, with the previous span if there is a comparison. */
function spanOf({ previous }: ReportPlan, range: TimeWindow): TimeWindow {
  return { from: previous?.from ?? range.from, to: range.to };
}

/** A store does not say how many calls will come. */
async function* withoutTotals(pages: FiguresPages): AsyncGenerator<FiguresPage> {
  for await (const { calls } of pages) yield { calls };
}

async function figuresOfAccount(run: Run, range: TimeWindow): Promise<Figures> {
  const { plan, flags, io, log } = run;
  const { timeZone } = plan;
  const { acceptRejected = false } = flags;
  let rejected = 0;
  const connection = await connect(flags, spanOf(plan, range), io, log.warn);
  try {
    const client = createClient(connection, flags, io.signal, {
      ...log.handlers,
      rejected: () => {
        rejected += 1;
      },
    });
    if (flags.resetLogin) await client.auth.reset();
    const list = (window: TimeWindow): FiguresPages =>
      client.callLogs.list({ from: window.from, to: window.to, timeZone, acceptRejected }).pages();
    const source = connection.invented ? 'sandbox' : 'api';
    const figures = await figuresOf(run, (window) => list(window ?? range), {
      source,
      settledUntil: settledUntil(io.now().getTime()),
    });
    if (rejected === 0) return figures;
    log.warn(`${counted(rejected, 'row')} ${rejected === 1 ? 'was' : 'were'} rejected, and not counted.`);
    return { ...figures, basis: { ...figures.basis, complete: false } };
  } finally {
    await connection.close();
  }
}

/**
 * Makes the figures of the plan from any source of calls: a function that reads the calls of a window in order (of all,
 * if there is no window), and what is known about them.
 */
async function figuresOf(
  { plan, flags, io, reporter, log }: Run,
  read: (window: TimeWindow | undefined) => FiguresPages,
  source: Pick<FiguresOptions, 'source' | 'sourceName' | 'complete' | 'settledUntil'>,
): Promise<Figures> {
  const { timeZone, range, previous } = plan;
  const options = { timeZone, people: flags.sort, showNumbers: flags.showNumbers, version, now: io.now(), ...source };
  let calls = 0;

  async function* watched(pages: FiguresPages): AsyncGenerator<FiguresPage> {
    for await (const page of pages) {
      if (io.signal.aborted) throw new AbortedError('Aborted while reading calls');
      calls += page.calls.length;
      // With two spans, the total of the second is not known yet.
      const totalItems = previous === undefined ? page.totalItems : undefined;
      reporter.progress.update({ calls, totalItems, elapsedMs: log.elapsedMs() });
      yield page;
    }
  }

  const ofSpan = (window: TimeWindow | undefined): Promise<Figures> =>
    makeFigures(watched(read(window)), { ...options, range: window });
  const before = previous === undefined ? undefined : await ofSpan(previous);
  const figures = await ofSpan(range);
  return before === undefined ? figures : withPrevious(figures, before);
}

/** Checks the target, and returns a function that writes the page to it. Without a target, the page is not made. */
async function openPage(run: Run): Promise<(figures: Figures) => Promise<void>> {
  const { plan, flags, io } = run;
  const { out, force } = plan;
  if (out === undefined) return () => Promise.resolve();
  const render = (figures: Figures): Promise<string> =>
    renderReport(figures, { title: flags.title, people: flags.sort });
  if (out === '-') {
    if (io.stdoutClosed) throw new OutputError('Standard output is closed: give --out a file.');
    return async (figures) => {
      io.stdout.write(await render(figures));
    };
  }
  const target = await targetFile(out, force);
  await requireWritable(target);
  return async (figures) => {
    await writeWhole(target, await render(figures), force);
  };
}

/** The summary for people, on standard error. */
function summaryText(figures: Figures, { out, timeZone }: ReportPlan, log: RunLog): string {
  const { headline, basis, range } = figures;
  const { missed, inboundAnsweredRate: rate } = headline;
  const answered = rate === null ? [] : [`${Math.round(rate * 100)} % of inbound answered`];
  const { requests, logins } = log.counts;
  const where = out === undefined || out === '-' ? 'standard output' : out;
  return [
    `${out === undefined ? 'Figures' : 'Report'} of ${counted(basis.calls, 'call')} (${counted(basis.rows, 'row')}) written to ${where}.`,
    `  range  ${rangeText({ from: new Date(range.from), to: new Date(range.to) }, timeZone)}`,
    `  calls  ${[...answered, `${grouped(missed)} missed`].join(', ')}`,
    ...(requests === 0 ? [] : [`  work   ${workText(requests, logins)}`]),
    `  time   ${duration(log.elapsedMs())}`,
    ...settledLine(figures, timeZone),
    '',
  ].join('\n');
}

/** A note if the range is not settled: a call is listed minutes after its end, and may last for hours (fact 19). */
function settledLine({ basis, range }: Figures, timeZone: string): string[] {
  if (basis.settledUntil === null || basis.settledUntil >= range.to) return [];
  const since = basis.settledUntil > range.from ? basis.settledUntil : range.from;
  return [`  note   calls that started after ${formatForPeople(new Date(since), timeZone)} may still be added`];
}
