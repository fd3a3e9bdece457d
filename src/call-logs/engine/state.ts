import type { TimeWindow } from '../../core/errors/index.ts';
import type { CallLog } from '../call-log.ts';
import { axisOf, contains, keyOf, lengthOf, overlaps, type Axis, type Span } from './axis.ts';
import { joinShortfalls, unsettled, type Block, type Debt, type Gap, type Segment, type Shortfall } from './ledger.ts';
import { enoughOrder } from './page.ts';
import { chooseGap, type Choice } from './schedule.ts';
import type { Turning } from './turning.ts';

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
 * Why a request is made: to fill a gap, to turn a page of one, to hold a block against a total of its own, to look at a
 * seam between two pieces, to have a total stated again, to look over an end of a window, or to count a whole window once
 * more at the end.
 */
export type Purpose = 'gap' | 'turn' | 'block' | 'seam' | 'total' | 'edge' | 'audit';

export interface PageRequest {
  /** Counted from 1 within a reading. */
  readonly id: number;
  /** What is asked for, in time. */
  readonly window: TimeWindow;
  readonly purpose: Purpose;
  /** What the answer is about. */
  readonly span: Span;
  /** The span and the margin around it. */
  readonly asked: Span;
  /** From 1. */
  readonly page: number;
  /** What the earlier pages of the same look have listed; undefined for its first page, and for other requests. */
  readonly look?: Turning;
}

/** A request that has not been made yet. */
export type RequestDraft = Omit<PageRequest, 'id' | 'window'>;

/** A look over an end of a window, where a server that reads its bounds differently would hide calls. */
export interface Edge extends Span {
  /** The last second inside the window. */
  readonly inside: number;
  /** The lower end in time needs no look where the server is known to keep its lower bound. */
  readonly lower: boolean;
  readonly status: 'open' | 'sent' | 'done';
}

export interface State {
  readonly plan: ReadingPlan;
  readonly axis: Axis;
  /** Whether the direction of the axis has been seen on a page, or nothing more can be done to see it. */
  readonly axisKnown: boolean;
  /** What is not handed out yet, in the order of the axis. */
  readonly segments: readonly Segment[];
  /** Spans that are read by turning pages, by the start of their gap. */
  readonly turnings: ReadonlyMap<number, Turning>;
  readonly debts: readonly Debt[];
  readonly shortfalls: readonly Shortfall[];
  /** Spans that were handed out without proof, merged. */
  readonly unproven: readonly Shortfall[];
  readonly edges: readonly Edge[];
  /** Requests that remedies of a debt call for. */
  readonly queue: readonly RequestDraft[];
  readonly inFlight: readonly PageRequest[];
  /** How many requests have been made. */
  readonly requests: number;
  /** Seconds asked for around each span, since the server was seen to cut its bounds short; calls in it are dropped. */
  readonly margin: number;
  /** Whether a page was out of order, and how many pairs of neighbours spoke for an order by start. */
  readonly disordered: boolean;
  readonly ordered: number;
  /** Whether a block was proven by totals while an order by start was only presumed: no evidence was seen. */
  readonly presumed: boolean;
  /** Windows that have been counted once more. */
  readonly audits: number;
  /** The total of all windows, by their first answers. */
  readonly total: number;
  readonly partitions: number;
  readonly fullestPage: number;
  /** Rows of the blocks that have been handed out. */
  readonly handedOut: number;
  /** Answers that brought a reading no further, and debts settled: what bounds the requests a server can cost. */
  readonly fruitless: number;
  readonly settled: number;
  /** Calls of the last answer that start in a part of the windows that has been handed out already. */
  readonly strays: readonly CallLog[];
}

/** Seconds looked at beyond an edge: a server that rounds its bounds to the minute hides as much. */
const edgeWidth = 60;

