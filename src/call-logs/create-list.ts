import type { Emit } from '../core/events.ts';
import { startOperation } from '../core/http/operation.ts';
import type { Clock } from '../core/http/clock.ts';
import { createCallLogList, type CallLogList, type ListSummary } from './call-log-list.ts';
import type { CallLogPage } from './call-log-page.ts';
import type { ListOptions } from './list-options.ts';
import { planList } from './plan-list.ts';
import { createPageSource, readCalls } from './read-calls.ts';
import type { ReadPage } from './read-page.ts';
import { settledUntil } from './settled-until.ts';
import type { Amount } from './take-pages.ts';

export interface ListDependencies {
  readonly readPage: ReadPage;
  readonly clock: Clock;
  readonly emit: Emit;
  /** The client's options, which those of a call may override. */
  readonly pageSize: number;
  readonly concurrency: number;
  readonly deadlineMs: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** Gives what compares the first answer of a list with the document; undefined if nobody wants to know. */
  readonly driftWatch?: ((answer: unknown) => void) | undefined;
}

export type List = (options: ListOptions) => CallLogList;

/** The `list` of a client. It checks its options at once, and reads when the list is awaited or iterated. */
export function createList(dependencies: ListDependencies): List {
  const { clock, emit, readPage } = dependencies;

  return (options) => {
    const plan = planList(options, new Date(clock.now()));
    const { pageSize = dependencies.pageSize, deadlineMs = dependencies.deadlineMs } = options;
    let summary: ListSummary | undefined;

    async function* readPages(
      { calls = Infinity, pages = Infinity }: Partial<Amount> = {},
      stop?: AbortSignal,
    ): AsyncGenerator<CallLogPage, void, undefined> {
      const atMost = { calls: Math.min(calls, options.limit ?? Infinity), pages };
      warnOfFuture(plan.range, emit);
      const { filters, order, verify } = plan;
      const onFirstAnswer = dependencies.driftWatch;
      const operation = startOperation(clock, deadlineMs, dependencies.signal, options.signal, stop);
      const source = createPageSource({ readPage, filters, order, verify, pageSize, operation, emit, onFirstAnswer });
      // What is read ahead beyond a small limit is read for nothing.
      const concurrency = pages === 1 || atMost.calls <= pageSize ? 1 : dependencies.concurrency;
      const startedAt = clock.now();
      const handedOut = { calls: 0, totalItems: 0 };
      try {
        for await (const page of readCalls({ plan, source, pageSize, concurrency, emit, operation, atMost })) {
          handedOut.calls += page.calls.length;
          handedOut.totalItems = page.totalItems;
          yield page;
        }
      } finally {
        const repeatedCalls = Math.max(0, source.received - handedOut.calls);
        const durationMs = clock.now() - startedAt;
        summary = {
          ...operation.tally,
          ...handedOut,
          repeatedCalls,
          durationMs,
          settledUntil: settledUntil(startedAt),
        };
      }
    }

    return createCallLogList(readPages, () => summary);
  };
}

function warnOfFuture({ endsInFuture, to }: { endsInFuture: boolean; to: Date }, emit: Emit): void {
  if (!endsInFuture) return;
  const message = `The range ends in the future (${to.toISOString()}): calls yet to come are not listed.`;
  emit('warning', { code: 'range-ends-in-future', message });
}
