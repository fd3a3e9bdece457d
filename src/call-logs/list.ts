import type { RejectedRows } from '../core/errors/index.ts';
import type { Emit } from '../core/events.ts';
import type { Clock } from '../core/http/clock.ts';
import { startOperation } from '../core/http/operation.ts';
import type { CallLog, CallLogPage } from './call-log.ts';
import { checkLimit, type ListOptions, type ListPlan, planList } from './list-options.ts';
import type { ReadPage } from './read-page.ts';
import { type Amount, Reading } from './reading.ts';

/** The first page with the range's total; iterated, every call from the first on. */
export interface FirstPage extends CallLogPage, AsyncIterable<CallLog> {}

/** What a reading has cost and brought. */
export interface ListSummary {
  /** Requests for pages, retries and replays included; requests for tokens are not. */
  readonly requests: number;
  /** Failed attempts that were retried. */
  readonly retries: number;
  /** Calls handed out. */
  readonly calls: number;
  /** Rows that were received more than once, or were not handed out. */
  readonly repeatedCalls: number;
  /** Calls handed out whose id had been handed out before, with another content. */
  readonly repeatedIds: number;
  /** Rows that were set apart, by reason. */
  readonly rejected: readonly RejectedRows[];
  /** The number of calls in the range, by the server's first response. */
  readonly totalItems: number;
  /** From the start of the reading to its end, in milliseconds; includes what the caller did meanwhile. */
  readonly durationMs: number;
  /** Calls that started before this were all listed when the reading began, by the assumptions in docs/guarantee.md. */
  readonly settledUntil: Date;
}

/**
 * A list of calls. It is read when it is awaited or iterated, and again each time. Awaited: the first page. Iterated:
 * every call, by start, then id. Leaving a loop early stops the reading.
 *
 * An `async` function that returns a list returns its first page, because the list can be awaited; return it inside an
 * object or an array to pass it on.
 */
export interface CallLogList extends PromiseLike<FirstPage>, AsyncIterable<CallLog> {
  /** Every call, a page at a time. */
  pages(): AsyncGenerator<CallLogPage, void, undefined>;
  /** Every call, or the first `limit` of them, in one array. */
  toArray(options?: { limit?: number }): Promise<CallLog[]>;
  /** The summary of the reading that ended last; undefined before the first has. */
  summary(): ListSummary | undefined;
}

/** Lists the calls of a range. Throws a `ConfigurationError` at once if an option is invalid. */
export type List = (options: ListOptions) => CallLogList;

/** What `list` needs from the client. */
export interface ListDependencies {
  readonly readPage: ReadPage;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly random: () => number;
  /** The client's options, which those of an operation may override. */
  readonly pageSize: number;
  readonly concurrency: number;
  readonly deadlineMs: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** Compares a response with the document; undefined if nobody wants to know. */
  readonly driftWatch?: ((response: unknown) => void) | undefined;
}

/** Creates the `list` of a client. */
export function createList(dependencies: ListDependencies): List {
  return (options) => {
    const plan = planList(options, new Date(dependencies.clock.now()));
    return createCallLogList(dependencies, options, plan);
  };
}

