import type { TimeWindow } from '../../core/errors/index.ts';
import type { CallLog } from '../call-log.ts';
import { axisOf, type Axis, type Span } from './axis.ts';
import { gapOf, shortfallOf, type Ledger, type Segment, type Shortfall } from './ledger.ts';
import { enoughOrder } from './page.ts';
import { firstRound, type Turning } from './turning.ts';

/** What a reading is asked to do. */
export interface ReadingPlan {
  /** What is to be read, ascending and apart from each other. */
  readonly windows: readonly TimeWindow[];
  /** The order in which calls are handed out. */
  readonly order: 'asc' | 'desc';
  /** Calls asked for per page. */
  readonly pageSize: number;
  /** Requests in flight at once. */
  readonly concurrency: number;
  /** Whether calls have to be proven to be all there. */
  readonly verify: boolean;
}

/**
 * Why a request is made: to fill a gap, to look over an end of a window, or to count a whole window once more at the end.
 */
export type Purpose = 'gap' | 'edge' | 'count';

export interface PageRequest {
  /** Counted from 1 within a reading. */
  readonly id: number;
  readonly purpose: Purpose;
  /** What is asked for, in time: the span and the margin around it. */
  readonly window: TimeWindow;
  readonly span: Span;
  readonly margin: number;
  /** From 1. */
  readonly page: number;
}

/** A request that fills no gap: blocks wait for what it brings. */
export interface Look extends Span {
  readonly purpose: 'edge' | 'count';
  /** The last second inside the window: the block that holds it is not handed out before. */
  readonly inside: number;
  readonly turning: Turning;
}

/** A reading, as it stands. Nothing changes it: each event makes a new one. */
export interface State extends Ledger {
  readonly plan: ReadingPlan;
  readonly axis: Axis;
  /** Whether the direction of the axis has been seen on a page, or nothing more can be done to see it. */
  readonly axisKnown: boolean;
  /** The highest total of each window, against what has been handed out of it. */
  readonly accounts: readonly Shortfall[];
  /** Debts that stayed short. */
  readonly shortfalls: readonly Shortfall[];
  /** Spans that were handed out without proof. */
  readonly unproven: readonly Shortfall[];
  /** Looks that have not been made, or are being made. */
  readonly looks: readonly Look[];
  readonly inFlight: readonly PageRequest[];
  /** Ids of calls that no total has counted, since the server cuts its bounds short. */
  readonly uncounted: readonly string[];
  /** How many requests have been made. */
  readonly requests: number;
  /** Seconds asked for around each span, since the server was seen to cut its bounds short; calls in it are dropped. */
  readonly margin: number;
  /** Whether a page was out of order, and how many pairs of neighbours spoke for an order by start. */
  readonly disordered: boolean;
  readonly ordered: number;
  /** The total of all windows, by their first answers. */
  readonly total: number;
  readonly partitions: number;
  /** Whether a debt has been settled. */
  readonly settled: boolean;
  readonly fullestPage: number;
  /** Rows of the blocks that have been handed out. */
  readonly handedOut: number;
  /** Answers that brought the reading no further: they bound the requests that a server can cost. */
  readonly fruitless: number;
  /** Calls of the last answer that start in a part of the windows that has been handed out already. */
  readonly strays: readonly CallLog[];
}

export function beginReading(plan: ReadingPlan): State {
  const axis = axisOf(plan.order);
  return {
    plan,
    axis,
    axisKnown: false,
    ...layOut(plan, axis),
    debts: [],
    openEnded: false,
    shortfalls: [],
    unproven: [],
    inFlight: [],
    uncounted: [],
    requests: 0,
    margin: 0,
    disordered: false,
    ordered: 0,
    total: 0,
    partitions: 1,
    settled: false,
    fullestPage: 0,
    handedOut: 0,
    fruitless: 0,
    strays: [],
  };
}

/** The same reading along the other axis; nothing but the first request has been made. */
export function turnAround(state: State, axis: Axis, first: PageRequest): State {
  const { plan } = state;
  const request = { ...first, span: axis.spanOf(state.axis.windowOf(first.span)) };
  const laidOut = layOut(plan, axis);
  const isAsked = ({ from }: Segment): boolean => from === request.span.from;
  const segments = laidOut.segments.map((gap) => (isAsked(gap) ? { ...gap, asked: first.id } : gap));
  return { ...state, ...laidOut, segments, axis, inFlight: [request] };
}

/** The windows of a plan along an axis. What is found in each is booked from the start, for the count at the end. */
function layOut({ windows, verify }: ReadingPlan, axis: Axis): Pick<State, 'segments' | 'accounts' | 'looks'> {
  const spans = windows.map((window) => axis.spanOf(window)).sort((a, b) => a.from - b.from);
  return {
    segments: spans.map((span) => gapOf(span, { expected: Infinity })),
    accounts: spans.map((span) => shortfallOf(span, 0)),
    looks: verify ? spans.flatMap((span) => edgesOf(span, axis)) : [],
  };
}

/** Seconds looked at beyond an edge: a server that rounds its bounds to the minute hides as much. */
const edgeWidth = 60;

/** Looks over both ends of a window, where a server that reads its bounds differently would hide calls. */
function edgesOf({ from, to }: Span, { forward }: Axis): Look[] {
  const look = { purpose: 'edge', turning: firstRound } as const;
  // On the side that is earlier in time a second outside is enough; the upper bound may be read as exclusive.
  const [outsideFrom, outsideTo] = forward ? [1, edgeWidth] : [edgeWidth, 1];
  const [insideFrom, insideTo] = forward ? [edgeWidth, 2] : [2, edgeWidth];
  return [
    { ...look, from: to - insideTo, to: to + outsideTo, inside: to - 1 },
    { ...look, from: from - outsideFrom, to: from + insideFrom, inside: from },
  ];
}

/** Whether pages are known to come in order of start: nothing else would put them so. */
export function isOrdered({ disordered, ordered }: State): boolean {
  return !disordered && ordered >= enoughOrder;
}

export function isAlongAxis({ axis, plan }: State): boolean {
  return axis.forward === (plan.order === 'asc');
}

/** The segment that is to be handed out next. */
export function frontOf(state: State): Segment | undefined {
  return state.segments.at(isAlongAxis(state) ? 0 : -1);
}

export function windowsOf({ plan, axis }: State): Span[] {
  return plan.windows.map((window) => axis.spanOf(window));
}

export function replaceSegment(state: State, segment: Segment, replacement: readonly Segment[]): State {
  const at = state.segments.indexOf(segment);
  return at < 0 ? state : { ...state, segments: state.segments.toSpliced(at, 1, ...replacement) };
}

export function fruitless(state: State, answers = 1): State {
  return { ...state, fruitless: state.fruitless + answers };
}

/** Answers that may bring a reading no further: so many at first, and more for each page of calls that was read. */
const fruitlessAtFirst = 30;
const fruitlessPerPage = 4;

/** Whether a server has contradicted itself so often that what can't be proven at once is handed out unproven. */
export function isExhausted({ fruitless, handedOut, segments, fullestPage, total }: State): boolean {
  if (fruitless <= fruitlessAtFirst) return false;
  const waiting = segments.reduce((sum, each) => sum + (each.kind === 'block' ? each.listed : 0), 0);
  // Calls that arrive meanwhile would prolong a reading for ever.
  const read = Math.min(handedOut + waiting, Math.max(total, handedOut));
  return fruitless > fruitlessAtFirst + (fruitlessPerPage * read) / Math.max(1, fullestPage);
}
