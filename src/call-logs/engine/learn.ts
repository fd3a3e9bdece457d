import { keyOf, type Axis } from './axis.ts';
import { marginOf } from './calls.ts';
import { addDebt, type Block, type Gap } from './ledger.ts';
import { evidenceOfOrder, isAscending, widestMargin, type PageContent, type Total } from './page.ts';
import { replaceSegment, type PageRequest, type State } from './state.ts';

/** A gap, and what was answered for it. */
export interface Answer {
  readonly gap: Gap;
  readonly request: PageRequest;
  readonly content: PageContent;
  readonly total: Total;
}

/** What an answer tells of the server. */
export function learn(state: State, { request, content, total }: Answer): State {
  const { axis, fullestPage } = state;
  const { calls, listed } = content;
  const noted = isAscending(calls, axis) ? state : withoutOrder(state);
  return {
    ...noted,
    ordered: noted.ordered + evidenceOfOrder(calls, axis),
    margin: roundsBounds(content, request, axis) ? widestMargin : noted.margin,
    fullestPage: listed < total.total ? Math.max(fullestPage, listed) : fullestPage,
  };
}

/** Books what the answer states for its span, and what that says of the guess beside it. */
export function noteTotal(state: State, { gap, request, content, total }: Answer): State {
  const stated = Math.max(0, total.total - content.before.length);
  const counted = gap.expected === Infinity ? { ...state, total: state.total + stated } : state;
  const guessed = gap.guessed ? withBetterGuess(counted, gap, stated) : counted;
  if (total.kind === 'unknown' || !state.plan.verify) return guessed;
  const open = marginOf(request) > 0 || content.behind.length > 0;
  return { ...guessed, debts: addDebt(guessed.debts, { ...request.span, owed: stated, open }) };
}

/** What was stated before the margin was needed is looked at once all is found. */
export function noteShortfall(state: State, { request, content, total }: Answer): State {
  if (total.kind === 'unknown' || !state.plan.verify) return state;
  const owed = Math.max(0, total.total - content.before.length);
  const { from, to } = request.span;
  const isThere = (second: number): boolean => state.segments.some((each) => each.from <= second && second < each.to);
  // Of a span that was handed out in part, the rows found are no longer known.
  if (!isThere(from) || !isThere(to - 1)) return state;
  return { ...state, shortfalls: [...state.shortfalls, { from, to, owed, open: true, found: 0, behind: 0 }] };
}

/** What was kept of pages in order can no longer be relied on. */
function withoutOrder(state: State): State {
  if (state.disordered) return state;
  const segments = state.segments.map((segment) =>
    segment.kind === 'block' && segment.proof === 'totals' ? doubt(segment) : segment,
  );
  return { ...state, segments, disordered: true };
}

function doubt(block: Block): Block {
  return { ...block, proof: 'none', check: block.check === 'none' ? 'needed' : block.check };
}

/** Whether the server lists calls a little beyond what it was asked for, as one that rounds its bounds does. */
function roundsBounds({ calls, before, behind }: PageContent, { asked }: PageRequest, axis: Axis): boolean {
  const positions = [...before, ...behind].map((call) => axis.positionOf(keyOf(call)));
  const beyond = positions.filter((position) => position < asked.from || position >= asked.to);
  const isNear = (position: number): boolean =>
    position >= asked.from - widestMargin && position < asked.to + widestMargin;
  // A page that has not come to the span yet is read on first: its total cannot be held against the span.
  return calls.length + behind.length > 0 && beyond.length > 0 && beyond.every(isNear);
}

/** What a partition holds beyond the guess is not in the one that it was cut from. */
function withBetterGuess(state: State, gap: Gap, total: number): State {
  const neighbour = state.segments.find((segment) => segment.kind === 'gap' && segment.to === gap.from);
  if (neighbour?.kind !== 'gap') return state;
  const expected = Math.max(0, neighbour.expected + gap.expected - total);
  return replaceSegment(state, neighbour, [{ ...neighbour, expected }]);
}
