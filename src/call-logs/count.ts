import { startOperation } from '../core/http/operation.ts';
import { type ListOptions, planList } from './list-options.ts';
import type { ListDependencies } from './list.ts';

/** The calls to count; the options are those of `list`. */
export type CountOptions = Omit<ListOptions, 'order' | 'verify' | 'acceptRejected' | 'resume' | 'pageSize' | 'limit'>;

/**
 * Asks the server how many calls of a range it lists: one small request. The count is the server's own, and does not
 * include calls that it has not listed yet (see `settledUntil`). Rejects with a `ConfigurationError` if an option is
 * invalid.
 */
export type Count = (options: CountOptions) => Promise<number>;

/** Creates the `count` of a client. */
export function createCount(
  dependencies: Pick<ListDependencies, 'readPage' | 'clock' | 'deadlineMs' | 'signal'>,
): Count {
  const { readPage, clock, signal } = dependencies;
  return async (options) => {
    const { range, filters } = planList(options, new Date(clock.now()));
    const deadlineMs = options.deadlineMs ?? dependencies.deadlineMs;
    const operation = startOperation(clock, deadlineMs, signal, options.signal);
    try {
      const query = { window: range, filters, page: 1, pageSize: 1, order: undefined, verify: true, operation };
      // A page that is read with `verify` states a total.
      return (await readPage(query)).totalItems ?? 0;
    } finally {
      operation.end();
    }
  };
}
