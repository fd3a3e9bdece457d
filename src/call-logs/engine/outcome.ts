import type { TimeWindow } from '../../core/errors/index.ts';
import { contains, isIn } from './axis.ts';
import { isShort, joined, unsettled, type Block, type Segment } from './ledger.ts';
import { frontOf, isOrdered, type Look, type State } from './state.ts';

/** Returns the block to hand out next; undefined if none is ready. */
export function readyBlock(state: State): Block | undefined {
  const front = frontOf(state);
  if (front?.kind !== 'block' || state.debts.some((debt) => contains(debt, front))) return undefined;
  return state.looks.some((look) => waitsFor(front, look, state)) ? undefined : front;
}

/** Returns whether a segment has to wait for a look before it is handed out. */
export function waitsFor(segment: Segment, { purpose, inside }: Look, state: State): boolean {
  if (segment.kind === 'gap') return false;
  if (purpose === 'edge') return isIn(inside, segment);
  return state.segments.length === 1 && !isOrdered(state) && state.margin <= 1;
}

/** Returns whether everything has been handed out. */
export function isDone({ segments }: State): boolean {
  return segments.length === 0;
}

/** A window in which calls are missing, or in which nothing proves that all were found. */
export interface MissingSpan extends TimeWindow {
  readonly expected: number;
  readonly found: number;
}

/**
 * Returns the missing windows, in ascending order and without overlaps; none if every debt is settled.
 *
 * @param options.withPending whether to name windows that may still turn out to be complete
 */
export function missingWindows(state: State, { withPending = isDone(state) } = {}): MissingSpan[] {
  const { plan, accounts, shortfalls, unproven, axis, margin, strayed } = state;
  if (!plan.verify) return [];
  // Before the end, the windows themselves are always short of what has not been handed out yet.
  const short = isDone(state)
    ? [...accounts, ...shortfalls]
    : shortfalls.filter((each) => withPending || !each.isPending);
  // With a margin, requests also count calls around a span, and an answer to another request counts other calls. Then
  // the debts of smaller spans are less certain.
  const named = margin === 0 && !strayed ? unsettled(short) : short.filter(isShort);
  const missing = joined([...named, ...unproven]).map((span) => {
    return { ...axis.windowOf(span), expected: Math.max(span.owed - span.behind, span.found), found: span.found };
  });
  return axis.forward ? missing : missing.reverse();
}

/** Returns whether the block is known to be complete. */
export function isComplete(block: Block, { shortfalls, plan }: State): boolean {
  const isShort = shortfalls.some((short) => !short.isPending && contains(short, block));
  return !plan.verify || (block.proof !== 'none' && !isShort);
}

/** Returns the windows that have not been handed out. */
export function remainingWindows({ segments, axis }: State): TimeWindow[] {
  return segments.map((segment) => axis.windowOf(segment));
}
