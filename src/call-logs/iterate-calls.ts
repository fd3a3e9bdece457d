import type { CallLog } from './call-log.ts';
import type { CallLogPage } from './call-log-list.ts';

/** The calls of the pages, one by one. By hand, because a nested `for await` costs several turns of the queue a call. */
export function iterateCalls(pages: AsyncGenerator<CallLogPage, void, undefined>): AsyncIterator<CallLog, void> {
  let calls: readonly CallLog[] = [];
  let next = 0;

  async function turnPage(): Promise<IteratorResult<CallLog, void>> {
    const turned = await pages.next();
    if (turned.done === true) return { done: true, value: undefined };
    calls = turned.value.calls;
    next = 0;
    return step();
  }

  function step(): Promise<IteratorResult<CallLog, void>> {
    const call = calls[next];
    if (call === undefined) return turnPage();
    next += 1;
    return Promise.resolve({ done: false, value: call });
  }

  return {
    next: step,
    async return() {
      calls = [];
      await pages.return();
      return { done: true, value: undefined };
    },
  };
}
