import type { CallLog } from './call-log.ts';
import type { CallLogPage } from './call-log-page.ts';

type Pages = AsyncGenerator<CallLogPage, void, undefined>;

/**
 * The calls of the pages, one by one. By hand, because a nested `for await` costs several turns of the queue a call, and
 * because leaving has to stop a page that is on its way: a stream made of this is destroyed at any time.
 */
export function iterateCalls(pages: Pages, stop: AbortController): AsyncIterator<CallLog, void> {
  let calls: readonly CallLog[] = [];
  let next = 0;
  let turning: Promise<boolean> | undefined;

  /** Tells whether there was a page. */
  async function turnPage(): Promise<boolean> {
    try {
      const turned = await pages.next();
      if (turned.done === true) return false;
      calls = turned.value.calls;
      next = 0;
      return true;
    } catch (error) {
      // Who has left hears no more of it.
      if (stop.signal.aborted) return false;
      throw error;
    } finally {
      turning = undefined;
    }
  }

  async function stepOver(): Promise<IteratorResult<CallLog, void>> {
    // Who asks for several calls at once turns one page.
    turning ??= turnPage();
    return (await turning) ? step() : { done: true, value: undefined };
  }

  function step(): Promise<IteratorResult<CallLog, void>> {
    const call = calls[next];
    if (call === undefined) return stepOver();
    next += 1;
    return Promise.resolve({ done: false, value: call });
  }

  return {
    next: step,
    async return() {
      calls = [];
      stop.abort();
      await pages.return();
      return { done: true, value: undefined };
    },
  };
}
