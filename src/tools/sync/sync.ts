import { ConfigurationError, type IncompleteError, settledUntil, type TimeWindow } from '../../index.ts';
import { type Coverage, cut, openWindows, prove, reopen, settledFrom } from './coverage.ts';
import { type Difference, next, type Plan, type PlanEvent, questions, readsNeeded, startPlan } from './plan.ts';
import { readWindow } from './read-window.ts';
import { changeCoverage, report, type Run, saveCoverage, type SyncOptions } from './run.ts';
import type { AccountStore, Changes, RunRecord } from './store.ts';

/** The result of a run: the changes that it made, and the state of the store after it. */
export interface SyncResult extends Changes {
  /**
   * Whether everything that can be settled by now is proven to be in the store; in the modes `audit` and `plan`, whether
   * the counts agree.
   */
  readonly complete: boolean;
  /** The window that was compared. */
  readonly range: TimeWindow;
  /** Requests to the API: counts, and pages with their retries. */
  readonly requests: number;
  /** The number of calls that the store has in the range, without those that are no longer listed. */
  readonly stored: number;
  /** The time until which everything from the start of the range is settled; undefined if nothing is. */
  readonly settledUntil: Date | undefined;
  /**
   * Windows in which the server's count differs from the number of calls that it lists, or in which calls arrived too
   * fast to be counted. In the modes `audit` and `plan`: windows whose counts differ.
   */
  readonly differences: readonly Difference[];
  /** The smallest number of requests that reading the differences takes. */
  readonly requestsNeeded: number;
  /** The errors of readings in which the server listed fewer calls than it stated. */
  readonly incomplete: readonly IncompleteError[];
}

/** After this many rounds the run does not compare again: calls arrive faster than they are counted. */
const mostRounds = 3;

/** The default start of the first run: earlier than any call. */
const beginning = new Date('2000-01-01T00:00:00Z');

/**
 * Compares what a store has of an account with what the server lists, by counting, and reads what differs.
 *
 * @throws StoreError the store cannot be used, or another process writes to it
 * @throws ReportsError the API cannot be read; what was proven until then is kept
 */
export async function sync(options: SyncOptions): Promise<SyncResult> {
  const store = await options.store.open(options.account);
  try {
    const run = await beginRun(options, store);
    return await (options.mode === 'audit' || options.mode === 'plan' ? compareOnly(run) : recorded(run));
  } finally {
    await store.release();
  }
}

const noChanges: Changes = { added: 0, changed: 0, deleted: 0, unlisted: 0 };

/** Begins a run, which does nothing yet. */
export async function beginRun(options: SyncOptions, store: AccountStore): Promise<Run> {
  const { now = Date.now, pageSize = 1000, since } = options;
  const before = await store.coverage();
  const startedAt = new Date(now());
  const range = { from: wholeSecond(since ?? before[0]?.from ?? beginning), to: wholeSecond(startedAt) };
  if (range.from >= range.to) {
    throw new ConfigurationError(`The store would begin in the future: ${range.from.toISOString()}`, {
      hint: 'Give an earlier `since`, or correct the clock of this computer.',
    });
  }
  const counters = { changes: noChanges, requests: 0, callsRead: 0, callsToRead: 0, incomplete: [], unsaved: [] };
  return { options, store, startedAt, range, pageSize, now, before, coverage: before, ...counters };
}

/** Compares without reading any calls. */
async function compareOnly(run: Run): Promise<SyncResult> {
  const isAudit = run.options.mode === 'audit';
  const plan = isAudit
    ? await compare(run, await monthsOf(run))
    : await compare(run, [run.range], openWindows(run.before));
  return await resultOf(run, plan.differing, readsNeeded(plan));
}

