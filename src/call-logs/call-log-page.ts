import type { TimeWindow } from '../core/errors/index.ts';
import type { CallLog } from './call-log.ts';

/** Calls in order, at most `pageSize` of them. */
export interface CallLogPage {
  readonly calls: readonly CallLog[];
  /** How many calls the server says the range holds, by its first answer. */
  readonly totalItems: number;
  /**
   * The window of starts that the calls belong to. The windows of successive pages follow each other without a gap and
   * together are the range; a window that holds more calls than a page is handed out in several pages.
   */
  readonly window: TimeWindow;
  /** Whether this is the last page of its window. */
  readonly endsWindow: boolean;
  /** Whether the window was proven to hold no other calls. */
  readonly complete: boolean;
}
