import { createReportsClient, IncompleteError, ReportsError, type CallLog, type Resume } from '../../src/index.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox.ts';
import { resolveRange } from '../../src/core/time/index.ts';
import { createFastClock } from '../support/fast-clock.ts';
import type { ChaosSettings } from './settings.ts';

/** The number of times a reading that ended early is resumed; calls that are missing then are missing for good. */
const maxResumes = 25;

/**
 * Reads a range of a misbehaving sandbox to the end, resuming after each error, and compares with the truth. Throws
 * what is wrong: a call lost, repeated, invented, out of order, or missing without being named.
 */
export async function runChaos(settings: ChaosSettings): Promise<'complete' | 'resumed' | 'incomplete'> {
  const { seed, now, calls, switches } = settings;
  const month = { from: '2026-03-01', to: '2026-04-02' };
  await using sandbox = await startSandbox({ now, seed, calls, switches, ...month });
  const truth = resolveRange(settings.range, new Date(now));
  const before = sandbox.calls(truth);

  const read = createReader(settings, sandbox);
  const found: CallLog[] = [];
  let resume: Resume | undefined;
  let runs = 0;
  do {
    const { calls: part, resume: next } = await read(resume);
    refuseUnless(isOrdered(part, settings.order), 'calls out of order');
    found.push(...part);
    resume = next;
    runs += 1;
  } while (resume !== undefined && runs <= maxResumes);

  compare(found, resume, before, sandbox.calls(truth));
  if (resume !== undefined) return 'incomplete';
  return runs === 1 ? 'complete' : 'resumed';
}

interface Part {
  readonly calls: readonly CallLog[];
  /** Undefined if nothing is missing. */
  readonly resume: Resume | undefined;
}

function createReader(settings: ChaosSettings, sandbox: Sandbox): (resume: Resume | undefined) => Promise<Part> {
  const { now, pageSize, concurrency, order, range } = settings;
  const client = createReportsClient({
    accountId: sandbox.accountId,
    auth: sandbox.credentials,
    baseUrl: sandbox.baseUrl,
    tokenUrl: sandbox.tokenUrl,
    clock: createFastClock(now),
    timeoutMs: 4000,
    pageSize,
    concurrency,
  });
  return async (resume) => {
    const calls: CallLog[] = [];
    try {
      for await (const call of client.callLogs.list({ ...range, order, resume })) calls.push(call);
      return { calls, resume: undefined };
    } catch (error) {
      if (!(error instanceof ReportsError) || error.resume === undefined) throw error;
      if (error instanceof IncompleteError) refuseUnless(namesTheSame(error), 'windows and `resume` that differ');
      return { calls, resume: error.resume };
    }
  };
}

/** Returns whether the windows that are missing are those that `resume` reads again, which are merged. */
function namesTheSame({ windows, resume }: IncompleteError): boolean {
  const merged: { from: string; to: string }[] = [];
  for (const window of windows) {
    const [from, to] = [window.from.toISOString(), window.to.toISOString()];
    const last = merged.at(-1);
    if (last?.to === from) last.to = to;
    else merged.push({ from, to });
  }
  return JSON.stringify(merged) === JSON.stringify(resume?.windows.map(({ from, to }) => ({ from, to })));
}

function compare(
  found: readonly CallLog[],
  missing: Resume | undefined,
  before: readonly CallLog[],
  after: readonly CallLog[],
): void {
  const foundIds = new Set(found.map(({ id }) => id));
  const afterIds = new Set(after.map(({ id }) => id));
  refuseUnless(foundIds.size === found.length, `${found.length - foundIds.size} calls twice`);
  const invented = found.filter(({ id }) => !afterIds.has(id)).length;
  refuseUnless(invented === 0, `${invented} calls that are not there`);
  const lost = before.filter((call) => !foundIds.has(call.id) && isOutside([call], missing)).length;
  refuseUnless(lost === 0, `${lost} calls lost without a word`);
}

function isOutside(calls: readonly CallLog[], resume: Resume | undefined): boolean {
  const windows = (resume?.windows ?? []).map(({ from, to }) => [wire(from), wire(to)] as const);
  return calls.every(({ start }) => !windows.some(([from, to]) => start >= from && start < to));
}

/** `2026-03-01T00:00:00.000Z` as the API writes it. */
function wire(instant: string): string {
  return instant.slice(0, 19).replace('T', ' ');
}

function isOrdered(calls: readonly CallLog[], order: 'asc' | 'desc'): boolean {
  const keys = calls.map(({ start, id }) => `${start} ${id}`);
  return keys.every((key, index) => {
    const previous = keys[index - 1] ?? key;
    return order === 'asc' ? previous <= key : previous >= key;
  });
}

function refuseUnless(holds: boolean, problem: string): void {
  if (!holds) throw new Error(problem);
}