/** Brings the store up to date, and records the run however it ends. */
async function recorded(run: Run): Promise<SyncResult> {
  await run.store.record(recordOf(run, 'running'));
  try {
    const differences = await bringUpToDate(run);
    const result = await resultOf(run, differences, 0);
    await run.store.record(recordOf(run, result.complete ? 'complete' : 'differs', run.incomplete[0]));
    return result;
  } catch (error) {
    const outcome = run.options.signal?.aborted === true ? 'interrupted' : 'failed';
    // The error that ended the run matters more than one about its record.
    await run.store.record(recordOf(run, outcome, error)).catch(() => undefined);
    throw error;
  }
}

/** Compares and reads until the counts agree. Returns where they still differ. */
async function bringUpToDate(run: Run): Promise<readonly Difference[]> {
  const recheck = run.options.recheck && clip(run.options.recheck, run.range);
  let failed = recheck ? (await readAll(run, [{ ...recheck, listed: 0, stored: 0 }])).incomplete : [];
  for (let round = 1; ; round += 1) {
    const agreedAt = new Date(run.now());
    // In later rounds counts are enough, as what is still missing is read anyway.
    const { agreed, differing } = await compare(run, [run.range], round === 1 ? openWindows(run.before) : []);
    for (const window of agreed) changeCoverage(run, (coverage) => prove(coverage, window, agreedAt));
    run.callsToRead += differing.reduce((sum, { listed }) => sum + listed, 0);
    const { unexplained, incomplete } = await readAll(run, differing);
    failed = [...failed.filter((reading) => !isReadAgain(reading, differing)), ...incomplete];
    run.incomplete = failed.map(({ error }) => error);
    // If reading brought nothing new, counting again would not help: the server's counts and its lists disagree.
    const isMoving = incomplete.length > 0 || unexplained.some(({ stored, found }) => stored !== found);
    if (isMoving && round < mostRounds) continue;
    const open = run.incomplete.flatMap(({ windows }) => windows);
    await saveCoverage(
      run,
      (coverage) => open.reduce(reopen, coverage),
      (change) => run.store.save(change),
    );
    return unexplained.map(({ found, ...window }) => ({ ...window, stored: found }));
  }
}

/** A reading that ended with missing calls or rejected rows. */
interface IncompleteReading {
  readonly window: TimeWindow;
  readonly error: IncompleteError;
}

/** Returns whether all that was missing, or all of the window if nothing was, lies in windows that were read since. */
function isReadAgain({ window, error }: IncompleteReading, since: readonly TimeWindow[]): boolean {
  const open = error.windows.length > 0 ? error.windows : [window];
  return open.every(({ from, to }) => since.some((read) => read.from <= from && to <= read.to));
}

interface Readings {
  /** Windows in which fewer or more calls were found than the server counted. */
  readonly unexplained: readonly (Difference & { readonly found: number })[];
  readonly incomplete: readonly IncompleteReading[];
}

async function readAll(run: Run, windows: readonly Difference[]): Promise<Readings> {
  const unexplained: (Difference & { readonly found: number })[] = [];
  const incomplete: IncompleteReading[] = [];
  for (const window of [...windows].sort((one, other) => one.from.getTime() - other.from.getTime())) {
    const { found, missing } = await readWindow(run, window);
    if (missing) incomplete.push({ window, error: missing });
    else if (found !== window.listed) unexplained.push({ ...window, found });
  }
  return { unexplained, incomplete };
}

/**
 * Compares windows: asks the server and the store until the plan has no more questions.
 *
 * @param doubtful windows that differ even if their counts agree; see `PlanOptions`
 */
export async function compare(
  run: Run,
  windows: readonly TimeWindow[],
  doubtful: readonly TimeWindow[] = [],
): Promise<Plan> {
  let plan = startPlan(windows, { pageSize: run.pageSize, edges: edgesOf(run.coverage), doubtful });
  while (plan.open.length > 0) {
    const { listed, stored, median } = questions(plan);
    const answers = await Promise.all<PlanEvent>([
      ...listed.map(async (window) => ({ type: 'listed' as const, window, listed: await countListed(run, window) })),
      ...stored.map(async (window) => ({ type: 'stored' as const, window, stored: await run.store.count(window) })),
      ...median.map(async (window) => {
        return { type: 'median' as const, window, median: (await run.store.median(window)) ?? window.from };
      }),
    ]);
    plan = answers.reduce(next, plan);
  }
  return plan;
}

