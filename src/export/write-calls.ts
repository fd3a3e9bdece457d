import type { CallPage } from './call-page.ts';
import type { Output } from './output.ts';
import type { RowFormat } from './row-format.ts';

/** What has been written so far. */
export interface WriteProgress {
  readonly calls: number;
  readonly totalItems?: number | undefined;
}

export interface WriteResult {
  readonly calls: number;
  /** The reader of the output has gone, so nobody wants the rest. */
  readonly readerGone: boolean;
}

/**
 * Writes the calls of all pages, a page at a time, reading the next one when the output has taken the last. The output
 * is finished when all is written, and abandoned when reading, formatting or writing fails; then it rejects with the
 * failure.
 */
export async function writeCalls(
  pages: AsyncIterable<CallPage>,
  format: RowFormat,
  output: Output,
  onProgress: (progress: WriteProgress) => void = () => undefined,
): Promise<WriteResult> {
  try {
    const result = await writePages(pages, format, output, onProgress);
    await output.finish();
    return result;
  } catch (error) {
    await output.abandon();
    throw error;
  }
}

async function writePages(
  pages: AsyncIterable<CallPage>,
  format: RowFormat,
  output: Output,
  onProgress: (progress: WriteProgress) => void,
): Promise<WriteResult> {
  let calls = 0;
  // The head goes out with the first page, so that a refused login writes no header into a pipe.
  let head = format.head;
  for await (const page of pages) {
    if (!(await output.write(head + format.rows(page.calls)))) return { calls, readerGone: true };
    head = '';
    calls += page.calls.length;
    onProgress({ calls, totalItems: page.totalItems });
  }
  const readerGone = head !== '' && !(await output.write(head));
  return { calls, readerGone };
}
