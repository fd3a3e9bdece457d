import type { CallLog } from '../call-log.ts';
import { backwardAxis, forwardAxis, type Axis } from './axis.ts';

/** The axis along which pages of the order run. */
export function axisOf(order: 'asc' | 'desc'): Axis {
  return order === 'asc' ? forwardAxis : backwardAxis;
}

/**
 * The axis along which a server's pages run, by its answer: `order` may be ignored (fact 16). Undefined where the page
 * runs neither way and tells nothing.
 */
export function findAxis(calls: readonly CallLog[]): Axis | undefined {
  const starts = calls.map(({ start }) => start);
  const rises = starts.some((start, index) => index > 0 && start > (starts[index - 1] ?? start));
  const falls = starts.some((start, index) => index > 0 && start < (starts[index - 1] ?? start));
  if (rises === falls) return undefined;
  return rises ? forwardAxis : backwardAxis;
}
