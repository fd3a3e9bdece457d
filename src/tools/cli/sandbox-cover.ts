import type { TimeWindow } from '../../core/errors/index.ts';

/** The whole years around a range: the span that a sandbox must cover to have calls in it, whatever the range. */
export function sandboxCover({ from, to }: TimeWindow): TimeWindow {
  return {
    from: new Date(Date.UTC(from.getUTCFullYear(), 0, 1)),
    to: new Date(Date.UTC(to.getUTCFullYear() + 1, 0, 1)),
  };
}
