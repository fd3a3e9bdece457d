import type { RejectedRows } from '../core/errors/index.ts';
import type { Emit } from '../core/events.ts';
import type { Clock } from '../core/http/clock.ts';
import { startOperation } from '../core/http/operation.ts';
import { present } from '../core/present.ts';
import type { CallLog, CallLogPage } from './call-log.ts';
import { checkLimit, type ListOptions, type ListPlan, planList } from './list-options.ts';
import type { ReadPage } from './read-page.ts';
import { type Amount, Reading } from './reading.ts';

/** The first page with the range's total. Iterating over it gives every call from the first on. */
export interface FirstPage extends CallLogPage, AsyncIterable<CallLog> {}

/** A summary of a reading: its cost and its result. */
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
  /** Rows that were rejected, by reason. */
  readonly rejected: readonly RejectedRows[];
  /** The number of calls in the range, by the server's first response. */
  readonly totalItems: number;
  /** The time from the start of the reading to its end, in milliseconds, including the caller's own work in between. */
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

/** The parts of the client that `list` needs. */
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
  /** Compares a response with the document; undefined if nothing listens to `drift`. */
  readonly driftWatch?: ((response: unknown) => void) | undefined;
}

/** Creates the `list` of a client. */
export function createList(dependencies: ListDependencies): List {
  return (options) => {
    const plan = planList(options, new Date(dependencies.clock.now()));
    return new LazyList(dependencies, options, plan);
  };
}

/** A list of calls; each use of it makes a reading of its own. */
class LazyList implements CallLogList {
  readonly #dependencies: ListDependencies;
  readonly #options: ListOptions;
  readonly #plan: ListPlan;
  #summary: ListSummary | undefined;

  constructor(dependencies: ListDependencies, options: ListOptions, plan: ListPlan) {
    this.#dependencies = dependencies;
    this.#options = options;
    this.#plan = plan;
  }

  then<Result = FirstPage, Failure = never>(
    onFirstPage?: ((page: FirstPage) => Result | PromiseLike<Result>) | null,
    onError?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Result | Failure> {
    return this.#firstPage().then(onFirstPage, onError);
  }

  pages(): AsyncGenerator<CallLogPage, void, undefined> {
    return this.#pages(() => this.#begin());
  }

  async toArray({ limit }: { limit?: number } = {}): Promise<CallLog[]> {
    checkLimit(limit);
    const all: CallLog[] = [];
    for await (const { calls } of this.#pages(() => this.#begin({ calls: limit ?? Infinity }))) {
      for (const call of calls) all.push(call);
    }
    return all;
  }

  summary(): ListSummary | undefined {
    return this.#summary;
  }

  [Symbol.asyncIterator](): AsyncIterator<CallLog> {
    const stop = new AbortController();
    let reading: Reading | undefined;
    const begun = (): Reading => (reading = this.#begin({}, stop.signal));
    return iterateCalls(this.#pages(begun), stop, {
      isAborted: () => this.#dependencies.signal?.aborted === true || this.#options.signal?.aborted === true,
      giveBack: (calls) => reading?.giveBack(calls),
    });
  }

  async #firstPage(): Promise<FirstPage> {
    let first: CallLogPage | undefined;
    // Reading to the end shows whether calls of the page are missing.
    for await (const page of this.#pages(() => this.#begin({ pages: 1 }))) first = page;
    if (first === undefined) throw new RangeError('a reading has at least one page');
    return { ...first, [Symbol.asyncIterator]: () => this[Symbol.asyncIterator]() };
  }

  /** Starts a reading when the first page is requested, and summarises it when it has ended. */
  async *#pages(begin: () => Reading): AsyncGenerator<CallLogPage, void, undefined> {
    const { clock, emit } = this.#dependencies;
    warnOfFuture(this.#plan, emit);
    const reading = begin();
    const startedAt = clock.now();
    try {
      yield* reading.pages();
    } finally {
      const { received, ...counts } = reading.counts;
      this.#summary = {
        ...reading.tally,
        ...counts,
        repeatedCalls: Math.max(0, received - counts.calls),
        totalItems: reading.totalItems,
        durationMs: clock.now() - startedAt,
        settledUntil: settledUntil(startedAt),
      };
    }
  }

