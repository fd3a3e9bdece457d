import type { CallLog } from '../call-log.ts';
import { contains, isIn, keyOf, type Axis, type Span } from './axis.ts';
import { reopened, shortfallOf, type Gap, type Segment } from './ledger.ts';
import { widestMargin } from './page.ts';
import { fruitless, isExhausted, replaceSegment, windowsOf, type PageRequest, type State } from './state.ts';

/**
 * Adds calls to the segments they lie in: a gap keeps them as known calls, and a block that does not have one of them
 * was incomplete and becomes a gap again. Calls in a part that was already handed out are left to the caller.
 */
export function absorb(state: State, calls: readonly CallLog[]): State {
  const groups = new Map<Segment | undefined, CallLog[]>();
  for (const call of calls) {
    const position = state.axis.positionOf(keyOf(call));
    const segment = state.segments.find((each) => isIn(position, each));
    groups.set(segment, [...(groups.get(segment) ?? []), call]);
  }
  return [...groups].reduce(
    (known, [segment, own]) => (segment ? learnCalls(known, segment, own) : addStrays(known, own)),
    state,
  );
}

function learnCalls(state: State, segment: Segment, calls: readonly CallLog[]): State {
  const held = segment.kind === 'gap' ? segment.known : segment.calls;
  const all = withCalls(held, calls);
  if (all === held) return state;
  if (segment.kind === 'gap') return replaceSegment(state, segment, [{ ...segment, known: all }]);
  const block = { ...segment, calls: all };
  return isExhausted(state)
    ? replaceSegment(state, segment, [{ ...block, proof: 'none' }])
    : fruitless(replaceSegment(state, segment, [reopened(block)]));
}

function addStrays(state: State, calls: readonly CallLog[]): State {
  const windows = windowsOf(state);
  const isOurs = (call: CallLog): boolean => windows.some((window) => isIn(state.axis.positionOf(keyOf(call)), window));
  return { ...state, strays: [...state.strays, ...calls.filter(isOurs)] };
}

/**
 * Widens every request from now on by a margin: first a second, then a minute. Earlier totals count less than later
 * ones will. So their debts are checked at the end, and the blocks that they should have proven are read again.
 */
export function withMargin(state: State, margin: number): State {
  if (margin <= state.margin) return state;
  const { debts, shortfalls, openEnded } = state;
  const uncertain = [...debts, ...shortfalls];
  const segments = state.segments.map((each) =>
    each.kind === 'block' && uncertain.some((span) => contains(span, each)) ? { ...reopened(each), tries: 0 } : each,
  );
  const short = debts.map((debt) => shortfallOf(debt, debt.owed, { openEnded, margin: state.margin }));
  const pending = [...shortfalls, ...short].map((each) => ({ ...each, isPending: true }));
  return { ...state, margin, segments, debts: [], openEnded: true, shortfalls: pending };
}

/**
 * Takes calls that the server lists only if a request goes beyond an end of a window. The totals of spans that end
 * there did not count them, so these calls could hide that others are missing. The debt of such spans is raised by
 * their number, once for each call.
 */
export function raiseOwed(state: State, calls: readonly CallLog[], inside: number): State {
  const fresh = calls.filter(({ id }) => !state.uncounted.includes(id));
  if (fresh.length === 0) return state;
  const endsThere = ({ from, to }: Span): boolean => to === inside + 1 || from === inside;
  const raise = <Owed extends Span & { readonly owed: number }>(each: Owed): Owed =>
    endsThere(each) && each.owed > 0 ? { ...each, owed: each.owed + fresh.length } : each;
  return {
    ...state,
    uncounted: [...state.uncounted, ...fresh.map(({ id }) => id)],
    debts: state.debts.map(raise),
    shortfalls: state.shortfalls.map(raise),
    accounts: state.accounts.map(raise),
  };
}

/** Returns the margin to try next. */
export function nextMargin({ margin }: State): number {
  return margin === 0 ? 1 : widestMargin;
}

/** Returns the calls together with the others that are not among them; the same list if there are none. */
export function withCalls(calls: readonly CallLog[], others: readonly CallLog[]): readonly CallLog[] {
  const fresh = lackingIn([...new Map(others.map((call) => [call.id, call])).values()], calls);
  return fresh.length === 0 ? calls : [...calls, ...fresh];
}

/** Returns the calls that are not among the others. */
export function lackingIn(calls: readonly CallLog[], others: readonly CallLog[]): readonly CallLog[] {
  const ids = new Set(calls.map(({ id }) => id));
  for (const { id } of others) {
    if (ids.size === 0) break;
    ids.delete(id);
  }
  return ids.size === 0 ? [] : calls.filter(({ id }) => ids.has(id));
}

/** Returns the calls before a position, and those from there on. */
export function divide(calls: readonly CallLog[], at: number, axis: Axis): [readonly CallLog[], readonly CallLog[]] {
  const bound = axis.before(at);
  const isBefore = (call: CallLog): boolean => bound(keyOf(call));
  const first = calls.findIndex((call) => !isBefore(call));
  if (first === -1) return [calls, []];
  // Calls are usually in ascending order, so one cut separates them.
  const [before, rest] = [calls.slice(0, first), calls.slice(first)];
  return [[...before, ...rest.filter(isBefore)], rest.filter((call) => !isBefore(call))];
}

/** Returns the gap that a request was made for; undefined if it has been replaced since. */
export function gapAsked({ segments }: State, id: number): Gap | undefined {
  const segment = segments.find((each) => each.kind === 'gap' && each.asked === id);
  return segment?.kind === 'gap' ? segment : undefined;
}

/** Returns whether calls lie further outside the requested span than rounded bounds would explain. */
export function isFar(calls: readonly CallLog[], { span, margin }: PageRequest, axis: Axis): boolean {
  const most = margin + widestMargin;
  const wide = { from: span.from - most, to: span.to + most };
  return calls.some((call) => !isIn(axis.positionOf(keyOf(call)), wide));
}
