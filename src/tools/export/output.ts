import type { CallLogPage } from '../../call-logs/index.ts';
import type { TimeWindow } from '../../core/errors/index.ts';

/** A place for the rows of an export: a file or a stream. */
export interface Output {
  /** The windows to read, in order: the range, or the rest that an earlier run has left. */
  readonly windows: readonly TimeWindow[];
  /** The number of calls that an earlier run wrote and that are not read again. */
  readonly earlierCalls: number;
  /**
   * Takes a page. Resolves when more may come: `true`, or `false` if the reader of the output has gone. Rejects with an
   * `OutputError`, or an `AbortedError`.
   */
  write(page: CallLogPage): Promise<boolean>;
  /** Takes a rejected row, which is written with the next page or at the end. */
  reject(row: unknown): void;
  /** Marks windows as having missing calls, whatever their pages say. */
  distrust(windows: readonly TimeWindow[]): void;
  /** Ends a complete export. Rejects with an `OutputError`, in particular if it is not complete. */
  finish(): Promise<Finished>;
  /** Ends an export that failed or was interrupted. Keeps what can be kept. Never rejects. */
  endEarly(): Promise<Remaining>;
}

export interface Finished {
  /** The starts of the first and the last call; undefined if there is none. */
  readonly first: Date | undefined;
  readonly last: Date | undefined;
  /** The start of the first of the runs that wrote the output. */
  readonly startedAt: Date;
}

/** The work that remains after an export ended early. */
export interface Remaining {
  /** The windows to read, in order. */
  readonly windows: readonly TimeWindow[];
  /** Those of the windows that an output which cannot be undone may already hold in part. */
  readonly partlyWritten: readonly TimeWindow[];
  /** The folder that keeps the calls, and how many; undefined if there is none. */
  readonly kept: { readonly folder: string; readonly calls: number } | undefined;
}

/** The file that rejected rows of an export go to. */
export function rejectedFile(target: string): string {
  return `${target}.rejected.ndjson`;
}
