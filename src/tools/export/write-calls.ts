import type { CallLogPage } from '../../call-logs/index.ts';
import { IncompleteError, ReportsError, type TimeWindow } from '../../core/errors/index.ts';
import type { Finished, Output, Remaining } from './output.ts';

/** The end of an export: `whole`, `reader-gone` (the reader of standard output has gone), or `early`. */
export type WriteResult =
  | ({ readonly ended: 'whole'; readonly calls: number } & Finished)
  | { readonly ended: 'reader-gone'; readonly calls: number }
  | EndedEarly;

export interface EndedEarly {
  readonly ended: 'early';
  /** Calls that this run has written. */
  readonly calls: number;
  /** The error that ended it early. */
  readonly error: unknown;
  readonly remaining: Remaining;
}

/** Reads the calls of a window, as `callLogs.list(…).pages()` does. */
export type ReadWindow = (window: TimeWindow) => AsyncIterable<CallLogPage>;

/**
 * Reads the windows that an output wants and writes their calls, a page at a time: the next page is read when the
 * output has taken the last one. If calls are missing in one window, the others are still read. Never rejects.
 */
export async function writeCalls(
  readWindow: ReadWindow,
  output: Output,
  onPage: (page: CallLogPage) => void = () => undefined,
): Promise<WriteResult> {
  const run: Run = { output, onPage, calls: 0, missing: [] };
  try {
    const wanted = await writeWindows(readWindow, run);
    if (!wanted) await output.endEarly();
    const { calls } = run;
    return wanted ? { ended: 'whole', calls, ...(await output.finish()) } : { ended: 'reader-gone', calls };
  } catch (error) {
    return { ended: 'early', calls: run.calls, error, remaining: await output.endEarly() };
  }
}

interface Run {
  readonly output: Output;
  readonly onPage: (page: CallLogPage) => void;
  calls: number;
  readonly missing: IncompleteError[];
}

/** Returns false once the reader does not want any more. */
async function writeWindows(readWindow: ReadWindow, run: Run): Promise<boolean> {
  for (const window of run.output.windows) {
    if (!(await writeWindow(readWindow(window), run))) return false;
  }
  if (run.missing[0] !== undefined) throw allMissing(run.missing[0], run.missing);
  return true;
}

async function writeWindow(pages: AsyncIterable<CallLogPage>, run: Run): Promise<boolean> {
  try {
    return await writePages(pages, run);
  } catch (error) {
    if (!(error instanceof ReportsError)) throw error;
    run.output.distrust(openWindows(error));
    if (!(error instanceof IncompleteError)) throw error;
    run.missing.push(error);
    return true;
  }
}

/**
 * The windows that a reading has left open. They may include pages that were proven when they were handed out: if a
 * server states too high a total for a long window, each of its parts may still look complete.
 */
function openWindows(error: ReportsError): readonly TimeWindow[] {
  const left = (error.resume?.windows ?? []).map(({ from, to }) => ({ from: new Date(from), to: new Date(to) }));
  return error instanceof IncompleteError ? [...error.windows, ...left] : left;
}

async function writePages(pages: AsyncIterable<CallLogPage>, run: Run): Promise<boolean> {
  for await (const page of pages) {
    if (!(await run.output.write(page))) return false;
    run.calls += page.calls.length;
    run.onPage(page);
  }
  return true;
}

/** One error for all windows that were read. */
function allMissing(first: IncompleteError, errors: readonly IncompleteError[]): IncompleteError {
  const windows = errors.flatMap((error) => error.windows);
  const rejected = errors.flatMap((error) => error.rejected);
  return errors.length === 1 ? first : new IncompleteError({ windows, rejected }, { hint: first.parts.hint });
}
