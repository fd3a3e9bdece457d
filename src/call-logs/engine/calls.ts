import type { CallLog } from '../call-log.ts';
import { contains, isIn, keyOf, type Axis, type Span } from './axis.ts';
import { reopened, shortfallOf, type Gap, type Segment } from './ledger.ts';
import { widestMargin } from './page.ts';
import { fruitless, isExhausted, replaceSegment, windowsOf, type PageRequest, type State } from './state.ts';

/**
 * Puts calls where they belong: they are known to the gap they lie in; a block that lacks one was not whole, and becomes
 * a gap again. What lies in a part that has been handed out is left to the caller.
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
 * Asks for more around each span from now on: first a second, then a minute. Totals so far count less than later ones
 * will, so what they owe is looked at once all is found, and what they were to prove is read again.
 */
export function withMargin(state: State, margin: number): State {
  if (margin <= state.margin) return state;
  const { debts, openEnded } = state;
  const segments = state.segments.map((each) =>
    each.kind === 'block' && debts.some((debt) => contains(debt, each)) ? { ...reopened(each), tries: 0 } : each,
  );
  const short = debts.map((debt) => shortfallOf(debt, debt.owed, openEnded));
  return { ...state, margin, segments, debts: [], openEnded: true, shortfalls: [...state.shortfalls, ...short] };
}

/**
 * Calls that the server lists only if more is asked for than up to an end of a window. The totals of spans that end there
 * have not counted them, so that they would cover the lack of others: more is owed for such spans by as many, once for
 * each call.
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

/** The margin that is tried next. */
export function nextMargin({ margin }: State): number {
  return margin === 0 ? 1 : widestMargin;
}

/** The calls with those of the others that are not among them; the same list if there are none. */
export function withCalls(calls: readonly CallLog[], others: readonly CallLog[]): readonly CallLog[] {
  const fresh = lackingIn([...new Map(others.map((call) => [call.id, call])).values()], calls);
  return fresh.length === 0 ? calls : [...calls, ...fresh];
}

/** The calls that are not among the others. */
export function lackingIn(calls: readonly CallLog[], others: readonly CallLog[]): readonly CallLog[] {
  const ids = new Set(calls.map(({ id }) => id));
  for (const { id } of others) {
    if (ids.size === 0) break;
    ids.delete(id);
  }
  return ids.size === 0 ? [] : calls.filter(({ id }) => ids.has(id));
}

/** The calls before a position, and those from there on. */
export function divide(calls: readonly CallLog[], at: number, axis: Axis): [readonly CallLog[], readonly CallLog[]] {
  const bound = axis.before(at);
  const isBefore = (call: CallLog): boolean => bound(keyOf(call));
  const first = calls.findIndex((call) => !isBefore(call));
  if (first === -1) return [calls, []];
  // Most calls ascend, and are cut in two there.
  const [before, rest] = [calls.slice(0, first), calls.slice(first)];
  return [[...before, ...rest.filter(isBefore)], rest.filter((call) => !isBefore(call))];
}

/** The gap that a request was made for; undefined if something else is in its place by now. */
export function gapAsked({ segments }: State, id: number): Gap | undefined {
  const segment = segments.find((each) => each.kind === 'gap' && each.asked === id);
  return segment?.kind === 'gap' ? segment : undefined;
}

/** Whether calls lie further from what was asked for than a server would go that rounds its bounds. */
export function isFar(calls: readonly CallLog[], { span, margin }: PageRequest, axis: Axis): boolean {
  const most = margin + widestMargin;
  const wide = { from: span.from - most, to: span.to + most };
  return calls.some((call) => !isIn(axis.positionOf(keyOf(call)), wide));
}
