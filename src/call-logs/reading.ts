import {
  IncompleteError,
  InvalidParametersError,
  type RejectedRows,
  ReportsError,
  type Resume,
  type TimeWindow,
} from '../core/errors/index.ts';
import { withContext } from '../core/errors/reports-error.ts';
import type { Emit } from '../core/events.ts';
import { type Operation, throwIfAborted } from '../core/http/index.ts';
import type { CallLog, CallLogPage } from './call-log.ts';
import { compareText, keyOf } from './engine/axis.ts';
import type { Block } from './engine/ledger.ts';
import { next, type ReadingEvent } from './engine/next.ts';
import { nextRequest } from './engine/ask.ts';
import { isComplete, isDone, missingWindows, readyBlock, remainingWindows } from './engine/outcome.ts';
import { beginReading, type PageRequest, type State } from './engine/state.ts';
import { HandedOutCalls, unionOf } from './handed-out.ts';
import { createFilterCheck, type ListPlan, windowAt } from './list-options.ts';
import type { PageResponse, ReadPage } from './read-page.ts';
import { Remarks } from './remarks.ts';
import { checkFilters, createResume } from './resume.ts';

/** The most calls and pages that are wanted. */
export interface Amount {
  readonly calls: number;
  readonly pages: number;
}

export interface ReadingOptions {
  readonly plan: ListPlan;
  readonly readPage: ReadPage;
  readonly pageSize: number;
  readonly concurrency: number;
  readonly emit: Emit;
  readonly random: () => number;
  /** Ended with the reading. */
  readonly operation: Operation;
  readonly atMost: Amount;
  /** Called with the first response as it came. */
  readonly onFirstResponse?: ((response: unknown) => void) | undefined;
}

/** The counts of a reading so far. */
export interface ReadingCounts {
  /** Calls handed out. */
  readonly calls: number;
  /** Rows received, those that came more than once included. */
  readonly received: number;
  /** Calls handed out whose id had been handed out before, with another content. */
  readonly repeatedIds: number;
  readonly rejected: readonly RejectedRows[];
}

/**
 * One reading of a plan: keeps as many requests in flight as the engine can use, feeds it the responses, and hands out
 * the blocks that are ready, in order and a page at a time.
 */
export class Reading {
  readonly #options: ReadingOptions;
  readonly #matches: ReturnType<typeof createFilterCheck>;
  readonly #handedOut: HandedOutCalls;
  readonly #remarks: Remarks;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #late = new Set<string>();
  #state: State;
  /** Undefined once the server has refused an order. */
  #order: 'asc' | 'desc' | undefined;
  #orderSettled = false;
  #failure: { readonly error: unknown } | undefined;
  #stopped = false;
  #wake: () => void = () => undefined;
  #calls = 0;
  #received = 0;
  /** The calls and pages that the caller still wants. */
  #left: Amount;

  constructor(options: ReadingOptions) {
    const { plan, pageSize, concurrency } = options;
    const { windows, order, verify } = plan;
    this.#options = options;
    this.#matches = createFilterCheck(plan.filters);
    this.#remarks = new Remarks(options.emit);
    this.#handedOut = new HandedOutCalls(windows, options.random);
    this.#order = order;
    this.#left = options.atMost;
    this.#state = beginReading({ windows, order, pageSize, concurrency, verify });
  }

