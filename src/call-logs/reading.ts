import {
  AbortedError,
  IncompleteError,
  InvalidParametersError,
  type RejectedRows,
  type RejectionReason,
  ReportsError,
  type Resume,
  type ResumeWindow,
  type TimeWindow,
} from '../core/errors/index.ts';
import { withContext } from '../core/errors/reports-error.ts';
import type { Emit, WarningCode } from '../core/events.ts';
import type { Operation } from '../core/http/operation.ts';
import type { CallLog, CallLogPage } from './call-log.ts';
import { compareText, keyOf } from './engine/axis.ts';
import type { Block } from './engine/ledger.ts';
import { next, type ReadingEvent } from './engine/next.ts';
import { nextRequest } from './engine/ask.ts';
import { isComplete, isDone, missingWindows, readyBlock, remainingWindows } from './engine/outcome.ts';
import { beginReading, type PageRequest, type State } from './engine/state.ts';
import { createFingerprintKey, encodeFingerprints, fingerprintOf, FingerprintSet } from './fingerprints.ts';
import { createFilterCheck, type ListPlan, windowAt } from './list-options.ts';
import type { PageResponse, ReadPage } from './read-page.ts';
import { checkFilters, createResume } from './resume.ts';

/** How many calls and pages are wanted at most. */
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

/** What a reading has brought so far. */
export interface ReadingCounts {
  /** Calls handed out. */
  readonly calls: number;
  /** Rows received, those that came more than once included. */
  readonly received: number;
  /** Calls handed out whose id had been handed out before, with another content. */
  readonly repeatedIds: number;
  readonly rejected: readonly RejectedRows[];
}

/** More fingerprints than this are not put into a `resume` value: it should stay below a megabyte or two. */
const mostKnown = 100_000;

/** A call that was handed out in these positions of the fingerprints. */
interface HandedOut {
  readonly window: TimeWindow;
  readonly from: number;
  readonly to: number;
}

/**
 * One reading of a plan: keeps as many requests in flight as the engine has use for, feeds it the responses, and hands
 * out what it has ready, in order and a page at a time.
 */
export class Reading {
  readonly #options: ReadingOptions;
  readonly #matches: ReturnType<typeof createFilterCheck>;
  readonly #key: ReturnType<typeof createFingerprintKey>;
  readonly #ids = new FingerprintSet();
  readonly #handedOut: HandedOut[] = [];
  readonly #rejections = new Map<RejectionReason, number>();
  readonly #rejectedRows = new Set<string>();
  readonly #warned = new Set<string>();
  readonly #inFlight = new Set<Promise<void>>();
  #state: State;
  /** Undefined once the server has refused an order. */
  #order: 'asc' | 'desc' | undefined;
  #orderSettled = false;
  #failure: { readonly error: unknown } | undefined;
  #stopped = false;
  #wake: () => void = () => undefined;
  #calls = 0;
  #received = 0;
  #repeatedIds = 0;
  #returned: readonly CallLog[] = [];

  constructor(options: ReadingOptions) {
    const { plan, pageSize, concurrency } = options;
    const { windows, order, verify } = plan;
    this.#options = options;
    this.#matches = createFilterCheck(plan.filters);
    this.#key = createFingerprintKey(options.random);
    this.#order = order;
    this.#state = beginReading({ windows, order, pageSize, concurrency, verify });
  }

