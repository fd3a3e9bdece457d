import { TimeoutError } from '../errors/index.ts';
import type { Clock } from './clock.ts';
import { linkSignals } from './link-signals.ts';

/** Why what is still under way is aborted; made once, since making an error for each call costs time. */
const ended = new Error('The call has ended');

/** What a call has cost so far. */
export interface Tally {
  /** Attempts, retries and replays included; token requests are not. */
  requests: number;
  retries: number;
}

export interface Call {
  readonly signal: AbortSignal;
  readonly tally: Tally;
  /** In the clock's milliseconds; `Infinity` without a deadline. */
  readonly deadlineAt: number;
  /** Aborts what is still under way, and lets go of the timer and the listeners. */
  end(): void;
}

/** One call to the client, aborted by the caller, by the client's own signal or at the deadline. */
export function createCall(
  clock: Clock,
  deadlineMs: number | undefined,
  ...sources: (AbortSignal | undefined)[]
): Call {
  const linked = linkSignals(...sources);
  const bounded = deadlineMs !== undefined && Number.isFinite(deadlineMs);
  const cancelTimer = bounded
    ? clock.after(deadlineMs, () => {
        linked.abort(new TimeoutError(`The call took longer than its deadline of ${deadlineMs} ms`));
      })
    : undefined;
  return {
    signal: linked.signal,
    tally: { requests: 0, retries: 0 },
    deadlineAt: bounded ? clock.now() + deadlineMs : Infinity,
    end() {
      cancelTimer?.();
      linked.release();
      linked.abort(ended);
    },
  };
}