  get counts(): ReadingCounts {
    const { repeatedIds, rejected } = this.#remarks;
    return { calls: this.#calls, received: this.#received, repeatedIds, rejected };
  }

  /** The number of calls in the range, by the first responses. */
  get totalItems(): number {
    return this.#state.total;
  }

  get tally(): Operation['tally'] {
    return this.#options.operation.tally;
  }

  /**
   * Yields every call, a page at a time and at least one page. Every error carries a `resume` value that leads to the
   * calls that were not yielded.
   *
   * @throws IncompleteError calls are missing, or rows were rejected; everything that was found has been yielded
   */
  async *pages(): AsyncGenerator<CallLogPage, void, undefined> {
    const { plan, operation } = this.#options;
    try {
      if (plan.resume) await checkFilters(plan.resume, plan.filters);
      yield* this.#takeAtMost();
    } catch (error) {
      if (!(error instanceof ReportsError)) throw error;
      throw withContext(error, await this.#resumeContext(error));
    } finally {
      this.#stopped = true;
      operation.end();
      await Promise.all(this.#inFlight);
    }
  }

  /** Takes back calls of the last page that the caller did not pass on: `resume` leads to them again. */
  giveBack(calls: readonly CallLog[]): void {
    this.#calls -= calls.length;
    this.#handedOut.giveBack(calls);
  }

  async *#takeAtMost(): AsyncGenerator<CallLogPage, void, undefined> {
    let number = 0;
    let complete = true;
    for await (const page of this.#allPages()) {
      const { calls, pages } = this.#left;
      const cut = page.calls.length > calls ? { ...page, calls: page.calls.slice(0, calls), endsWindow: false } : page;
      number += 1;
      this.#calls += cut.calls.length;
      this.#emitPage(cut, number);
      this.#left = { calls: calls - cut.calls.length, pages: pages - 1 };
      yield cut;
      complete &&= page.complete;
      if (this.#left.calls <= 0 || this.#left.pages <= 0) break;
    }
    if (!complete || isDone(this.#state)) this.#throwIfIncomplete();
  }

  #emitPage({ calls, totalItems }: CallLogPage, page: number): void {
    const { emit, plan } = this.#options;
    emit('page', { page, calls: calls.length, totalItems, window: plan.range });
  }

  /** The loop of a reading: hand out what is ready, ask for what is missing, wait for a response. */
  async *#allPages(): AsyncGenerator<CallLogPage, void, undefined> {
    let empty: CallLogPage | undefined;
    let yielded = false;
    for (;;) {
      throwIfAborted(this.#options.operation.signal);
      const page = this.#takeBlock(empty);
      if (!this.#isEnough(page)) this.#ask();
      if (page === undefined && !(await this.#hasChanged())) break;
      if (page === undefined) continue;
      // Windows without calls are handed out with the next ones.
      empty = page.calls.length === 0 ? page : undefined;
      if (empty) continue;
      yielded = true;
      yield* slicesOf(page, this.#options.pageSize);
    }
    if (empty ?? !yielded) yield empty ?? this.#emptyPage();
  }

  /** Returns whether the caller wants nothing beyond the page. */
  #isEnough(page: Pick<CallLogPage, 'calls'> | undefined): boolean {
    const { calls, pages } = this.#left;
    return page !== undefined && page.calls.length > 0 && (pages <= 1 || calls <= page.calls.length);
  }

  #emptyPage(): CallLogPage {
    return {
      calls: [],
      totalItems: this.#state.total,
      window: this.#options.plan.range,
      endsWindow: true,
      complete: true,
    };
  }

  /** The next block as one page, with the empty windows before it; undefined if none is ready. */
  #takeBlock(before: CallLogPage | undefined): CallLogPage | undefined {
    const block = readyBlock(this.#state);
    if (block === undefined) return undefined;
    const own = this.#state.axis.windowOf(block);
    const complete = isComplete(block, this.#state) && before?.complete !== false;
    const calls = this.#sift(block, own);
    this.#apply({ type: 'taken' });
    const window = before ? unionOf(before.window, own) : own;
    return { calls, totalItems: this.#state.total, window, endsWindow: true, complete };
  }

  /** The calls of a block that are to be handed out, in order. */
  #sift({ calls, rejected }: Block, window: TimeWindow): readonly CallLog[] {
    for (const { row, reason } of rejected) this.#remarks.reject(row, reason, window);
    const isKnown = windowAt(this.#options.plan.windows, window)?.isKnown;
    const part = this.#handedOut.begin(window);
    const wanted = sortCalls(calls, this.#options.plan.order).filter((call) => {
      if (!this.#matches(call)) return this.#remarks.reject(call, 'filter', window);
      if (isKnown?.(call.id) === true) return false;
      if (!this.#handedOut.add(call)) this.#remarks.repeatedId();
      return true;
    });
    part.end();
    return wanted;
  }

  #apply(event: ReadingEvent): void {
    const { margin } = this.#state;
    this.#state = next(this.#state, event);
    if (this.#state.margin > margin) {
      this.#remarks.warn(
        'widened-bounds',
        'The server cuts its bounds short, so each window is requested with a margin.',
      );
    }
    this.#nameLate(this.#state.strays);
  }

  /** Calls that were listed after their part of the range had been handed out: `resume` leads to them. */
  #nameLate(calls: readonly CallLog[]): void {
    const late = calls.filter((call) => !this.#handedOut.has(call) && !this.#late.has(call.id));
    if (late.length === 0) return;
    for (const { id } of late) this.#late.add(id);
    this.#state = next(this.#state, { type: 'late', calls: late });
  }

  #ask(): void {
    if (this.#isEnough(readyBlock(this.#state))) return;
    while (!this.#stopped && this.#failure === undefined) {
      const asked = nextRequest(this.#state);
      if (asked === undefined) return;
      this.#state = asked.state;
      const work = this.#read(asked.request).then(
        (event) => {
          this.#apply(event);
        },
        (error: unknown) => {
          this.#failure ??= { error };
        },
      );
      this.#inFlight.add(work);
      void work.then(() => {
        this.#inFlight.delete(work);
        this.#ask();
        this.#wake();
      });
    }
  }

  async #read(request: PageRequest): Promise<ReadingEvent> {
    try {
      const page = await this.#readPage(request);
      this.#note(page);
      return { type: 'answered', request, page };
    } catch (error) {
      // A server may refuse pages from some offset on (fact 20).
      if (request.page > 1 && error instanceof InvalidParametersError) return { type: 'refused', request };
      throw error;
    }
  }

  /** `order` is undocumented (fact 16): it is left out if the server refuses it before it has accepted it once. */
  async #readPage({ window, page }: PageRequest): Promise<PageResponse> {
    const { readPage, plan, pageSize, operation } = this.#options;
    const query = { window, filters: plan.filters, page, pageSize, verify: plan.verify, operation };
    const order = this.#order;
    try {
      return await readPage({ ...query, order });
    } catch (error) {
      if (order === undefined || this.#orderSettled || !refusesOrder(error)) throw error;
      const response = await readPage({ ...query, order: undefined });
      this.#order = undefined;
      this.#remarks.warn('order-refused', 'The server refuses `order`; it is left out.');
      return response;
    }
  }

  #note(page: PageResponse): void {
    const { pageSize, onFirstResponse } = this.#options;
    if (!this.#orderSettled) onFirstResponse?.(page.json);
    this.#orderSettled = true;
    this.#received += page.rows.length;
    this.#remarks.warnOfPage(page, pageSize);
  }

  /** Waits for a response; false if there is none to wait for, because the reading is done. */
  async #hasChanged(): Promise<boolean> {
    if (isDone(this.#state)) return false;
    if (this.#failure) throw this.#failure.error;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    return true;
  }

  #throwIfIncomplete(): void {
    const windows = missingWindows(this.#state);
    const rejected = this.#options.plan.acceptRejected ? [] : this.counts.rejected;
    if (windows.length === 0 && rejected.length === 0) return;
    throw new IncompleteError({ windows, rejected });
  }

  /** The `resume` value of an error, and the advice that goes with it. */
  async #resumeContext(error: ReportsError): Promise<{ resume?: Resume; hint?: string }> {
    const { plan } = this.#options;
    const missing = missingWindows(this.#state, { withPending: true });
    const windows = this.#handedOut.resumeWindows([...remainingWindows(this.#state), ...missing]);
    const kept = windows.filter((window) => window !== undefined);
    const hint =
      kept.length < windows.length
        ? 'Too many calls of a missing window were handed out to continue it: read that window again from its start, as a list of its own.'
        : error instanceof IncompleteError
          ? hintOf(error)
          : undefined;
    const resume = kept.length === 0 ? undefined : await createResume(kept, plan.filters, plan.order);
    return { ...(resume && { resume }), ...(hint !== undefined && { hint }) };
  }
}

/** A refusal that does not name a parameter may be about `order`. */
function refusesOrder(error: unknown): boolean {
  if (!(error instanceof InvalidParametersError)) return false;
  const { invalidParameters } = error;
  return invalidParameters.length === 0 || invalidParameters.some(({ name }) => name === 'order');
}

function hintOf({ windows }: IncompleteError): string {
  return windows.length > 0
    ? 'Everything that was found has been handed out. `resume` reads the missing windows again.'
    : 'All other calls have been handed out. Set `acceptRejected` if such rows are expected.';
}

/** A block that holds more calls than a page is handed out in pages. */
function* slicesOf(page: CallLogPage, pageSize: number): Generator<CallLogPage> {
  const { calls } = page;
  for (let from = 0; from < calls.length; from += pageSize) {
    const to = from + pageSize;
    yield from === 0 && to >= calls.length
      ? page
      : { ...page, calls: calls.slice(from, to), endsWindow: to >= calls.length };
  }
}

/** By start, then id: the order of `list`, whatever the server's. */
function sortCalls(calls: readonly CallLog[], order: 'asc' | 'desc'): readonly CallLog[] {
  const direction = order === 'asc' ? 1 : -1;
  const compare = (a: CallLog, b: CallLog): number =>
    direction * (compareText(keyOf(a), keyOf(b)) || compareText(a.id, b.id));
  // Most pages need no sorting, and a copy of each would keep the garbage collector busy.
  const isSorted = calls.every((call, index) => compare(calls[index - 1] ?? call, call) <= 0);
  return isSorted ? calls : calls.toSorted(compare);
}
