import type { CallLog } from './call-log.ts';
import type { CallLogPage } from './call-log-page.ts';
import { requireLimit } from './require-limit.ts';
import { iterateCalls } from './iterate-calls.ts';
import type { Amount } from './take-pages.ts';

/** The first page with the range's total; iterated, every call from the first on. */
export interface FirstPage extends CallLogPage, AsyncIterable<CallLog> {}

/** What a reading has cost and brought. */
export interface ListSummary {
  /** Requests for pages, retries and replays included; requests for tokens are not. */
  readonly requests: number;
  readonly retries: number;
  /** Calls handed out. */
  readonly calls: number;
  /** Calls that were received more than once, or not handed out. */
  readonly repeatedCalls: number;
  /** How many calls the server said the range holds, by its first answer. */
  readonly totalItems: number;
  /** From the start of the reading to its end, in milliseconds; includes what the caller did meanwhile. */
  readonly durationMs: number;
  /** Calls that started before this were all listed when the reading began, by the assumptions in docs/guarantee.md. */
  readonly settledUntil: Date;
}

/**
 * A list of calls, read when it is awaited or iterated, and anew each time. Awaited: the first page. Iterated: every
 * call, by start, then id. Leaving a loop early stops the reading.
 */
export interface CallLogList extends PromiseLike<FirstPage>, AsyncIterable<CallLog> {
  /** Every call, a page at a time. */
  pages(): AsyncGenerator<CallLogPage, void, undefined>;
  /** Every call, or the first `limit` of them, in one array. */
  toArray(options?: { limit?: number }): Promise<CallLog[]>;
  /** Of the reading that ended last; undefined before the first has. */
  summary(): ListSummary | undefined;
}

/** Starts a reading from the first call on. Yields at least one page. The signal ends it early. */
export type ReadPages = (
  atMost?: Partial<Amount>,
  signal?: AbortSignal,
) => AsyncGenerator<CallLogPage, void, undefined>;

export function createCallLogList(readPages: ReadPages, summary: () => ListSummary | undefined): CallLogList {
  function iterate(): AsyncIterator<CallLog> {
    const stop = new AbortController();
    return iterateCalls(readPages({}, stop.signal), stop);
  }

  async function firstPage(): Promise<FirstPage> {
    let first: CallLogPage | undefined;
    for await (const page of readPages({ pages: 1 })) first = page;
    if (first === undefined) throw new RangeError('a reading has at least one page');
    return { ...first, [Symbol.asyncIterator]: iterate };
  }

  async function toArray({ limit }: { limit?: number } = {}): Promise<CallLog[]> {
    requireLimit(limit);
    const calls: CallLog[] = [];
    for await (const page of readPages({ calls: limit ?? Infinity })) calls.push(...page.calls);
    return calls;
  }

  return {
    then: (onFirstPage, onError) => firstPage().then(onFirstPage, onError),
    [Symbol.asyncIterator]: iterate,
    pages: () => readPages(),
    toArray,
    summary,
  };
}
