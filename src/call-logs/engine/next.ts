import type { CallLog } from '../call-log.ts';
import { placeGap, turningOptions } from './answer.ts';
import { findAxis, isIn, keyOf, overlaps, startKey, type Span } from './axis.ts';
import { absorb, raiseOwed } from './calls.ts';
import { credit, shortfallOf, withOwed, type Block, type Shortfall } from './ledger.ts';
import { readyBlock } from './outcome.ts';
import { isSameRow, usableCalls, type ServerPage } from './page.ts';
import { settleDebts } from './settle.ts';
import { isOrdered, replaceSegment, turnAround, windowsOf, type Look, type PageRequest, type State } from './state.ts';
import { firstRound, lackOf, turnPage, type Turning } from './turning.ts';

/** An event in a reading. */
export type ReadingEvent =
  | { readonly type: 'answered'; readonly request: PageRequest; readonly page: ServerPage }
  /** The server refuses a page at this offset (fact 20). */
  | { readonly type: 'refused'; readonly request: PageRequest }
  /** The ready block has been handed out. */
  | { readonly type: 'taken' }
  /** Calls were listed after their part of the windows had been handed out without them. */
  | { readonly type: 'late'; readonly calls: readonly CallLog[] };

/** The state after an event. */
export function next(state: State, event: ReadingEvent): State {
  const before = state.strays.length === 0 ? state : { ...state, strays: [] };
  if (event.type === 'taken') return handOut(before);
  if (event.type === 'late') return nameLate(before, event.calls);
  const turned = event.type === 'answered' && !state.axisKnown ? settleAxis(before, event) : before;
  const request = turned.inFlight.find(({ id }) => id === event.request.id);
  if (request === undefined) return before;
  const received = { ...turned, inFlight: turned.inFlight.filter((each) => each !== request) };
  return settleDebts(place(received, request, event.type === 'answered' ? event.page : undefined));
}

/** The first page shows in which direction the server's pages run. The rest of the reading follows it. */
function settleAxis(state: State, { request, page }: ReadingEvent & { type: 'answered' }): State {
  const axis = findAxis(usableCalls(page.rows).map(keyOf)) ?? state.axis;
  return { ...(axis === state.axis ? state : turnAround(state, axis, request)), axisKnown: true };
}

function place(state: State, request: PageRequest, page: ServerPage | undefined): State {
  if (request.purpose === 'gap') return placeGap(state, request, page);
  const look = state.looks.find(({ purpose, from }) => purpose === request.purpose && from === request.span.from);
  if (look === undefined) return state;
  return look.purpose === 'edge' ? placeEdge(state, look, page) : placeCount(state, look, page);
}

/**
 * Calls that were not found before show that the server cuts its bounds short. They are read by requests of their own.
 */
function placeEdge(state: State, look: Look, page: ServerPage | undefined): State {
  const turning = turnPage(look.turning, page, turningOptions(state));
  const listed = usableCalls(page?.rows ?? []);
  const looked = absorb(raiseOwed(state, lackingInBlocks(state, listed), look.inside), listed);
  if (!turning.ended) return withLook(looked, look, [{ ...look, turning }]);
  const isProven = lackOf(turning) === 0 && !turning.doubtful && !listsNewRejected(looked, turning);
  const inside = isProven ? [] : windowsOf(state).filter((window) => overlaps(window, look));
  const unproven = inside.map((window) => {
    return shortfallOf({ from: Math.max(window.from, look.from), to: Math.min(window.to, look.to) }, 0);
  });
  const seen = isProven ? withBeyond(looked, look, turning) : looked;
  return withLook({ ...seen, unproven: [...unproven, ...seen.unproven] }, look, []);
}

/** Records where rows lie beyond the end of a window. */
function withBeyond(state: State, look: Look, { rows }: Turning): State {
  const end = windowsOf(state).find(({ to }) => to === look.inside + 1)?.to;
  if (end === undefined) return state;
  const positions = usableCalls([...rows.values()]).map((call) => state.axis.positionOf(keyOf(call)));
  return { ...state, beyond: new Map([...state.beyond, [end, positions.filter((position) => position >= end)]]) };
}

