import type { CallLog } from './call-log.ts';
import { iterateCalls } from './iterate-calls.ts';
import { takePages } from './take-pages.ts';

/** Calls in order, at most the page size of them. */
export interface CallLogPage {
  readonly calls: readonly CallLog[];
  /** How many calls the server says the range holds, by its latest answer. */
  readonly totalItems: number;
}

/** The first page with the range's total; iterated, every call from the first on. */
export interface FirstPage extends CallLogPage, AsyncIterable<CallLog> {}

/**
 * A list of calls, read when it is awaited or iterated and anew each time. Awaited: the first page. Iterated: every
 * call. Leaving a loop early stops the reading.
 */
export interface CallLogList extends PromiseLike<FirstPage>, AsyncIterable<CallLog> {
  /** Every call, a page at a time. */
  pages(): AsyncGenerator<CallLogPage, void, undefined>;
  /** Every call, or the first `limit` of them, in one array. */
  toArray(options?: { limit?: number }): Promise<CallLog[]>;
}

/** `readPages` starts a reading from the first call on, and yields at least one page. */
export function createCallLogList(readPages: () => AsyncGenerator<CallLogPage, void, undefined>): CallLogList {
  const iterate = (): AsyncIterator<CallLog> => iterateCalls(readPages());

  async function firstPage(): Promise<FirstPage> {
    const pages = readPages();
    try {
      const { value } = await pages.next();
      return { calls: [], totalItems: 0, ...value, [Symbol.asyncIterator]: iterate };
    } finally {
      await pages.return();
    }
  }

  async function toArray({ limit = Infinity } = {}): Promise<CallLog[]> {
    const calls: CallLog[] = [];
    for await (const page of takePages(readPages(), limit)) calls.push(...page.calls);
    return calls;
  }

  return {
    then: (onFirstPage, onError) => firstPage().then(onFirstPage, onError),
    [Symbol.asyncIterator]: iterate,
    pages: readPages,
    toArray,
  };
}
