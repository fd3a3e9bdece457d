import type { TimeWindow } from '../../core/errors/index.ts';
import { contains, isIn } from './axis.ts';
import { isShort, joined, unsettled, type Block, type Segment } from './ledger.ts';
import { frontOf, isOrdered, type Look, type State } from './state.ts';

/** The block to be handed out next; undefined if there is none yet. */
export function readyBlock(state: State): Block | undefined {
  const front = frontOf(state);
  if (front?.kind !== 'block' || state.debts.some((debt) => contains(debt, front))) return undefined;
  return state.looks.some((look) => waitsFor(front, look, state)) ? undefined : front;
}

/** Whether a segment is not handed out before a look has been made. */
export function waitsFor(segment: Segment, { purpose, inside }: Look, state: State): boolean {
  if (segment.kind === 'gap') return false;
  if (purpose === 'edge') return isIn(inside, segment);
  return state.segments.length === 1 && !isOrdered(state) && state.margin <= 1;
}

/** Whether everything has been handed out. */
export function isDone({ segments }: State): boolean {
  return segments.length === 0;
}

/** A window whose calls could not all be found, or not be proven to be all. */
export interface MissingSpan extends TimeWindow {
  readonly expected: number;
  readonly found: number;
}

/** What is missing, ascending and apart; empty if every debt is settled. */
export function missingWindows(state: State): MissingSpan[] {
  const { plan, accounts, shortfalls, unproven, axis, margin } = state;
  if (!plan.verify) return [];
  // Before the end, the windows themselves lack what has not been handed out yet.
  const short = isDone(state) ? [...accounts, ...shortfalls] : shortfalls;
  // Where calls beside a span were asked for as well, what is owed for the smaller spans is less certain.
  const named = margin === 0 ? unsettled(short) : short.filter(isShort);
  const missing = joined([...named, ...unproven]).map((span) => {
    return { ...axis.windowOf(span), expected: Math.max(span.owed, span.found), found: span.found };
  });
  return axis.forward ? missing : missing.reverse();
}

/** Whether calls of the block may be missing. */
export function isComplete(block: Block, { shortfalls, plan }: State): boolean {
  const isShort = shortfalls.some((short) => contains(short, block));
  return !plan.verify || (block.proof !== 'none' && !isShort);
}

/** What has not been handed out. */
export function remainingWindows({ segments, axis }: State): TimeWindow[] {
  return segments.map((segment) => axis.windowOf(segment));
}
