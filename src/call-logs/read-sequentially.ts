import { IncompleteError } from '../errors/index.ts';
import type { Emit } from '../events.ts';
import type { CallSignal } from '../http/call-signal.ts';
import type { CallLog } from './call-log.ts';
import type { CallLogPage } from './call-log-list.ts';
import type { ListPlan } from './plan-list.ts';
import type { RawPage, ReadPage } from './read-page.ts';

/** Pages in a row without a new call after which a server is taken to repeat itself. */
const maxStalePages = 3;

export interface Reading {
  readonly plan: ListPlan;
  readonly pageSize: number;
  readonly call: CallSignal;
  readonly readPage: ReadPage;
  readonly emit: Emit;
}

/**
 * Reads page after page. Neither page count is trusted, nor is a short page an end (facts 13 to 15): reading goes on
 * until as many different calls are there as the server states, or a page is empty. Calls that come again are dropped.
 *
 * @throws IncompleteError fewer calls were found than the server states
 */
export async function* readSequentially(reading: Reading): AsyncGenerator<CallLogPage, void, undefined> {
  const { plan, pageSize, call, readPage, emit } = reading;
  const window = plan.range;
  const seen = new Set<string>();
  let stalePages = 0;
  for (let page = 1; ; page += 1) {
    const raw = await readPage({ window, filters: plan.filters, page, pageSize, call });
    const calls = takeNew(raw, seen);
    emit('page', { page, calls: calls.length, totalItems: raw.totalItems, window });
    if (calls.length > 0 || page === 1) yield { calls, totalItems: raw.totalItems };

    stalePages = calls.length === 0 ? stalePages + 1 : 0;
    if (seen.size >= raw.totalItems) return;
    if (raw.calls.length > 0 && stalePages < maxStalePages) continue;
    throw new IncompleteError([{ from: window.from, to: window.to, expected: raw.totalItems, found: seen.size }]);
  }
}

/** The calls of the page that are not in `seen`, which then holds them. */
function takeNew(raw: RawPage, seen: Set<string>): CallLog[] {
  return raw.calls.filter(({ id }) => {
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}
