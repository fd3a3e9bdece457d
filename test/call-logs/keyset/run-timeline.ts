import type { CallLog } from '../../../src/call-logs/call-log.ts';
import { backwardAxis, forwardAxis } from '../../../src/call-logs/keyset/axis.ts';
import type { GapPage } from '../../../src/call-logs/keyset/place-answer.ts';
import type { Gap } from '../../../src/call-logs/keyset/segment.ts';
import { Timeline } from '../../../src/call-logs/keyset/timeline.ts';
import type { TimeWindow } from '../../../src/core/errors/index.ts';
import { epoch } from './call-at.ts';
import type { SimulatedServer } from './simulated-server.ts';

export interface RunOptions {
  readonly server: SimulatedServer;
  /** In which direction the server's pages run. */
  readonly axis: 'forward' | 'backward';
  readonly order: 'asc' | 'desc';
  /** What is read, in seconds of these tests, ascending. */
  readonly spans: readonly (readonly [number, number])[];
  readonly pageSize: number;
  readonly concurrency: number;
  readonly verify?: boolean;
  /** Which of the requests under way, of `count`, is answered next. Default: the eldest. */
  readonly pick?: (count: number) => number;
  /** Called after each answer, with how many there were. */
  readonly afterAnswer?: (answers: number) => void;
  /** Whether the caller takes what is ready after an answer. Default: always. */
  readonly takes?: (answers: number) => boolean;
  /** A run that asks for more is broken. */
  readonly maxRequests?: number;
}

export interface Run {
  readonly handedOut: readonly CallLog[];
  readonly timeline: Timeline;
  readonly requests: number;
  readonly mostUnderWay: number;
  /** The most calls that waited for their proof or their turn at once. */
  readonly mostWaiting: number;
  /** Answers until the first call was handed out. */
  readonly answersToFirst: number;
  /** The spans that were given up. */
  readonly holes: readonly (TimeWindow & { readonly expected: number; readonly found: number })[];
}

/** The window of two seconds of these tests. */
export function windowOf(from: number, to: number): TimeWindow {
  return { from: new Date((epoch + from) * 1000), to: new Date((epoch + to) * 1000) };
}

interface UnderWay {
  readonly gap: Gap;
  readonly window: TimeWindow;
  /** The page of a crowded second, being read whole. */
  crowded: boolean;
}

/** Reads a simulated server by a timeline, to the end. Throws if it stands still, or asks without end. */
export function runTimeline(options: RunOptions): Run {
  const { server, spans, pageSize, concurrency, verify = true, pick = () => 0, takes = () => true } = options;
  const { maxRequests = 100_000, afterAnswer } = options;
  const axis = options.axis === 'forward' ? forwardAxis : backwardAxis;
  const windows = spans.map(([from, to]) => windowOf(from, to));
  const timeline = new Timeline({
    axis,
    alongAxis: axis.forward === (options.order === 'asc'),
    spans: (axis.forward ? windows : windows.toReversed()).map((window) => axis.spanOf(window)),
    pageSize,
    concurrency,
    verify,
  });
  const underWay: UnderWay[] = [];
  const handedOut: CallLog[] = [];
  const received = new Set<string>();
  const run = { requests: 0, answers: 0, mostUnderWay: 0, mostWaiting: 0, answersToFirst: 0 };

  function ask(): void {
    while (underWay.length < concurrency) {
      const gap = timeline.next();
      if (gap === undefined) break;
      underWay.push({ gap, window: axis.windowOf(gap), crowded: false });
      run.requests += 1;
    }
    if (run.requests > maxRequests) throw new Error(`more than ${maxRequests} requests`);
    run.mostUnderWay = Math.max(run.mostUnderWay, underWay.length);
  }

  function answer(request: UnderWay): void {
    const { gap, window } = request;
    if (request.crowded) {
      timeline.answerWhole(gap, count(server.whole(window)));
    } else if (!timeline.answer(gap, count(server.page(window)))) {
      underWay.push({ gap, window, crowded: true });
      run.requests += 1;
    }
  }

  function count(page: GapPage): GapPage {
    // The last second of a page comes again on the next.
    for (const { id } of page.calls) received.add(id);
    return page;
  }

  /** Takes what is ready; tells whether there was something. */
  function take(): boolean {
    const holes = timeline.holes.length;
    let taken = 0;
    for (let next = timeline.take(); next !== undefined; next = timeline.take()) {
      const { calls } = next;
      if (calls.length > 0 && handedOut.length === 0) run.answersToFirst = run.answers;
      handedOut.push(...calls);
      taken += 1;
    }
    return taken > 0 || timeline.holes.length > holes;
  }

  while (!timeline.done) {
    ask();
    const [request] = underWay.length === 0 ? [] : underWay.splice(pick(underWay.length), 1);
    if (request === undefined) {
      if (take()) continue;
      throw new Error('nothing to ask for, to wait for or to take');
    }
    answer(request);
    run.answers += 1;
    run.mostWaiting = Math.max(run.mostWaiting, received.size - handedOut.length);
    afterAnswer?.(run.answers);
    if (takes(run.answers)) take();
  }
  const holes = timeline.holes.map((hole) => ({ ...axis.windowOf(hole), expected: hole.expected, found: hole.found }));
  return { handedOut, timeline, holes, ...run };
}
