import type { CallLog } from './call-log.ts';

/** Calls in order, at most the page size of them, all proven. */
export interface CallLogPage {
  readonly calls: readonly CallLog[];
  /** How many calls the server says the range holds, by its first answer. */
  readonly totalItems: number;
}
