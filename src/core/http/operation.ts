import { TimeoutError } from '../errors/index.ts';
import type { Clock } from './clock.ts';
import { linkSignals } from './signals.ts';

/** The reason with which an ended operation aborts what is still in flight; shared, since making an error costs time. */
const ended = new Error('The operation has ended');

/** What an operation has cost so far. */
export interface Tally {
  /** Attempts, retries and replays included; token requests are not. */
  requests: number;
  retries: number;
}

/** One `list` or `raw` of the client. */
export interface Operation {
  readonly signal: AbortSignal;
  readonly tally: Tally;
  /** In the clock's milliseconds; `Infinity` without a deadline. */
  readonly deadlineAt: number;
  /** Aborts what is still in flight, and releases the timer and the listeners. */
  end(): void;
}

/** Starts an operation, which is aborted by the first of the signals or at the deadline (milliseconds from now). */
export function startOperation(
  clock: Clock,
  deadlineMs: number | undefined,
  ...signals: (AbortSignal | undefined)[]
): Operation {
  const linked = linkSignals(...signals);
  const bounded = deadlineMs !== undefined && Number.isFinite(deadlineMs);
  const cancelTimer = bounded
    ? clock.after(deadlineMs, () => {
        linked.abort(new TimeoutError(`The operation took longer than its deadline of ${deadlineMs} ms`));
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
