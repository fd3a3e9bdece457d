import type { CallLog } from '../call-log.ts';
import { backwardAxis, forwardAxis, type Axis } from './axis.ts';

/**
 * The axis along which a server's pages run, by its first answer: `order` may be ignored (fact 16). A page that runs
 * neither way tells nothing; then it is the axis that was asked for.
 */
export function findAxis(calls: readonly CallLog[], order: 'asc' | 'desc'): Axis {
  const starts = calls.map(({ start }) => start);
  const rises = starts.some((start, index) => index > 0 && start > (starts[index - 1] ?? start));
  const falls = starts.some((start, index) => index > 0 && start < (starts[index - 1] ?? start));
  if (rises === falls) return order === 'asc' ? forwardAxis : backwardAxis;
  return rises ? forwardAxis : backwardAxis;
}
