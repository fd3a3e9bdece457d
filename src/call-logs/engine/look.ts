import type { CallLog } from '../call-log.ts';
import { halvesOf, overlaps, startKey, type Axis, type Span } from './axis.ts';
import { absorb, fruitless, lackingIn, marginOf, windowsOf } from './calls.ts';
import { addDebt, mergeUnproven, type Block } from './ledger.ts';
import { readTotal, sortRows, usableCalls, type RejectedRow, type ServerPage } from './page.ts';
import { maxTries, startTurning, whereOf } from './place.ts';
import { gapOf, isExhausted, replaceSegment, type PageRequest, type RequestDraft, type State } from './state.ts';
import { beginTurning, lackOf, turnPage, type Turning } from './turning.ts';

/** A block has been asked for by itself. */
export function placeCheck(state: State, request: PageRequest, page: ServerPage): State {
  const block = state.segments.find((segment) => segment.kind === 'block' && segment.from === request.span.from);
  if (block?.kind !== 'block') return state;
  const content = sortRows(page.rows, block, windowsOf(state), state.axis);
  const total = readTotal(page, state.plan.pageSize);
  const { calls, rejected, repeats, before, behind } = content;
  const lacking = lackingIn(block.calls, calls);
  const isWhole = total.kind === 'stated' && content.listed >= total.total && content.repeatedAt === undefined;
  if (isWhole && lacking.length === 0) {
    const listed = calls.length + rejected.length + repeats;
    const proven: Block = { ...block, calls, rejected, listed, proof: 'whole', check: 'none' };
    return absorb({ ...replaceSegment(state, block, [proven]), settled: state.settled + 1 }, [...before, ...behind]);
  }
  const all = [...block.calls, ...lackingIn(calls, block.calls)];
  const others = [...before, ...behind];
  if (isExhausted(state) || block.tries >= maxTries) {
    return absorb(fruitless(replaceSegment(state, block, [{ ...block, calls: all, check: 'none' }])), others);
  }
  // A full page says little: a narrower span may fit into one, and a second is turned.
  if (isFull(page, state))
    return absorb(fruitless(reopenNarrower(state, block, calls.length > 0)), [...all, ...others]);
  const gap = gapOf(block, { known: all, expected: block.listed, guessed: true, tries: block.tries + 1 });
  return absorb(fruitless(replaceSegment(state, block, [gap])), others);
}

export function placeTotal(state: State, request: PageRequest, page: ServerPage): State {
  const content = sortRows(page.rows, request.span, windowsOf(state), state.axis);
  const total = readTotal(page, state.plan.pageSize);
  const known = absorb(state, [...content.before, ...content.calls, ...content.behind]);
  if (total.kind === 'unknown') return known;
  const open = marginOf(request) > 0;
  const owed = Math.max(0, total.total - content.before.length);
  return { ...known, debts: addDebt(known.debts, { ...request.span, owed, open }) };
}

/** A window has been counted once more: what was found in it has to be as much. */
export function placeAudit(state: State, { span }: PageRequest, page: ServerPage | undefined): State {
  const audits = state.audits + 1;
  const total = page && readTotal(page, state.plan.pageSize);
  if (total === undefined || total.kind === 'unknown') return { ...state, audits };
  const shortfalls = state.shortfalls.map((short) =>
    short.from === span.from && short.to === span.to ? { ...short, owed: Math.max(short.owed, total.total) } : short,
  );
  return { ...state, audits, shortfalls };
}

/** A look at a seam or an edge: calls that were not found before show that the server cuts its bounds short. */
export function placeLook(state: State, request: PageRequest, page: ServerPage | undefined): State {
  const look = turnPage(request.look ?? beginTurning(), page, whereOf(state, request.span));
  const looked = page ? absorb(state, usableCalls(page.rows)) : state;
  if (!look.ended) return enqueue(looked, { ...request, page: look.page, look });
  if (request.purpose !== 'edge') return looked;
  const isProven = lackOf(look) === 0 && !hidesRejected(looked, request.span, look);
  const unproven = isProven ? looked.unproven : unprovenWithin(looked, request.span);
  return withEdgeDone({ ...looked, unproven }, request);
}

/** Whether a look lists rows that cannot be used, where none is known yet. */
function hidesRejected(state: State, span: Span, { rejected }: Turning): boolean {
  const { segments, axis } = state;
  const windows = windowsOf(state);
  const isKnown = segments.some((each) => each.kind === 'block' && overlaps(each, span) && each.rejected.length > 0);
  return !isKnown && rejected.some((rejection) => mayLieIn(rejection, windows, axis));
}

/** Whether a rejected row may belong to what is read: a row with a usable start tells. */
function mayLieIn({ row, reason }: RejectedRow, windows: readonly Span[], axis: Axis): boolean {
  const key = startKey((row as Partial<CallLog> | null)?.start);
  if (key === undefined) return true;
  const position = axis.positionOf(key);
  return reason !== 'outside-range' && windows.some(({ from, to }) => from <= position && position < to);
}

function enqueue(state: State, request: RequestDraft): State {
  return { ...state, queue: [...state.queue, request] };
}

/** The look itself did not list all that it stated. */
function unprovenWithin(state: State, span: Span): State['unproven'] {
  const inside = windowsOf(state).filter((window) => overlaps(window, span));
  return inside.reduce<State['unproven']>((unproven, window) => {
    const from = Math.max(window.from, span.from);
    const to = Math.min(window.to, span.to);
    return mergeUnproven(unproven, { from, to, listed: 0 });
  }, state.unproven);
}

function withEdgeDone(state: State, { span }: PageRequest): State {
  const edges = state.edges.map((edge) =>
    edge.from === span.from && edge.status === 'sent' ? { ...edge, status: 'done' as const } : edge,
  );
  return { ...state, edges };
}

function reopenNarrower(state: State, block: Block, hasCalls: boolean): State {
  if (block.to - block.from === 1 || !hasCalls) {
    const gap = gapOf(block, { known: block.calls, expected: block.listed, guessed: true });
    return startTurning(replaceSegment(state, block, [gap]), gap);
  }
  const gaps = halvesOf(block).map((span) => gapOf(span, { expected: block.listed / 2, guessed: true }));
  return replaceSegment(state, block, gaps);
}

function isFull({ rows, pageSize = Infinity }: ServerPage, { plan }: State): boolean {
  return rows.length >= Math.min(plan.pageSize, pageSize);
}
