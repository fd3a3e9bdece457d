import type { CallLog } from '../../../src/call-logs/call-log.ts';
import type { GapPage } from '../../../src/call-logs/keyset/place-answer.ts';
import type { TimeWindow } from '../../../src/core/errors/index.ts';
import { callAt, epoch } from './call-at.ts';

export interface ServerOptions {
  /** Starts of its calls, in seconds of these tests, ascending. */
  readonly starts: readonly number[];
  readonly order: 'asc' | 'desc' | 'none';
  /** Calls a page holds at most. */
  readonly pageSize: number;
  /** What is added to the total of the answer number n, from 1. Default: nothing. */
  readonly lie?: (answer: number) => number;
}

/** A server without a network: filters by start, orders, and cuts off the first page. */
export interface SimulatedServer {
  readonly calls: readonly CallLog[];
  /** The first page of a window. */
  page(window: TimeWindow): GapPage;
  /** All of a window, as paging within a second finds it. */
  whole(window: TimeWindow): GapPage;
  /** Logs one more call. */
  log(start: number): void;
  /** Calls looked at for all pages so far; a page costs its size, as there is no offset. */
  readonly scanned: number;
}

export function createSimulatedServer({ starts, order, pageSize, lie = () => 0 }: ServerOptions): SimulatedServer {
  const seconds = [...starts];
  const calls = starts.map((start, index) => callAt(start, `call-${index}`));
  let answers = 0;
  let scanned = 0;

  function listed({ from, to }: TimeWindow): CallLog[] {
    return calls.slice(firstFrom(seconds, secondOf(from)), firstFrom(seconds, secondOf(to)));
  }

  function firstPage(found: CallLog[]): CallLog[] {
    if (order === 'none') return inNoOrder(found, answers).slice(0, pageSize);
    return order === 'asc' ? found.slice(0, pageSize) : found.slice(-pageSize).reverse();
  }

  /** A lie that makes a page look whole cannot be told from the truth; it is left out. */
  function totalOf(found: readonly CallLog[], shown: readonly CallLog[]): number {
    const told = Math.max(0, found.length + lie(answers));
    return told === shown.length ? found.length : told;
  }

  return {
    calls,
    page(window) {
      answers += 1;
      const found = listed(window);
      const shown = firstPage(found);
      scanned += shown.length;
      return { calls: shown, total: totalOf(found, shown) };
    },
    whole(window) {
      answers += 1;
      const found = listed(window);
      return { calls: found, total: totalOf(found, found) };
    },
    log(start) {
      const index = firstFrom(seconds, start);
      seconds.splice(index, 0, start);
      calls.splice(index, 0, callAt(start, `logged-${calls.length}`));
    },
    get scanned() {
      return scanned;
    },
  };
}

function secondOf(date: Date): number {
  return date.getTime() / 1000 - epoch;
}

/** The index of the first of the ascending seconds that is not before `second`. */
function firstFrom(seconds: readonly number[], second: number): number {
  let low = 0;
  let high = seconds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((seconds[middle] ?? Infinity) < second) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The same calls in an order that changes from answer to answer. */
function inNoOrder(calls: readonly CallLog[], answer: number): CallLog[] {
  const keyed = calls.map((call, index) => ({ call, key: ((index + 1) * 2_654_435_761 * (answer + 7)) % 1009 }));
  return keyed.sort((a, b) => a.key - b.key).map(({ call }) => call);
}
