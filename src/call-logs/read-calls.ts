import { IncompleteError, ReportsError, type TimeWindow } from '../core/errors/index.ts';
import { withContext } from '../core/errors/reports-error.ts';
import type { Emit } from '../core/events.ts';
import type { Call } from '../core/http/call.ts';
import type { CallLog } from './call-log.ts';
import type { CallLogPage } from './call-log-page.ts';
import type { Axis } from './keyset/axis.ts';
import { axisOf, findAxis } from './keyset/find-axis.ts';
import { createPageSource, type PageSource } from './keyset/page-source.ts';
import type { GapPage } from './keyset/place-answer.ts';
import { ReadAhead } from './keyset/read-ahead.ts';
import { mergeSpans } from './keyset/span.ts';
import { Timeline } from './keyset/timeline.ts';
import type { ListPlan } from './plan-list.ts';
import { createResume } from './resume.ts';
import { sortCalls } from './sort-calls.ts';
import { takePages, type Amount } from './take-pages.ts';

export { createPageSource };

export interface ReadingOptions {
  readonly plan: ListPlan;
  readonly source: PageSource;
  readonly pageSize: number;
  readonly concurrency: number;
  readonly emit: Emit;
  /** Ended with the reading. */
  readonly call: Call;
  readonly atMost: Amount;
}

/**
 * Reads the windows of a plan and yields their calls, proven and in order, a page at a time and at least one page.
 *
 * Every error that ends it carries a `resume` value that names what was not yielded, as far as it was to be.
 *
 * @throws IncompleteError calls could not be proven to be all there; all others have been yielded
 */
export async function* readCalls(options: ReadingOptions): AsyncGenerator<CallLogPage, void, undefined> {
  const { plan, source } = options;
  let left = (): readonly TimeWindow[] => plan.windows;
  let readAhead: ReadAhead | undefined;
  try {
    const { axis, timeline, first } = await begin(options);
    left = () => timeline.left.map((span) => axis.windowOf(span));
    readAhead = new ReadAhead({ timeline, axis, source, concurrency: options.concurrency });
    readAhead.begin(first);
    yield* takePages(handOut(options, readAhead, timeline, axis), options.atMost);
    left = () => mergeSpans(timeline.holes).map((span) => axis.windowOf(span));
    refuseHoles(timeline, axis);
  } catch (error) {
    if (!(error instanceof ReportsError)) throw error;
    throw withContext(error, { resume: createResume(left(), plan.filters, plan.order) });
  } finally {
    options.call.end();
    await readAhead?.stop();
  }
}

interface Beginning {
  readonly axis: Axis;
  readonly timeline: Timeline;
  readonly first: GapPage;
}

/** The first answer shows in which direction the server's pages run; all else is laid out along that. */
async function begin({ plan, source, pageSize, concurrency }: ReadingOptions): Promise<Beginning> {
  const { order, verify } = plan;
  const windows = plan.windows.toSorted((a, b) => a.from.getTime() - b.from.getTime());
  const firstWindow = windows.at(order === 'asc' ? 0 : -1);
  if (firstWindow === undefined) throw new RangeError('a plan has at least one window');
  const first = await source.read(firstWindow, 1);
  const axis = findAxis(first.calls) ?? (await probeAxis(source, windows, firstWindow)) ?? axisOf(order);
  const spans = (axis.forward ? windows : windows.toReversed()).map((window) => axis.spanOf(window));
  const alongAxis = axis.forward === (order === 'asc');
  return { axis, first, timeline: new Timeline({ axis, alongAxis, spans, pageSize, concurrency, verify }) };
}

/** A first window that holds too little to tell, as one second does, leaves it to the widest of the others. */
async function probeAxis(
  source: PageSource,
  windows: readonly TimeWindow[],
  first: TimeWindow,
): Promise<Axis | undefined> {
  const widthOf = ({ from, to }: TimeWindow): number => to.getTime() - from.getTime();
  const widest = windows.toSorted((a, b) => widthOf(b) - widthOf(a))[0];
  if (widest === undefined || widest === first) return undefined;
  return findAxis((await source.read(widest, 1)).calls);
}

async function* handOut(
  { plan, pageSize, emit }: ReadingOptions,
  readAhead: ReadAhead,
  timeline: Timeline,
  axis: Axis,
): AsyncGenerator<CallLogPage, void, undefined> {
  let page = 0;
  const complete = true;
  for (let taken = await readAhead.next(); taken !== undefined; taken = await readAhead.next()) {
    const slices = slicesOf(sortCalls(taken.calls, plan.order), pageSize);
    for (const [index, slice] of slices.entries()) {
      page += 1;
      const totalItems = timeline.total;
      emit('page', { page, calls: slice.length, totalItems, window: plan.range });
      yield {
        calls: slice,
        totalItems,
        window: axis.windowOf(taken),
        endsWindow: index === slices.length - 1,
        complete,
      };
    }
  }
  if (page === 0)
    yield { calls: [], totalItems: timeline.total, window: plan.range, endsWindow: true, complete: false };
}

/** A second that holds more than a page comes as one piece, and is handed out in pages. */
function slicesOf(calls: readonly CallLog[], pageSize: number): (readonly CallLog[])[] {
  const count = Math.max(1, Math.ceil(calls.length / pageSize));
  return Array.from({ length: count }, (_, index) => calls.slice(index * pageSize, (index + 1) * pageSize));
}

function refuseHoles({ holes }: Timeline, axis: Axis): void {
  if (holes.length === 0) return;
  const windows = holes.map((hole) => ({ ...axis.windowOf(hole), expected: hole.expected, found: hole.found }));
  const inTime = windows.sort((a, b) => a.from.getTime() - b.from.getTime());
  throw new IncompleteError({ windows: inTime }, { problem: 'calls-missing' });
}