function createCallLogList(dependencies: ListDependencies, options: ListOptions, plan: ListPlan): CallLogList {
  const { clock, emit, readPage, random, driftWatch: onFirstResponse } = dependencies;
  const { pageSize = dependencies.pageSize, deadlineMs = dependencies.deadlineMs } = options;
  let summary: ListSummary | undefined;

  /** The reading that an operation of this list makes. */
  function begin({ calls = Infinity, pages = Infinity }: Partial<Amount> = {}, stop?: AbortSignal): Reading {
    const atMost = { calls: Math.min(calls, options.limit ?? Infinity), pages };
    const operation = startOperation(clock, deadlineMs, dependencies.signal, options.signal, stop);
    // What is read ahead beyond a small limit is read for nothing.
    const concurrency = pages === 1 || atMost.calls <= pageSize ? 1 : dependencies.concurrency;
    const common = { plan, readPage, pageSize, concurrency, emit, random, operation, atMost };
    return new Reading({ ...common, onFirstResponse });
  }

  async function* pages(begun: () => Reading = () => begin()): AsyncGenerator<CallLogPage, void, undefined> {
    warnOfFuture(plan, emit);
    const reading = begun();
    const startedAt = clock.now();
    try {
      yield* reading.pages();
    } finally {
      const { received, ...counts } = reading.counts;
      summary = {
        ...reading.tally,
        ...counts,
        repeatedCalls: Math.max(0, received - counts.calls),
        totalItems: reading.totalItems,
        durationMs: clock.now() - startedAt,
        settledUntil: settledUntil(startedAt),
      };
    }
  }

  function iterate(): AsyncIterator<CallLog> {
    const stop = new AbortController();
    let reading: Reading | undefined;
    const begun = (): Reading => (reading = begin({}, stop.signal));
    return iterateCalls(pages(begun), stop, {
      isAborted: () => dependencies.signal?.aborted === true || options.signal?.aborted === true,
      giveBack: (calls) => reading?.giveBack(calls),
    });
  }

  async function firstPage(): Promise<FirstPage> {
    let first: CallLogPage | undefined;
    // To the end, which tells whether calls of the page are missing.
    for await (const page of pages(() => begin({ pages: 1 }))) first = page;
    if (first === undefined) throw new RangeError('a reading has at least one page');
    return { ...first, [Symbol.asyncIterator]: iterate };
  }

  async function toArray({ limit }: { limit?: number } = {}): Promise<CallLog[]> {
    checkLimit(limit);
    const all: CallLog[] = [];
    for await (const { calls } of pages(() => begin({ calls: limit ?? Infinity }))) {
      for (const call of calls) all.push(call);
    }
    return all;
  }

  return {
    then: (onFirstPage, onError) => firstPage().then(onFirstPage, onError),
    [Symbol.asyncIterator]: iterate,
    pages: () => pages(),
    toArray,
    summary: () => summary,
  };
}

function warnOfFuture({ range: { endsInFuture, to } }: ListPlan, emit: Emit): void {
  if (!endsInFuture) return;
  const message = `The range ends in the future (${to.toISOString()}). Calls yet to come are not listed.`;
  emit('warning', { code: 'range-ends-in-future', message });
}

const hourMs = 3_600_000;

/** The longest call that is reckoned with. An assumption: the API names no bound. */
const longestCallMs = 24 * hourMs;

/** The longest time from a call's end to its listing; 13 minutes is the worst seen (fact 19). */
const latencyMs = hourMs;

/** Calls that started before this are all listed by now: a call is listed after its end, and found by its start. */
export function settledUntil(now: number): Date {
  return new Date(now - longestCallMs - latencyMs);
}

/** How an abort takes effect between two calls of a page. */
interface CallAbort {
  isAborted(): boolean;
  /** Takes the calls of a page that were not handed out. */
  giveBack(calls: readonly CallLog[]): void;
}

/**
 * The calls of pages, one by one. Written by hand, because a nested `for await` costs several turns of the queue for each
 * call, and because leaving has to stop a page that is on its way: a stream made of this may be destroyed at any time.
 */
export function iterateCalls(
  pages: AsyncGenerator<CallLogPage, void, undefined>,
  stop: AbortController,
  abort: CallAbort = { isAborted: () => false, giveBack: () => undefined },
): AsyncIterator<CallLog, void> {
  let calls: readonly CallLog[] = [];
  let index = 0;
  let turning: Promise<boolean> | undefined;

  /** Returns whether there was another page. */
  async function turnPage(): Promise<boolean> {
    try {
      const turned = await pages.next();
      if (turned.done === true) return false;
      calls = turned.value.calls;
      index = 0;
      return true;
    } catch (error) {
      // A caller that has left does not want to hear of it.
      if (stop.signal.aborted) return false;
      throw error;
    } finally {
      turning = undefined;
    }
  }

  async function nextPage(): Promise<IteratorResult<CallLog, void>> {
    // A caller that asks for several calls at once turns one page.
    turning ??= turnPage();
    return (await turning) ? step() : { done: true, value: undefined };
  }

  function step(): Promise<IteratorResult<CallLog, void>> {
    // What is left of the page is not handed out; the generator throws what the abort means.
    if (abort.isAborted() && index < calls.length) {
      abort.giveBack(calls.slice(index));
      calls = [];
    }
    const call = calls[index];
    if (call === undefined) return nextPage();
    index += 1;
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
