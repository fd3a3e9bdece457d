import { onAbort } from './signals.ts';

/** The current time and timers; tests pass their own. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Calls back once after `delayMs` milliseconds; returns a function that cancels. */
  after(delayMs: number, callback: () => void): () => void;
}

/** The longest delay a timer takes, in milliseconds; a longer one would fire at once. */
const maxTimerMs = 2 ** 31 - 1;

/** The platform's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(delayMs, maxTimerMs));
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Waits `delayMs` milliseconds. Rejects with the signal's reason as soon as it is aborted. */
export async function wait(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const cancel = clock.after(delayMs, () => {
      release();
      resolve();
    });
    const release = onAbort(signal, () => {
      cancel();
      reject(signal.reason as Error);
    });
  });
}
