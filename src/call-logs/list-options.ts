import type { Resume } from '../core/errors/index.ts';
import type { Instant } from '../core/time/index.ts';
import type { CallLogsQuery } from './call-log.ts';

/** Wire names that `list` offers under names of its own, or decides itself. */
export type OwnParameter =
  | 'start:gte'
  | 'start:lte'
  | 'end:gte'
  | 'end:lte'
  | 'page'
  | 'page_size'
  | 'order'
  | 'from'
  | 'to'
  | 'source_user'
  | 'destination_user'
  | 'direction';

/** Which calls to list: a range of starts, and filters. */
export interface OwnListOptions {
  /** The first instant of the range of call starts; inclusive. A text without an offset is in `timeZone`. */
  from: Instant;
  /** The end of the range of call starts; exclusive. */
  to: Instant;
  /** IANA zone of the texts without an offset, such as `America/New_York`. Default: UTC. */
  timeZone?: string | undefined;

  /** Rows also say `Extension`, which the filter does not document (fact 23). */
  direction?: CallLogsQuery['direction'] | undefined;
  /** The source: a number as the rows write it, or the bare extension of the account's own side (fact 24). */
  fromNumber?: string | undefined;
  /** The destination, written as `fromNumber`. */
  toNumber?: string | undefined;
  sourceUser?: string | undefined;
  destinationUser?: string | undefined;
  /** Only calls that ended then or later. */
  endFrom?: Instant | undefined;
  /** Only calls that ended before. */
  endTo?: Instant | undefined;

  /** Order of the calls: by start, then id. The client's own guarantee, whatever order the server keeps. Default: `asc`. */
  order?: 'asc' | 'desc' | undefined;
  /**
   * `count`: calls are handed out once as many different ones are there as the server states. `off`: as they come; what
   * a server leaves out is then lost without a word. Default: `count`.
   */
  verify?: 'count' | 'off' | undefined;
  /** Go on where a list ended early: the `resume` of its error. Everything else has to be given as before. */
  resume?: Resume | undefined;

  /** Calls per page, 1 to 10,000. Default: the client's `pageSize`. */
  pageSize?: number | undefined;
  /** Stop after this many calls. Default: all of them. */
  limit?: number | undefined;
  /** How long the whole call may take, in milliseconds. Default: the client's `deadlineMs`. */
  deadlineMs?: number | undefined;
  /** Aborts this call. */
  signal?: AbortSignal | undefined;
}

/**
 * Also takes further parameters of the document under the wire's names: one that the document gains is here, and is
 * sent, by regenerating.
 */
export interface ListOptions extends OwnListOptions, Omit<CallLogsQuery, OwnParameter> {}