  #begin({ calls = Infinity, pages = Infinity }: Partial<Amount> = {}, stop?: AbortSignal): Reading {
    const { clock, signal, driftWatch: onFirstResponse, readPage, emit, random } = this.#dependencies;
    const { pageSize, deadlineMs } = { ...this.#dependencies, ...present(this.#options) };
    const atMost = { calls: Math.min(calls, this.#options.limit ?? Infinity), pages };
    const operation = startOperation(clock, deadlineMs, signal, this.#options.signal, stop);
    // With a small limit, reading ahead would be wasted.
    const concurrency = pages === 1 || atMost.calls <= pageSize ? 1 : this.#dependencies.concurrency;
    const common = { plan: this.#plan, readPage, pageSize, concurrency, emit, random, operation, atMost };
    return new Reading({ ...common, onFirstResponse });
  }
}

function warnOfFuture({ range: { endsInFuture, to } }: ListPlan, emit: Emit): void {
  if (!endsInFuture) return;
  const message = `The range ends in the future (${to.toISOString()}). Calls yet to come are not listed.`;
  emit('warning', { code: 'range-ends-in-future', message });
}

const hourMs = 3_600_000;

/** The longest call that is expected. This is an assumption: the API does not state a bound. */
const longestCallMs = 24 * hourMs;

/** The longest time from a call's end to its listing; 13 minutes is the worst seen (fact 19). */
const latencyMs = hourMs;

/** Calls that started before this are all listed by now: a call is listed after its end, and found by its start. */
export function settledUntil(now: number): Date {
  return new Date(now - longestCallMs - latencyMs);
}

/** The effect of an abort between two calls of a page. */
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
  return new CallIterator(pages, stop, abort);
}

class CallIterator implements AsyncIterator<CallLog, void> {
  readonly #pages: AsyncGenerator<CallLogPage, void, undefined>;
  readonly #stop: AbortController;
  readonly #abort: CallAbort;
  #calls: readonly CallLog[] = [];
  #index = 0;
  #turning: Promise<boolean> | undefined;

  constructor(pages: AsyncGenerator<CallLogPage, void, undefined>, stop: AbortController, abort: CallAbort) {
    this.#pages = pages;
    this.#stop = stop;
    this.#abort = abort;
  }

  next(): Promise<IteratorResult<CallLog, void>> {
    // The rest of the page is not handed out. The generator throws the error of the abort.
    if (this.#abort.isAborted() && this.#index < this.#calls.length) {
      this.#abort.giveBack(this.#calls.slice(this.#index));
      this.#calls = [];
    }
    const call = this.#calls[this.#index];
    if (call === undefined) return this.#nextPage();
    this.#index += 1;
    return Promise.resolve({ done: false, value: call });
  }

  async return(): Promise<IteratorResult<CallLog, void>> {
    this.#calls = [];
    this.#stop.abort();
    await this.#pages.return();
    return { done: true, value: undefined };
  }

  async #nextPage(): Promise<IteratorResult<CallLog, void>> {
    // A caller that asks for several calls at once turns one page.
    this.#turning ??= this.#turnPage();
    return (await this.#turning) ? this.next() : { done: true, value: undefined };
  }

  /** Resolves with whether there was another page. */
  async #turnPage(): Promise<boolean> {
    try {
      const turned = await this.#pages.next();
      if (turned.done === true) return false;
      this.#calls = turned.value.calls;
      this.#index = 0;
      return true;
    } catch (error) {
      // A caller that has left the loop does not need the error.
      if (this.#stop.signal.aborted) return false;
      throw error;
    } finally {
      this.#turning = undefined;
    }
  }
}
