import { callStart } from '../../core/time/index.ts';
import type { CallPage } from './call-page.ts';
import type { KeptExport } from './kept-export.ts';
import type { Output } from './output.ts';
import type { RowFormat } from './row-format.ts';
import { unreadAfter, type Unwritten } from './unwritten.ts';

/** What is to be exported. */
export interface CallSource {
  /** Ends in an error that carries a `resume` value, where it ends early. */
  readonly pages: AsyncGenerator<CallPage, void, undefined>;
  /** Makes the pages end early. */
  stop(): void;
}

/** What has been written so far. */
export interface WriteProgress {
  readonly calls: number;
  readonly totalItems?: number | undefined;
}

/** How writing ended: complete, because the reader of the output has gone and nobody wants the rest, or early. */
export type WriteResult = Written | EndedEarly;

export interface Written {
  readonly ended: 'complete' | 'reader-gone';
  readonly calls: number;
}

export interface EndedEarly {
  readonly ended: 'early';
  readonly calls: number;
  /** Why. */
  readonly error: unknown;
  /** Undefined if it is not known. */
  readonly unwritten: Unwritten | undefined;
  /** What the output has kept, if anything. */
  readonly kept: KeptExport | undefined;
}

/**
 * Writes the calls of all pages, a page at a time, reading the next one when the output has taken the last. The output
 * is finished when all is written, and abandoned when reading, formatting or writing fails. Never rejects.
 */
export async function writeCalls(
  source: CallSource,
  format: RowFormat,
  output: Output,
  onProgress: (progress: WriteProgress) => void = () => undefined,
): Promise<WriteResult> {
  const headWritten = output.earlier !== undefined;
  const run: Run = { source, format, output, onProgress, calls: 0, headWritten, page: undefined };
  try {
    const ended = await writePages(run);
    await output.finish();
    return { ended, calls: run.calls };
  } catch (error) {
    // A call whose start can't be read, as the failure may have been, says nothing of where to go on.
    const unwritten = await unwrittenAfter(error, run).catch(() => undefined);
    const kept = await output.abandon(unwritten);
    return { ended: 'early', calls: run.calls, error, unwritten, kept };
  }
}

interface Run {
  readonly source: CallSource;
  readonly format: RowFormat;
  readonly output: Output;
  readonly onProgress: (progress: WriteProgress) => void;
  calls: number;
  headWritten: boolean;
  /** The one that has been read, and not yet been written. */
  page: CallPage | undefined;
}

async function writePages(run: Run): Promise<Written['ended']> {
  const { pages } = run.source;
  for (let turned = await pages.next(); turned.done !== true; turned = await pages.next()) {
    run.page = turned.value;
    if (!(await writePage(run, turned.value))) {
      await pages.return();
      return 'reader-gone';
    }
    run.page = undefined;
  }
  return (await writeHead(run)) ? 'complete' : 'reader-gone';
}

async function writePage(run: Run, { calls, totalItems }: CallPage): Promise<boolean> {
  const rows = run.format.rows(calls);
  if (!(await writeHead(run))) return false;
  if (calls.length > 0 && !(await run.output.write(rows, calls))) return false;
  run.calls += calls.length;
  run.onProgress({ calls: run.calls, totalItems });
  return true;
}

/** The head goes out with the first page, so that a refused login writes no header into a pipe. */
async function writeHead(run: Run): Promise<boolean> {
  if (run.headWritten || run.format.head === '') return true;
  run.headWritten = true;
  return await run.output.write(run.format.head, []);
}

async function unwrittenAfter(error: unknown, { page, source, output }: Run): Promise<Unwritten | undefined> {
  const windows = page === undefined ? unreadAfter(error) : await unreadOnceStopped(source);
  const first = page?.calls[0];
  return windows && { windows, from: first && callStart(first), torn: output.torn };
}

/** The failure was not the reading's, so it is ended to learn what it has not handed out. */
async function unreadOnceStopped(source: CallSource): Promise<Unwritten['windows'] | undefined> {
  source.stop();
  try {
    let done: boolean | undefined = false;
    while (done !== true) ({ done } = await source.pages.next());
    return [];
  } catch (error) {
    return unreadAfter(error);
  }
}