/**
 * Instants after which new calls are likely: the end of the settled windows, and the point that an interrupted run had
 * reached.
 */
function edgesOf(coverage: Coverage): Date[] {
  const settled = coverage.filter((window) => window.settled).at(-1);
  const proven = coverage.filter((window) => window.agreedAt !== undefined).at(-1);
  return [settled, proven].flatMap((window) => (window === undefined ? [] : [window.to]));
}

/** Asks the server how many calls it lists in a window. */
export async function countListed(run: Run, { from, to }: TimeWindow): Promise<number> {
  const { client, signal } = run.options;
  const listed = await client.callLogs.count({ from, to, signal });
  run.requests += 1;
  report(run, 'comparing');
  return listed;
}

async function resultOf(run: Run, differences: readonly Difference[], requestsNeeded: number): Promise<SyncResult> {
  const { range, requests, changes, incomplete, options } = run;
  const settled = settledFrom(run.coverage, range.from);
  const readsNothing = options.mode === 'audit' || options.mode === 'plan';
  return {
    ...changes,
    complete: readsNothing ? differences.length === 0 : isComplete(run),
    range,
    requests,
    stored: await run.store.count(range),
    settledUntil: settled,
    differences,
    requestsNeeded,
    incomplete,
  };
}

/** Returns whether everything that can be settled by now is proven, and no reading of it has ended with missing calls. */
function isComplete({ coverage, range, startedAt, incomplete }: Run): boolean {
  const until = wholeSecond(settledUntil(startedAt.getTime()));
  const isProven = until <= range.from || (settledFrom(coverage, range.from) ?? range.from) >= until;
  const isWhole = ({ rejected, windows }: IncompleteError): boolean =>
    rejected.length === 0 && windows.every(({ from }) => from >= until);
  return isProven && incomplete.every(isWhole);
}

function recordOf(run: Run, outcome: RunRecord['outcome'], error?: unknown): RunRecord {
  return {
    ...run.changes,
    startedAt: run.startedAt,
    endedAt: outcome === 'running' ? undefined : new Date(run.now()),
    mode: 'sync',
    outcome,
    problem: error instanceof Error ? error.message : undefined,
    requests: run.requests,
    settledUntil: settledFrom(run.coverage, run.range.from),
  };
}

/**
 * Cuts the range at the beginnings of its months (UTC), so that a surplus in one cannot hide a loss in another. Months
 * without calls in the store are merged with their neighbours.
 */
async function monthsOf({ range, store }: Run): Promise<TimeWindow[]> {
  const beginnings: Date[] = [];
  for (let month = 1; (beginnings.at(-1) ?? range.from) < range.to; month += 1) {
    beginnings.push(new Date(Date.UTC(range.from.getUTCFullYear(), range.from.getUTCMonth() + month)));
  }
  const windows: (TimeWindow & { calls: number })[] = [];
  for (const window of cut(range, beginnings)) {
    const calls = await store.count(window);
    const last = windows.at(-1);
    if (calls === 0 && last?.calls === 0) windows.splice(-1, 1, { ...last, to: window.to });
    else windows.push({ ...window, calls });
  }
  return windows;
}

/** The part of a window that lies in the range, in whole seconds; undefined if there is none. */
function clip(window: TimeWindow, range: TimeWindow): TimeWindow | undefined {
  const from = wholeSecond(window.from > range.from ? window.from : range.from);
  const to = window.to < range.to ? new Date(Math.ceil(window.to.getTime() / 1000) * 1000) : range.to;
  return from < to ? { from, to } : undefined;
}

function wholeSecond(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}