/** Returns the number of rows after a shortfall's span that its total can have counted, as far as a look has shown. */
function rowsBeyond({ beyond, leak }: State, { to, margin }: Shortfall): number {
  return beyond.get(to)?.filter((position) => position < to + margin + leak).length ?? Infinity;
}

/** The calls that lie in a block's span but are not among its calls. */
function lackingInBlocks({ segments, axis }: State, calls: readonly CallLog[]): readonly CallLog[] {
  return calls.filter((call) => {
    const block = segments.find((each) => isIn(axis.positionOf(keyOf(call)), each));
    return block?.kind === 'block' && !block.calls.some(({ id }) => id === call.id);
  });
}

/** Returns whether a look lists a row without a usable id in the span of a block that has not listed it. */
function listsNewRejected({ segments, axis }: State, { rows }: Turning): boolean {
  return [...rows.values()].some((row) => {
    const { start } = (row ?? {}) as { start?: unknown };
    const key = usableCalls([row]).length === 0 ? startKey(start) : undefined;
    const block = key === undefined ? undefined : segments.find((each) => isIn(axis.positionOf(key), each));
    return block?.kind === 'block' && !block.rejected.some((known) => isSameRow(known.row, row));
  });
}

/** As many calls must have been found in a window as the count at the end states. */
function placeCount(state: State, look: Look, page: ServerPage | undefined): State {
  const accounts = withOwed(state.accounts, look, page?.totalItems ?? 0);
  return absorb(withLook({ ...state, accounts }, look, []), usableCalls(page?.rows ?? []));
}

function withLook(state: State, look: Look, replacement: readonly Look[]): State {
  return { ...state, looks: state.looks.flatMap((each) => (each === look ? replacement : [each])) };
}

function handOut(state: State): State {
  const block = readyBlock(state);
  if (block === undefined) return state;
  const isUnproven = state.plan.verify && block.proof === 'none';
  const mostBehind = (short: Shortfall): number => rowsBeyond(state, short);
  return {
    ...replaceSegment(state, block, []),
    accounts: credit(state.accounts, block, mostBehind),
    shortfalls: credit(state.shortfalls, block, mostBehind),
    unproven: isUnproven ? withUnproven(state.unproven, block) : state.unproven,
    looks: needsCount(block, state) ? [...state.looks, ...windowsOf(state).map(countOf)] : state.looks,
    handedOut: state.handedOut + block.listed,
  };
}

/** Names the seconds of calls that came too late. */
function nameLate(state: State, calls: readonly CallLog[]): State {
  const seconds = calls.map((call) => state.axis.positionOf(keyOf(call)));
  const late = [...new Set(seconds)].map((second) => {
    return shortfallOf({ from: second, to: second + 1 }, seconds.filter((each) => each === second).length);
  });
  return { ...state, unproven: [...late, ...state.unproven] };
}

/** Adjacent blocks are named as one. */
function withUnproven(unproven: readonly Shortfall[], { from, to, listed }: Block): readonly Shortfall[] {
  const last = unproven.at(-1);
  const touches = last !== undefined && last.from <= to && from <= last.to;
  const span = touches ? { from: Math.min(last.from, from), to: Math.max(last.to, to) } : { from, to };
  const found = listed + (touches ? last.found : 0);
  return [...(touches ? unproven.slice(0, -1) : unproven), shortfallOf(span, found, { found })];
}

/**
 * An order by end looks like one by start as long as no calls overlap, and then an arriving call can hide that it
 * pushed another one out. In that case the windows are counted once more at the end.
 */
function needsCount({ proof }: Block, state: State): boolean {
  return proof === 'totals' && !isOrdered(state) && !state.looks.some(({ purpose }) => purpose === 'count');
}

function countOf(window: Span): Look {
  return { ...window, purpose: 'count', inside: window.from, turning: firstRound };
}
