import type { Clock } from './clock.ts';
import { onAbort } from './on-abort.ts';

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
