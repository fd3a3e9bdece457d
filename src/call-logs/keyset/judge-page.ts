import type { CallLog } from '../call-log.ts';
import type { Axis } from './axis.ts';
import type { Span } from './span.ts';

/** A first page of a span, as the server answered. */
export interface SpanPage {
  readonly span: Span;
  readonly calls: readonly CallLog[];
  /** How many calls the server says the span holds; `Infinity` if it doesn't say and there may be more. */
  readonly total: number;
}

export type Verdict =
  /** Every call of the span, proven by one answer. */
  | { readonly kind: 'whole' }
  /** The first `kept` calls are all that stand before `upTo`, the last second seen, if the totals bear it out. */
  | { readonly kind: 'part'; readonly kept: number; readonly upTo: number }
  /** One second alone fills the page. So it says nothing of what stands before, nor in which order pages come. */
  | { readonly kind: 'crowded'; readonly second: number }
  /** There are more calls than the page holds, and it is in no order to go on from. */
  | { readonly kind: 'unordered' }
  /** Not what the span can hold: calls outside of it, repeated calls, more than the total, or none of many. */
  | { readonly kind: 'doubtful' };

/**
 * What the first page of a span is worth. A page that holds as many different calls as the total is proof in itself.
 * Of a longer span, the calls before the last second seen are kept: that second may go on, on the next page, in any
 * order (fact 16).
 */
export function judgePage({ span, calls, total }: SpanPage, axis: Axis): Verdict {
  if (calls.length > total || (calls.length === 0 && total > 0)) return doubtful;
  const inOrder = ascends(calls, axis);
  if (repeatsItself(calls) || !liesWithin(calls, inOrder, span, axis)) return doubtful;
  if (calls.length === total) return { kind: 'whole' };
  if (span.to - span.from === 1) return { kind: 'crowded', second: span.from };
  if (!inOrder) return { kind: 'unordered' };

  const last = calls.at(-1)?.start ?? '';
  const upTo = axis.positionOf(last);
  if (upTo === undefined) return doubtful;
  if (last === calls[0]?.start) return { kind: 'crowded', second: upTo };
  return { kind: 'part', kept: calls.findIndex(({ start }) => start === last), upTo };
}

const doubtful: Verdict = { kind: 'doubtful' };

function ascends(calls: readonly CallLog[], { forward }: Axis): boolean {
  let previous = calls[0]?.start ?? '';
  return calls.every(({ start }) => {
    const follows = forward ? previous <= start : previous >= start;
    previous = start;
    return follows;
  });
}

function repeatsItself(calls: readonly CallLog[]): boolean {
  const ids = new Set<string>();
  for (const { id } of calls) ids.add(id);
  return ids.size < calls.length;
}

function liesWithin(calls: readonly CallLog[], inOrder: boolean, span: Span, axis: Axis): boolean {
  const early = axis.before(span.from);
  const inTime = axis.before(span.to);
  const outermost = inOrder ? [calls[0], calls.at(-1)].filter((call) => call !== undefined) : calls;
  return outermost.every(({ start }) => inTime(start) && !early(start));
}