export function beginReading(plan: ReadingPlan): State {
  const axis = axisOf(plan.order);
  return {
    plan,
    axis,
    axisKnown: false,
    segments: gapsOf(plan, axis),
    turnings: new Map(),
    debts: [],
    shortfalls: accountsOf(plan, axis),
    unproven: [],
    edges: plan.verify ? plan.windows.flatMap((window) => edgesOf(window, axis)) : [],
    queue: [],
    inFlight: [],
    requests: 0,
    margin: 0,
    disordered: false,
    ordered: 0,
    presumed: false,
    audits: 0,
    total: 0,
    partitions: 1,
    fullestPage: 0,
    handedOut: 0,
    fruitless: 0,
    settled: 0,
    strays: [],
  };
}

/** The same reading along the other axis; nothing but the first request has been made. */
export function turnAround(state: State, axis: Axis, first: PageRequest): State {
  const { plan } = state;
  const mirrored = (span: Span): Span => axis.spanOf(state.axis.windowOf(span));
  const request = { ...first, span: mirrored(first.span), asked: mirrored(first.asked) };
  const segments = gapsOf(plan, axis).map((gap) => ({ ...gap, asked: gap.from === request.span.from }));
  const edges = state.edges.length === 0 ? [] : plan.windows.flatMap((window) => edgesOf(window, axis));
  return { ...state, axis, segments, edges, shortfalls: accountsOf(plan, axis), inFlight: [request] };
}

function gapsOf({ windows }: ReadingPlan, axis: Axis): Gap[] {
  const spans = windows.map((window) => axis.spanOf(window)).sort((a, b) => a.from - b.from);
  return spans.map((span) => gapOf(span, { expected: Infinity, guessed: false }));
}

/** What is found in each window is booked from the start, for the count at the end. */
function accountsOf({ windows }: ReadingPlan, axis: Axis): Shortfall[] {
  return windows.map((window) => ({ ...axis.spanOf(window), owed: 0, open: false, found: 0, behind: 0 }));
}

export function gapOf({ from, to }: Span, facts: Partial<Gap> & Pick<Gap, 'expected' | 'guessed'>): Gap {
  return { known: [], tries: 0, ...facts, kind: 'gap', asked: false, from, to };
}

function edgesOf({ from, to }: TimeWindow, axis: Axis): Edge[] {
  const second = (date: Date, by: number): Date => new Date(date.getTime() + by * 1000);
  const insideOf = (start: Date): number => axis.spanOf({ from: start, to: second(start, 1) }).from;
  const first = { from: second(from, -1), to: second(from, edgeWidth) };
  // One second more, in case the lower bound is exclusive.
  const last = { from: second(to, -2), to: second(to, edgeWidth) };
  return [
    { ...axis.spanOf(last), inside: insideOf(second(to, -1)), lower: false, status: 'open' },
    { ...axis.spanOf(first), inside: insideOf(from), lower: true, status: 'open' },
  ];
}

/** Whether pages are known to come in order of start: nothing else would put them so. */
export function isOrdered({ disordered, ordered }: State): boolean {
  return !disordered && ordered >= enoughOrder;
}

/** The block to be handed out next; undefined if there is none yet. */
export function readyBlock(state: State): Block | undefined {
  const segment = state.segments.at(isAlongAxis(state) ? 0 : -1);
  return segment?.kind === 'block' && isReady(segment, state) ? segment : undefined;
}

export function isAlongAxis({ axis, plan }: State): boolean {
  return axis.forward === (plan.order === 'asc');
}

function isReady(block: Block, state: State): boolean {
  if (block.check !== 'none' || state.debts.some((debt) => contains(debt, block))) return false;
  if (state.segments.length === 1 && needsAudit(state)) return false;
  return !state.edges.some((edge) => edge.status !== 'done' && isInside(edge.inside, block));
}

/**
 * Calls that are listed by end rather than by start look the same as long as all are of one length, and a call that
 * arrives can hide the one that is lost by it: then the windows are counted once more before the end.
 */
function needsAudit(state: State): boolean {
  const { presumed, audits, plan, margin } = state;
  return presumed && !isOrdered(state) && audits < plan.windows.length && margin <= 1;
}

function isInside(second: number, { from, to }: Span): boolean {
  return from <= second && second < to;
}

/** Answers that may bring a reading no further: so many at first, and more for each page of calls that was read. */
const fruitlessAtFirst = 30;
const fruitlessPerPage = 4;

