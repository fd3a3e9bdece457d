import type { CallLogPage } from '../../call-logs/call-log-page.ts';
import { IncompleteError, type RejectedRows, type TimeWindow } from '../../core/errors/index.ts';
import type { Finished, Output, Remaining } from './output.ts';

/** How writing ended: whole, because the reader of the output has gone and nobody wants the rest, or early. */
export type WriteResult =
  | ({ readonly ended: 'whole'; readonly calls: number } & Finished)
  | { readonly ended: 'reader-gone'; readonly calls: number }
  | EndedEarly;

export interface EndedEarly {
  readonly ended: 'early';
  /** Calls that this run has written. */
  readonly calls: number;
  /** Why it ended. */
  readonly error: unknown;
  readonly remaining: Remaining;
}

/** Reads the calls of a window, as `callLogs.list(…).pages()` does. */
export type ReadWindow = (window: TimeWindow) => AsyncIterable<CallLogPage>;

/**
 * Reads the windows that an output wants and writes their calls, a page at a time: the next page is read when the output
 * has taken the last. Where calls are missing, the other windows are read all the same. Never rejects.
 */
export async function writeCalls(
  readWindow: ReadWindow,
  output: Output,
  onPage: (page: CallLogPage) => void = () => undefined,
): Promise<WriteResult> {
  let calls = 0;
  const missing: IncompleteError[] = [];

  async function writeWindow(window: TimeWindow): Promise<boolean> {
    try {
      for await (const page of readWindow(window)) {
        if (!(await output.write(page))) return false;
        calls += page.calls.length;
        onPage(page);
      }
    } catch (error) {
      if (!(error instanceof IncompleteError)) throw error;
      missing.push(error);
      await output.distrust(error.windows);
    }
    return true;
  }

  try {
    for (const window of output.windows) {
      if (await writeWindow(window)) continue;
      await output.endEarly();
      return { ended: 'reader-gone', calls };
    }
    if (missing[0] !== undefined) throw allMissing(missing[0], missing);
    return { ended: 'whole', calls, ...(await output.finish()) };
  } catch (error) {
    return { ended: 'early', calls, error, remaining: await output.endEarly() };
  }
}

/** One error for all windows that were read. */
function allMissing(first: IncompleteError, errors: readonly IncompleteError[]): IncompleteError {
  const windows = errors.flatMap((error) => error.windows);
  const rejected = sumByReason(errors.flatMap((error) => error.rejected));
  return errors.length === 1 ? first : new IncompleteError({ windows, rejected }, { hint: first.parts.hint });
}

function sumByReason(rows: readonly RejectedRows[]): RejectedRows[] {
  const reasons = [...new Set(rows.map(({ reason }) => reason))];
  const count = (wanted: string): number => rows.reduce((sum, row) => sum + (row.reason === wanted ? row.count : 0), 0);
  return reasons.map((reason) => ({ reason, count: count(reason) }));
}