  get counts(): ReadingCounts {
    const rejected = [...this.#rejections].map(([reason, count]) => ({ reason, count }));
    return { calls: this.#calls, received: this.#received, repeatedIds: this.#repeatedIds, rejected };
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

  /** Takes back calls of the last page that the caller did not hand on: `resume` leads to them again. */
  giveBack(calls: readonly CallLog[]): void {
    this.#calls -= calls.length;
    this.#returned = calls;
  }

  async *#takeAtMost(): AsyncGenerator<CallLogPage, void, undefined> {
    let { calls, pages } = this.#options.atMost;
    let number = 0;
    let complete = true;
    for await (const page of this.#allPages()) {
      const cut = page.calls.length > calls ? { ...page, calls: page.calls.slice(0, calls), endsWindow: false } : page;
      number += 1;
      this.#calls += cut.calls.length;
      this.#emitPage(cut, number);
      yield cut;
      calls -= cut.calls.length;
      pages -= 1;
      complete &&= page.complete;
      if (calls <= 0 || pages <= 0) break;
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
      this.#throwIfAborted();
      const page = this.#takeBlock(empty);
      this.#ask();
      if (page === undefined) {
        if (isDone(this.#state)) break;
        if (this.#failure) throw this.#failure.error;
        await this.#change();
        continue;
      }
      // Windows without calls are handed out with the next ones.
      empty = page.calls.length === 0 ? page : undefined;
      if (empty) continue;
      yielded = true;
      yield* slicesOf(page, this.#options.pageSize);
    }
    if (empty ?? !yielded) yield empty ?? this.#emptyPage();
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
    const window = before ? union(before.window, own) : own;
    return { calls, totalItems: this.#state.total, window, endsWindow: true, complete };
  }

  /** The calls of a block that are to be handed out, in order. */
  #sift({ calls, rejected }: Block, window: TimeWindow): readonly CallLog[] {
    for (const { row, reason } of rejected) this.#reject(row, reason, window);
    const isKnown = windowAt(this.#options.plan.windows, window)?.isKnown;
    const from = this.#ids.size;
    const wanted = sortCalls(calls, this.#options.plan.order).filter((call) => {
      if (!this.#matches(call)) return this.#reject(call, 'filter', window);
      if (isKnown?.(call.id) === true) return false;
      if (!this.#ids.add(fingerprintOf(call.id, this.#key))) this.#countRepeatedId();
      return true;
    });
    this.#handedOut.push({ window, from, to: this.#ids.size });
    return wanted;
  }

  /** Sets a row apart, once however often it is listed. Returns false, so that a filter leaves it out. */
  #reject(row: unknown, reason: RejectionReason, window: TimeWindow): false {
    const content = JSON.stringify(row);
    if (this.#rejectedRows.has(content)) return false;
    this.#rejectedRows.add(content);
    this.#rejections.set(reason, (this.#rejections.get(reason) ?? 0) + 1);
    this.#options.emit('rejected', { row, reason, window });
    if (reason === 'filter') this.#warn('filter-ignored', 'The server lists calls that do not match the filters.');
    return false;
  }

  #countRepeatedId(): void {
    this.#repeatedIds += 1;
    this.#warn('repeated-id', 'The server lists an id more than once, with different contents. Both were handed out.');
  }

  #warn(code: WarningCode, message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#options.emit('warning', { code, message });
  }

  #apply(event: ReadingEvent): void {
    const { margin } = this.#state;
    this.#state = next(this.#state, event);
    if (this.#state.margin > margin) {
      this.#warn('widened-bounds', 'The server cuts its bounds short; each window is asked for a little wider.');
    }
    // A call in a part that was handed out is one of those, or is shown with a start that is not its own.
    for (const call of this.#state.strays) {
      const isKnown = this.#options.plan.windows.some((window) => window.isKnown?.(call.id) === true);
      if (!isKnown && !this.#ids.has(fingerprintOf(call.id, this.#key))) {
        this.#reject(call, 'outside-range', this.#options.plan.range);
      }
    }
  }

  #ask(): void {
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
      this.#warn('order-refused', 'The server refuses `order`; it is left out.');
      return response;
    }
  }

  #note({ json, rows, pageSize: used, anomalies = [] }: PageResponse): void {
    const { pageSize, onFirstResponse } = this.#options;
    if (!this.#orderSettled) onFirstResponse?.(json);
    this.#orderSettled = true;
    this.#received += rows.length;
    if (used !== undefined && used < pageSize) {
      this.#warn('page-size-lowered', `The server lowered the page size from ${pageSize} to ${used}. Nothing is lost.`);
    }
    for (const { kind, field } of anomalies) this.#warn(kind, describeAnomaly(kind, field));
  }

  async #change(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  #throwIfAborted(): void {
    const { signal } = this.#options.operation;
    if (!signal.aborted) return;
    if (signal.reason instanceof ReportsError) throw signal.reason;
    throw new AbortedError('Aborted', { cause: signal.reason });
  }

  #throwIfIncomplete(): void {
    const windows = missingWindows(this.#state);
    const rejected = this.#options.plan.acceptRejected ? [] : this.counts.rejected;
    if (windows.length === 0 && rejected.length === 0) return;
    throw new IncompleteError({ windows, rejected });
  }

  /** Where to continue, and what to tell about it. */
  async #resumeContext(error: ReportsError): Promise<{ resume?: Resume; hint?: string }> {
    const { plan } = this.#options;
    const returned = this.#returned.map(secondOf);
    const spans = mergeWindows([...remainingWindows(this.#state), ...missingWindows(this.#state), ...returned]);
    const windows = spans.map((span) => this.#resumeWindow(span));
    const kept = windows.filter((window) => window !== undefined);
    const hint =
      kept.length < windows.length
        ? 'So many calls of a missing window were handed out that it can only be read from the start again, as a list of its own.'
        : error instanceof IncompleteError
          ? hintOf(error)
          : undefined;
    const resume = kept.length === 0 ? undefined : await createResume(kept, plan.filters, plan.order);
    return { ...(resume && { resume }), ...(hint !== undefined && { hint }) };
  }

  /** A window with the fingerprints of its calls that were handed out; undefined if there are too many. */
  #resumeWindow(window: TimeWindow): ResumeWindow | undefined {
    const { from, to } = window;
    const parts = this.#handedOut.filter((part) => part.window.from < to && part.window.to > from);
    const returned = new Set(this.#returned.map(({ id }) => fingerprintOf(id, this.#key)));
    const handedOut = parts.flatMap((part) => [...this.#ids.slice(part.from, part.to)]);
    const known = handedOut.filter((fingerprint) => !returned.has(fingerprint));
    if (known.length > mostKnown) return undefined;
    const span = { from: from.toISOString(), to: to.toISOString() };
    if (known.length > 0) return { ...span, known: encodeFingerprints(this.#key, Float64Array.from(known)) };
    const earlier = windowAt(this.#options.plan.windows, window)?.known;
    return { ...span, ...(earlier !== undefined && { known: earlier }) };
  }
}

/** A refusal that names no parameter may be one of `order`. */
function refusesOrder(error: unknown): boolean {
  if (!(error instanceof InvalidParametersError)) return false;
  const { invalidParameters } = error;
  return invalidParameters.length === 0 || invalidParameters.some(({ name }) => name === 'order');
}

function describeAnomaly(kind: 'invalid-utf8' | 'inexact-number', field = 'a field'): string {
  return kind === 'invalid-utf8'
    ? `The server sent bytes that are not UTF-8 in ${field}; they were replaced.`
    : `The server sent a number in ${field} that cannot be held exactly; its digits were kept as a string.`;
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

function union(a: TimeWindow, b: TimeWindow): TimeWindow {
  return { from: a.from < b.from ? a.from : b.from, to: a.to > b.to ? a.to : b.to };
}

/** The second in which a call starts, as a window. */
function secondOf(call: CallLog): TimeWindow {
  const from = new Date(`${keyOf(call).slice(0, 19).replace(' ', 'T')}Z`);
  return { from, to: new Date(from.getTime() + 1000) };
}

/** The same time in as few windows as possible, in order. */
function mergeWindows(windows: readonly TimeWindow[]): TimeWindow[] {
  const merged: TimeWindow[] = [];
  for (const window of windows.toSorted((a, b) => a.from.getTime() - b.from.getTime())) {
    const last = merged.at(-1);
    if (last && window.from <= last.to) merged[merged.length - 1] = union(last, window);
    else merged.push({ from: window.from, to: window.to });
  }
  return merged;
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