/** Whether a server has contradicted itself so often that what can't be proven at once is handed out unproven. */
export function isExhausted({ fruitless, handedOut, segments, fullestPage, total }: State): boolean {
  if (fruitless <= fruitlessAtFirst) return false;
  let read = handedOut;
  for (const segment of segments) read += segment.kind === 'block' ? segment.listed : 0;
  // Calls that arrive meanwhile would prolong a reading for ever.
  read = Math.min(read, Math.max(total, handedOut));
  return fruitless > fruitlessAtFirst + (fruitlessPerPage * read) / Math.max(1, fullestPage);
}

/** Whether everything has been handed out. */
export function isDone({ segments }: State): boolean {
  return segments.length === 0;
}

/** The request to make next, and the state in which it is in flight; undefined if there is nothing to ask for now. */
export function nextRequest(state: State): { readonly request: PageRequest; readonly state: State } | undefined {
  if (state.inFlight.length >= state.plan.concurrency) return undefined;
  return (
    askQueued(state) ??
    askForBlock(state) ??
    askForEdge(state, holdsFront) ??
    askForPage(state) ??
    askForGap(state) ??
    askForEdge(state, isDue) ??
    askForAudit(state)
  );
}

type Asked = ReturnType<typeof nextRequest>;

function send(state: State, draft: RequestDraft): Asked {
  const requests = state.requests + 1;
  const request = { ...draft, id: requests, window: state.axis.windowOf(draft.asked) };
  return { request, state: { ...state, requests, inFlight: [...state.inFlight, request] } };
}

function askQueued(state: State): Asked {
  const [request, ...queue] = state.queue;
  return request && send({ ...state, queue }, request);
}

function askForBlock(state: State): Asked {
  const block = state.segments.find((segment) => segment.kind === 'block' && segment.check === 'needed');
  if (block?.kind !== 'block') return undefined;
  const sent = replaceSegment(state, block, [{ ...block, check: 'sent' }]);
  return send(sent, requestFor(state, 'block', block));
}

function askForPage(state: State): Asked {
  for (const [from, { page }] of state.turnings) {
    const gap = state.segments.find((segment) => segment.kind === 'gap' && segment.from === from);
    if (gap?.kind !== 'gap' || gap.asked) continue;
    return send(replaceSegment(state, gap, [{ ...gap, asked: true }]), { ...requestFor(state, 'turn', gap), page });
  }
  return undefined;
}

function askForGap(state: State): Asked {
  if (!state.axisKnown && state.inFlight.some(({ purpose }) => purpose === 'gap')) return undefined;
  const choice = state.axisKnown ? chooseGap(situationOf(state)) : openingChoice(state);
  if (choice === undefined) return undefined;
  const { gap, at } = choice;
  if (at === undefined) {
    return send(replaceSegment(state, gap, [{ ...gap, asked: true }]), requestFor(state, 'gap', gap));
  }
  const [rest, partition] = cutGap(gap, at, state.axis);
  const opened = { ...replaceSegment(state, gap, [rest, partition]), partitions: state.partitions + 1 };
  return send(opened, requestFor(state, 'gap', partition));
}

/** The end of a gap becomes a partition of its own; a request for the whole gap may be in flight. */
function cutGap(gap: Gap, at: number, axis: Axis): [Gap, Gap] {
  const expected = gap.expected * ((gap.to - at) / lengthOf(gap));
  const isBefore = axis.before(at);
  return [
    { ...gap, to: at, expected: gap.expected - expected, known: gap.known.filter((call) => isBefore(keyOf(call))) },
    {
      ...gap,
      from: at,
      expected,
      guessed: true,
      asked: true,
      tries: 0,
      known: gap.known.filter((call) => !isBefore(keyOf(call))),
    },
  ];
}

function askForAudit(state: State): Asked {
  if (state.segments.length > 1 || !needsAudit(state)) return undefined;
  const asked = state.audits + state.inFlight.filter(({ purpose }) => purpose === 'audit').length;
  const window = state.plan.windows[asked];
  if (window === undefined) return undefined;
  const span = state.axis.spanOf(window);
  return send(state, { purpose: 'audit', span, asked: span, page: 1 });
}

