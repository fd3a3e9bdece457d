import type { CallLog } from '../call-log.ts';
import { contains, keyOf, type Axis, type Span } from './axis.ts';
import type { Block, Gap, Segment } from './ledger.ts';
import { widestMargin } from './page.ts';
import { gapOf, isExhausted, replaceSegment, type PageRequest, type State } from './state.ts';

/**
 * Puts calls where they belong: they are known to the gap they lie in; a block that lacks one was not whole, and becomes
 * a gap again. What lies in a part that has been handed out is left to the caller.
 */
export function absorb(state: State, calls: readonly CallLog[]): State {
  if (calls.length === 0) return state;
  const groups = new Map<Segment, CallLog[]>();
  const strays: CallLog[] = [];
  const windows = windowsOf(state);
  for (const call of calls) {
    const position = state.axis.positionOf(keyOf(call));
    const isInside = ({ from, to }: Span): boolean => from <= position && position < to;
    const segment = state.segments.find(isInside);
    if (segment) groups.set(segment, [...(groups.get(segment) ?? []), call]);
    else if (windows.some(isInside)) strays.push(call);
  }
  let known: State = strays.length === 0 ? state : { ...state, strays: [...state.strays, ...strays] };
  for (const [segment, own] of groups) {
    const held = segment.kind === 'gap' ? segment.known : segment.calls;
    const fresh = lackingIn(withoutDuplicates(own), held);
    if (fresh.length === 0) continue;
    const all = [...held, ...fresh];
    if (segment.kind === 'gap') known = replaceSegment(known, segment, [{ ...segment, known: all }]);
    else if (!isExhausted(known)) known = fruitless(reopen(known, segment, all));
    else known = replaceSegment(known, segment, [{ ...segment, calls: all, proof: 'none' }]);
  }
  return known;
}

function reopen(state: State, block: Block, known: readonly CallLog[]): State {
  return replaceSegment(state, block, [
    gapOf(block, { known, expected: block.listed, guessed: true, tries: block.tries }),
  ]);
}

/**
 * Asks for more around each span from now on: first a second, then a minute. Totals so far count less than later ones
 * will, so what they owe is looked at once all is found, and what they were to prove is read again.
 */
export function withMargin(state: State): State {
  if (state.margin >= widestMargin) return state;
  const segments = state.segments.map((segment) => {
    if (segment.kind === 'gap' || !state.debts.some((debt) => contains(debt, segment))) return segment;
    return gapOf(segment, { known: segment.calls, expected: segment.listed, guessed: true });
  });
  const short = state.debts.map(({ from, to, owed, open }) => ({ from, to, owed, open, found: 0, behind: 0 }));
  return {
    ...state,
    margin: state.margin === 0 ? 1 : widestMargin,
    segments,
    debts: [],
    queue: state.queue.filter(({ purpose }) => purpose === 'edge'),
    shortfalls: [...state.shortfalls, ...short],
  };
}

export function fruitless(state: State): State {
  return { ...state, fruitless: state.fruitless + 1 };
}

export function findGap({ segments }: State, from: number): Gap | undefined {
  const segment = segments.find((each) => each.kind === 'gap' && each.from === from);
  return segment?.kind === 'gap' ? segment : undefined;
}

export function windowsOf({ plan, axis }: State): Span[] {
  return plan.windows.map((window) => axis.spanOf(window));
}

export function marginOf({ span, asked }: PageRequest): number {
  return span.from - asked.from;
}

/** The calls that are not among the others. */
export function lackingIn(calls: readonly CallLog[], others: readonly CallLog[]): readonly CallLog[] {
  if (calls.length === 0) return calls;
  const ids = new Set(others.map(({ id }) => id));
  return calls.filter(({ id }) => !ids.has(id));
}

/** Each id once. */
function withoutDuplicates(calls: readonly CallLog[]): readonly CallLog[] {
  const byId = new Map(calls.map((call) => [call.id, call]));
  return byId.size === calls.length ? calls : [...byId.values()];
}

/** The calls before a position, and those from there on. */
export function divide(calls: readonly CallLog[], at: number, axis: Axis): [readonly CallLog[], readonly CallLog[]] {
  const isBefore = axis.before(at);
  if (calls.every((call) => isBefore(keyOf(call)))) return [calls, []];
  return [calls.filter((call) => isBefore(keyOf(call))), calls.filter((call) => !isBefore(keyOf(call)))];
}
