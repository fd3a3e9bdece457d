import type { Clock } from './clock.ts';
import { onAbort } from './on-abort.ts';
import { wait } from './wait.ts';

export interface LimiterOptions {
  /** Requests in flight at once. */
  readonly concurrency: number;
  /** Starts of requests per second, evenly spaced; undefined for no limit. */
  readonly requestsPerSecond: number | undefined;
}

/** Good answers in a row, for each slot, after which a slot that was taken away comes back. */
const answersPerNewSlot = 10;

export interface Limiter {
  /** Runs the task when its turn comes, first come, first served. Rejects with the signal's reason while waiting. */
  run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Told of each outcome: throttling halves the requests in flight, good answers bring them back one by one. */
  learn(outcome: 'good' | 'throttled' | 'failed'): void;
}

/** Holds back what goes through a client: how much at once, and how often. */
export function createLimiter({ concurrency, requestsPerSecond }: LimiterOptions, clock: Clock): Limiter {
  const slots = new Slots(concurrency);
  const pace = createPace(requestsPerSecond === undefined ? 0 : 1000 / requestsPerSecond, clock);
  const adapt = createAdaptation(slots, concurrency);
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
    learn: adapt,
  };
}

function createAdaptation(slots: Slots, most: number): Limiter['learn'] {
  let good = 0;
  let sentBefore = 0;
  return (outcome) => {
    // What was on its way when the slots were halved says nothing about the half.
    if (sentBefore > 0) {
      sentBefore -= 1;
      return;
    }
    good = outcome === 'good' ? good + 1 : 0;
    if (outcome === 'throttled') {
      sentBefore = slots.taken;
      slots.resize(Math.max(1, Math.floor(slots.count / 2)));
    } else if (slots.count < most && good >= answersPerNewSlot * slots.count) {
      good = 0;
      slots.resize(slots.count + 1);
    }
  };
}

class Slots {
  #count: number;
  #taken = 0;
  readonly #waiting = new Set<() => void>();

  constructor(count: number) {
    this.#count = count;
  }

  get count(): number {
    return this.#count;
  }

  get taken(): number {
    return this.#taken;
  }

  resize(count: number): void {
    this.#count = count;
    this.#admit();
  }

  /** Waits for a slot. Rejects with the signal's reason. */
  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#taken < this.#count) {
      this.#taken += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const onTurn = (): void => {
        release();
        resolve();
      };
      const release = onAbort(signal, () => {
        this.#waiting.delete(onTurn);
        reject(signal.reason as Error);
      });
      this.#waiting.add(onTurn);
    });
  }

  give(): void {
    this.#taken -= 1;
    this.#admit();
  }

  /** First come, first served. */
  #admit(): void {
    for (const onTurn of this.#waiting) {
      if (this.#taken >= this.#count) return;
      this.#waiting.delete(onTurn);
      this.#taken += 1;
      onTurn();
    }
  }
}

/** Spaces starts evenly: a burst after a pause would be a burst all the same. */
function createPace(intervalMs: number, clock: Clock): (signal: AbortSignal) => Promise<void> {
  let nextAt = -Infinity;
  return async (signal) => {
    if (intervalMs === 0) return;
    // A turn is taken when it is there, so that who gives up waiting uses up none.
    for (let now = clock.now(); now < nextAt; now = clock.now()) {
      // A clock that is set back must not hold everything up.
      nextAt = Math.min(nextAt, now + intervalMs);
      await wait(clock, nextAt - now, signal);
    }
    nextAt = Math.max(nextAt, clock.now()) + intervalMs;
  };
}