/** The widest window shows best in which direction pages run. */
function openingChoice({ segments }: State): Choice | undefined {
  const [widest] = segments.filter((segment) => segment.kind === 'gap').sort((a, b) => lengthOf(b) - lengthOf(a));
  return widest && { gap: widest };
}

function situationOf(state: State): Parameters<typeof chooseGap>[0] {
  const { plan, segments, total, partitions, handedOut, margin, fullestPage, inFlight, turnings } = state;
  const alongAxis = isAlongAxis(state);
  const open = segments.filter((segment) => !turnings.has(segment.from) || segment.kind === 'block');
  return {
    segments: alongAxis ? open : open.toReversed(),
    alongAxis,
    pageSize: fullestPage || plan.pageSize,
    concurrency: plan.concurrency,
    total,
    partitions,
    begun: handedOut > 0,
    mayCut: margin === 0 && !state.disordered && state.settled > 0,
    stuck: inFlight.length === 0 && readyBlock(state) === undefined,
  };
}

/** A look at an edge waits until there is nothing else to ask; the lower one also until it is all that is missing. */
function askForEdge(state: State, isWanted: (edge: Edge, state: State) => boolean): Asked {
  if (!state.axisKnown) return undefined;
  const edge = state.edges.find((each) => each.status === 'open' && isWanted(each, state));
  if (edge === undefined) return undefined;
  const edges = state.edges.map((each) => (each === edge ? { ...edge, status: 'sent' as const } : each));
  const { from, to } = edge;
  return send({ ...state, edges }, { purpose: 'edge', span: { from, to }, asked: { from, to }, page: 1 });
}

/** Whether the look is all that the next block to be handed out waits for. */
function holdsFront(edge: Edge, state: State): boolean {
  const front = state.segments.at(isAlongAxis(state) ? 0 : -1);
  return front !== undefined && isHeldBy(front, edge);
}

function isDue(edge: Edge, { segments, plan }: State): boolean {
  if (!edge.lower) return plan.concurrency > 1 || segments.some((each) => isHeldBy(each, edge));
  return segments.some((each) => isHeldBy(each, edge));
}

function isHeldBy(segment: Segment, { inside }: Edge): boolean {
  return segment.kind === 'block' && isInside(inside, segment);
}

export function requestFor(state: State, purpose: Purpose, { from, to }: Span): RequestDraft {
  const { margin } = state;
  return { purpose, span: { from, to }, asked: { from: from - margin, to: to + margin }, page: 1 };
}

export function replaceSegment(state: State, segment: Segment, replacement: readonly Segment[]): State {
  return { ...state, segments: state.segments.flatMap((each) => (each === segment ? replacement : [each])) };
}

/** A window whose calls could not all be found, or not be proven to be all. */
export interface MissingSpan extends TimeWindow {
  readonly expected: number;
  readonly found: number;
}

/** What is missing once everything has been handed out, ascending and apart; empty if every debt is settled. */
export function missingWindows({ shortfalls, unproven, axis }: State): MissingSpan[] {
  const spans = [...unsettled(shortfalls), ...unproven].sort((a, b) => a.from - b.from);
  const merged: Shortfall[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last && overlaps(last, span)) merged.splice(-1, 1, joinShortfalls(last, span));
    else merged.push(span);
  }
  const missing = merged.map((span) => ({
    ...axis.windowOf(span),
    expected: Math.max(span.owed, span.found),
    found: span.found,
  }));
  return axis.forward ? missing : missing.reverse();
}

/** Whether calls of the block may be missing. */
export function isComplete(block: Block, { shortfalls, plan }: State): boolean {
  const isShort = shortfalls.some((short) => short.owed > 0 && contains(short, block));
  return !plan.verify || (block.proof !== 'none' && !isShort);
}

/** What has not been handed out. */
export function remainingWindows({ segments, axis }: State): TimeWindow[] {
  return segments.map((segment) => axis.windowOf(segment));
}
