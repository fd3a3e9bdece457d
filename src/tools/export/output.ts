import type { CallLog } from '../../call-logs/call-log.ts';
import type { Resume } from '../../core/errors/index.ts';
import type { KeptExport } from './kept-export.ts';
import type { Unwritten } from './unwritten.ts';

/** Where the text of an export goes. */
export interface Output {
  /** What an earlier export has written, if this one goes on with it. */
  readonly earlier?: { readonly calls: number; readonly resume: Resume } | undefined;
  /**
   * Takes the rows of these calls, or, without calls, what stands before all rows. Resolves when more may come: `true`,
   * or `false` if nobody reads any more. Rejects with an `OutputError`.
   */
  write(text: string, calls: readonly CallLog[]): Promise<boolean>;
  /** Whether the last text may have gone out in part, and can't be taken back. */
  readonly torn?: boolean | undefined;
  /** All is written. Rejects with an `OutputError`. */
  finish(): Promise<void>;
  /**
   * The export failed or was interrupted, so what was written is no result. Where it is told what is missing, it may
   * keep the rest, for an export to go on from. Never rejects.
   */
  abandon(unwritten?: Unwritten): Promise<KeptExport | undefined>;
}
