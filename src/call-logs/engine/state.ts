import type { TimeWindow } from '../../core/errors/index.ts';
import type { CallLog } from '../call-log.ts';
import { axisOf, type Axis, type Span } from './axis.ts';
import { gapOf, shortfallOf, type Ledger, type Segment, type Shortfall } from './ledger.ts';
import { enoughOrder } from './page.ts';
import { firstRound, type Turning } from './turning.ts';

/** The task of a reading. */
export interface ReadingPlan {
  /** The windows to read, in ascending order and without overlaps. */
  readonly windows: readonly TimeWindow[];
  /** The order in which calls are handed out. */
  readonly order: 'asc' | 'desc';
  /** The number of calls to request per page. */
  readonly pageSize: number;
  /** Requests in flight at once. */
  readonly concurrency: number;
  /** Whether it has to be proven that no call is missing. */
  readonly verify: boolean;
}

/**
 * The purpose of a request: to fill a gap, to look beyond an end of a window, or to count a whole window once more at
 * the end.
 */
export type Purpose = 'gap' | 'edge' | 'count';

export interface PageRequest {
  /** Counted from 1 within a reading. */
  readonly id: number;
  readonly purpose: Purpose;
  /** The requested window: the span and the margin around it. */
  readonly window: TimeWindow;
  readonly span: Span;
  readonly margin: number;
  /** From 1. */
  readonly page: number;
}

/** A request that does not fill a gap but checks something. Blocks wait for its result. */
export interface Look extends Span {
  readonly purpose: 'edge' | 'count';
  /** The last second inside the window. The block that holds it is not handed out before the look. */
  readonly inside: number;
  readonly turning: Turning;
}

/** The state of a reading. It is immutable: each event makes a new one. */
export interface State extends Ledger {
  readonly plan: ReadingPlan;
  readonly axis: Axis;
  /** Whether a page has shown the direction of the axis, or no page can show it. */
  readonly axisKnown: boolean;
  /** The highest total of each window, and the number handed out of it. */
  readonly accounts: readonly Shortfall[];
  /** Debts that stayed short. */
  readonly shortfalls: readonly Shortfall[];
  /** Spans that were handed out without proof. */
  readonly unproven: readonly Shortfall[];
  /** Looks that are in flight or still to be made. */
  readonly looks: readonly Look[];
  readonly inFlight: readonly PageRequest[];
  /** Ids of calls that no total has counted because the server cuts its bounds short. */
  readonly uncounted: readonly string[];
  /** The number of requests that have been made. */
  readonly requests: number;
  /**
   * The seconds that are also requested around each span, once the server was seen to cut its bounds short; calls in
   * them are dropped.
   */
  readonly margin: number;
  /** Whether an answer has listed rows far from its span: it may have been one to another request. */
  readonly strayed: boolean;
  /** Seconds by which answers to requests without a margin go beyond the end of their span. */
  readonly leak: number;
  /** For the end of each window, the positions of the rows that a look has listed beyond it. */
  readonly beyond: ReadonlyMap<number, readonly number[]>;
  /** Whether a page was out of order, and the number of neighbouring pairs that show an order by start. */
  readonly disordered: boolean;
  readonly ordered: number;
  /** Whether a page has shown that pages run along the axis. */
  readonly directed: boolean;
  /** The total of all windows, from the first answer for each. */
  readonly total: number;
  readonly partitions: number;
  /** Whether a debt has been settled. */
  readonly settled: boolean;
  readonly fullestPage: number;
  /** Rows of the blocks that have been handed out. */
  readonly handedOut: number;
  /** The number of answers that did not help. Limiting it bounds the number of requests. */
  readonly fruitless: number;
  /** The ids of calls from outside the windows that were listed. */
  readonly outsiders: ReadonlySet<string>;
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
    strayed: false,
    leak: 0,
    beyond: new Map(),
    disordered: false,
    ordered: 0,
    directed: false,
    total: 0,
    partitions: 1,
    settled: false,
    fullestPage: 0,
    handedOut: 0,
    fruitless: 0,
    outsiders: new Set(),
    strays: [],
  };
}

/** Returns the same reading along another axis. Only the first request may have been made. */
export function turnAround(state: State, axis: Axis, first: PageRequest): State {
  const { plan } = state;
  const request = { ...first, span: axis.spanOf(state.axis.windowOf(first.span)) };
  const laidOut = layOut(plan, axis);
  const isAsked = ({ from }: Segment): boolean => from === request.span.from;
  const segments = laidOut.segments.map((gap) => (isAsked(gap) ? { ...gap, asked: first.id } : gap));
  return { ...state, ...laidOut, segments, axis, inFlight: [request] };
}

/**
 * Lays the windows of a plan out along an axis. The calls found in each are recorded from the start, for the count at
 * the end.
 */
function layOut({ windows, verify }: ReadingPlan, axis: Axis): Pick<State, 'segments' | 'accounts' | 'looks'> {
  const spans = windows.map((window) => axis.spanOf(window)).sort((a, b) => a.from - b.from);
  return {
    segments: spans.map((span) => gapOf(span, { expected: Infinity })),
    accounts: spans.map((span) => shortfallOf(span, 0)),
    looks: verify ? spans.flatMap((span) => edgesOf(span, axis)) : [],
  };
}

/** The seconds beyond an edge that are looked at: a server that rounds its bounds to the minute hides as many. */
const edgeWidth = 60;

/** Looks over both ends of a window, where a server that reads its bounds differently would hide calls. */
function edgesOf({ from, to }: Span, { forward }: Axis): Look[] {
  const look = { purpose: 'edge', turning: firstRound } as const;
  // Before the window, one second is enough; at its end, the server may treat the bound as exclusive. The same holds for
  // the end of a look: both ends of a look may be rounded to the minute and exclusive, and it must still show a second.
  const [outsideFrom, outsideTo] = forward ? [1, edgeWidth] : [edgeWidth, 1];
  const [insideFrom, insideTo] = forward ? [edgeWidth + 1, 2] : [2, edgeWidth + 1];
  return [
    { ...look, from: to - insideTo, to: to + outsideTo, inside: to - 1 },
    { ...look, from: from - outsideFrom, to: from + insideFrom, inside: from },
  ];
}

/** Returns whether pages are known to come in order of start, because no other order would look like this. */
export function isOrdered({ disordered, ordered }: State): boolean {
  return !disordered && ordered >= enoughOrder;
}

export function isAlongAxis({ axis, plan }: State): boolean {
  return axis.forward === (plan.order === 'asc');
}

/** Returns the segment to hand out next. */
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

/**
 * The number of useless answers that a reading tolerates before the first page; each page of calls that was read adds
 * more.
 */
const fruitlessAtFirst = 30;
const fruitlessPerPage = 4;

/** Returns whether a server has contradicted itself so often that calls are handed out without proof. */
export function isExhausted({ fruitless, handedOut, segments, fullestPage, total }: State): boolean {
  if (fruitless <= fruitlessAtFirst) return false;
  const waiting = segments.reduce((sum, each) => sum + (each.kind === 'block' ? each.listed : 0), 0);
  // Without this bound, calls that arrive meanwhile could prolong a reading for ever.
  const read = Math.min(handedOut + waiting, Math.max(total, handedOut));
  return fruitless > fruitlessAtFirst + (fruitlessPerPage * read) / Math.max(1, fullestPage);
}
