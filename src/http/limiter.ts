import type { Clock } from './clock.ts';
import { wait } from './wait.ts';

export interface LimiterOptions {
  /** Requests in flight at once. */
  readonly concurrency: number;
  /** Starts of requests per second, evenly spaced; undefined for no limit. */
  readonly requestsPerSecond: number | undefined;
}

export interface Limiter {
  /** Runs the task when its turn comes, first come, first served. Rejects with the signal's reason while waiting. */
  run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/** Holds back what goes through a client: how much at once, and how often. */
export function createLimiter({ concurrency, requestsPerSecond }: LimiterOptions, clock: Clock): Limiter {
  const slots = createSlots(concurrency);
  const pace = createPace(requestsPerSecond === undefined ? 0 : 1000 / requestsPerSecond, clock);
  return {
    async run(task, signal) {
      await slots.take(signal);
      try {
        await pace(signal);
        return await task();
      } finally {
        slots.give();
      }
    },
  };
}

function createSlots(count: number): { take(signal: AbortSignal): Promise<void>; give(): void } {
  let free = count;
  const waiting = new Set<() => void>();

  async function take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (free > 0) {
      free -= 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const onTurn = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = (): void => {
        waiting.delete(onTurn);
        reject(signal.reason as Error);
      };
      waiting.add(onTurn);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  function give(): void {
    const [next] = waiting;
    if (next === undefined) {
      free += 1;
      return;
    }
    waiting.delete(next);
    next();
  }

  return { take, give };
}

/** Spaces starts evenly: a burst after a pause would be a burst all the same. */
function createPace(intervalMs: number, clock: Clock): (signal: AbortSignal) => Promise<void> {
  let nextAt = -Infinity;
  return async (signal) => {
    if (intervalMs === 0) return;
    const now = clock.now();
    const startAt = Math.max(now, nextAt);
    nextAt = startAt + intervalMs;
    if (startAt > now) await wait(clock, startAt - now, signal);
  };
}
