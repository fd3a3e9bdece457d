import { InvalidParametersError, type TimeWindow } from '../../core/errors/index.ts';
import type { CallLog } from '../call-log.ts';
import type { PageSource } from './page-source.ts';
import type { GapPage } from './place-answer.ts';

/** How often the pages of a second are read over. Where ties have no fixed order, each time brings some new calls. */
const maxRounds = 10;

/** So many rounds in a row without a new call are the end. By chance one may bring none. */
const maxFruitlessRounds = 2;

/**
 * All calls of one second that holds more than a page, as far as they can be found: its pages, again and again while
 * that brings new calls, until there are as many as the server states.
 */
export async function readCrowdedSecond(source: PageSource, window: TimeWindow, first: GapPage): Promise<GapPage> {
  const found = new Map<string, CallLog>();
  let { total } = first;
  collect(first.calls, found);
  for (let round = 1, fruitless = 0; round <= maxRounds && fruitless < maxFruitlessRounds; round += 1) {
    if (found.size >= total) break;
    const before = found.size;
    total = await readRound(source, window, found, total);
    fruitless = found.size === before ? fruitless + 1 : 0;
  }
  return { calls: [...found.values()], total };
}

/**
 * Reads page after page until all are found, or a page is empty, refused, or beyond what the total takes. Answers the
 * highest total.
 */
async function readRound(
  source: PageSource,
  window: TimeWindow,
  found: Map<string, CallLog>,
  lastTotal: number,
): Promise<number> {
  let total = lastTotal;
  let previous: readonly CallLog[] = [];
  for (let page = 1; found.size < total; page += 1) {
    const answer = await readOrStop(source, window, page);
    if (answer === undefined) return total;
    // Past the end there may be no total to go by.
    if (answer.calls.length === 0) return Number.isFinite(total) ? total : found.size;
    if (isSamePage(answer.calls, previous)) return total;
    previous = answer.calls;
    // Calls are logged, not unlogged: a total that falls is a wrong one.
    total = Number.isFinite(total) ? Math.max(total, answer.total) : answer.total;
    const before = found.size;
    collect(answer.calls, found);
    // A server may give the same page for ever; without a total, one without a new call is the end.
    const enough = Number.isFinite(total) ? page * answer.calls.length >= total : found.size === before;
    if (enough && page > 1) return Number.isFinite(total) ? total : found.size;
  }
  return total;
}

/** A server may heed no page number, and state any total. */
function isSamePage(page: readonly CallLog[], other: readonly CallLog[]): boolean {
  return page.length === other.length && page.every(({ id }, index) => id === other[index]?.id);
}

/** A server may refuse pages from some offset on (fact 20). */
async function readOrStop(source: PageSource, window: TimeWindow, page: number): Promise<GapPage | undefined> {
  try {
    return await source.read(window, page);
  } catch (error) {
    if (page > 1 && error instanceof InvalidParametersError) return undefined;
    throw error;
  }
}

function collect(calls: readonly CallLog[], found: Map<string, CallLog>): void {
  for (const call of calls) found.set(call.id, call);
}
