import type { Emit } from '../events.ts';
import { createCallSignal } from '../http/call-signal.ts';
import type { Clock } from '../http/clock.ts';
import { createCallLogList, type CallLogList, type CallLogPage } from './call-log-list.ts';
import type { ListOptions } from './list-options.ts';
import { planList } from './plan-list.ts';
import type { ReadPage } from './read-page.ts';
import { readSequentially } from './read-sequentially.ts';
import { takePages } from './take-pages.ts';

export interface ListDependencies {
  readonly readPage: ReadPage;
  readonly clock: Clock;
  readonly emit: Emit;
  /** The client's page size, deadline and signal. */
  readonly pageSize: number;
  readonly deadlineMs: number | undefined;
  readonly signal: AbortSignal | undefined;
}

export type List = (options: ListOptions) => CallLogList;

/** The `list` of a client. It checks its options at once, and reads when the list is awaited or iterated. */
export function createList(dependencies: ListDependencies): List {
  const { clock, emit, readPage } = dependencies;

  return (options) => {
    const plan = planList(options, new Date(clock.now()));
    const { pageSize = dependencies.pageSize, deadlineMs = dependencies.deadlineMs, limit = Infinity } = options;

    async function* readPages(): AsyncGenerator<CallLogPage, void, undefined> {
      warnOfFuture(plan.range, emit);
      const call = createCallSignal(clock, deadlineMs, dependencies.signal, options.signal);
      try {
        yield* readSequentially({ plan, pageSize, call, readPage, emit });
      } finally {
        call.end();
      }
    }

    return createCallLogList(() => takePages(readPages(), limit));
  };
}

function warnOfFuture({ endsInFuture, to }: { endsInFuture: boolean; to: Date }, emit: Emit): void {
  if (!endsInFuture) return;
  const message = `The range ends in the future (${to.toISOString()}): calls yet to come are not listed.`;
  emit('warning', { code: 'range-ends-in-future', message });
}
