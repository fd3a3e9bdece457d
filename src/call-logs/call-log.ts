import type { knownValues } from '../../generated/known-values.ts';
import type { components, operations } from '../../generated/types.ts';
import type { TimeWindow } from '../core/errors/index.ts';

/** Fields whose documented values are not all: editors suggest the known ones, and others may appear. */
export type OpenSets = {
  [Field in keyof typeof knownValues]: (typeof knownValues)[Field][number] | (string & {});
};

/** A row of the call log, with the wire's names and the generated types. Times are UTC, without a mark of the zone. */
export type CallLog = Omit<components['schemas']['CallLog'], keyof OpenSets> & OpenSets;

/** The query of the call-logs operation, with the wire's names. */
export type CallLogsQuery = NonNullable<operations['getCallLogs']['parameters']['query']>;

/** The part of the query that is the same for every page, under the wire's names. */
export type Filters = Omit<CallLogsQuery, 'start:gte' | 'start:lte' | 'page' | 'page_size' | 'order'>;

/** Calls in order, at most `pageSize` of them. */
export interface CallLogPage {
  /** The calls, by start, then id. */
  readonly calls: readonly CallLog[];
  /** The number of calls in the range, by the server's first response. */
  readonly totalItems: number;
  /**
   * The window of starts that the calls belong to. The windows of successive pages follow each other without a gap, and
   * together they are the range; a window that holds more calls than a page comes in several pages.
   */
  readonly window: TimeWindow;
  /** Whether this is the last page of its window. */
  readonly endsWindow: boolean;
  /** Whether the window was proven to hold no other calls. Always true with `verify: 'off'`. */
  readonly complete: boolean;
}
