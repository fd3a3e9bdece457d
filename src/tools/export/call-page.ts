import type { CallLog } from '../../call-logs/call-log.ts';

/** What is exported at a time: the pages of `callLogs.list(…).pages()`, or anything of that shape. */
export interface CallPage {
  readonly calls: readonly CallLog[];
  /** The total the server states for the range, if it states one. */
  readonly totalItems?: number | undefined;
}
