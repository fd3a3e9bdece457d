import { TimeoutError } from '../errors/index.ts';
import type { Clock } from './clock.ts';
import { linkSignals } from './link-signals.ts';

export interface CallSignal {
  readonly signal: AbortSignal;
  /** In the clock's milliseconds; `Infinity` without a deadline. */
  readonly deadlineAt: number;
  /** Aborts what is still under way, and lets go of the timer and the listeners. */
  end(): void;
}

/** The signal of one call to the client: aborted by the caller, by the client's own signal or at the deadline. */
export function createCallSignal(
  clock: Clock,
  deadlineMs: number | undefined,
  ...sources: (AbortSignal | undefined)[]
): CallSignal {
  const linked = linkSignals(...sources);
  const bounded = deadlineMs !== undefined && Number.isFinite(deadlineMs);
  const cancelTimer = bounded
    ? clock.after(deadlineMs, () => {
        linked.abort(new TimeoutError(`The call took longer than its deadline of ${deadlineMs} ms`));
      })
    : undefined;
  return {
    signal: linked.signal,
    deadlineAt: bounded ? clock.now() + deadlineMs : Infinity,
    end() {
      cancelTimer?.();
      linked.release();
      linked.abort(new DOMException('The call has ended', 'AbortError'));
    },
  };
}
