import { type Clock, wait } from './clock.ts';
import { onAbort } from './signals.ts';

/** The limits of a client. */
export interface LimiterOptions {
  /** Requests in flight at once. */
  readonly concurrency: number;
  /** Requests started per second, evenly spaced; undefined for no limit. */
  readonly requestsPerSecond: number | undefined;
}

/** A sign of the server's load, from one attempt. */
export type LoadSign = 'good' | 'throttled' | 'failed';

/** Limits the requests of a client: the number at once, and the rate. */
export interface Limiter {
  /**
   * Runs the task when its turn comes, first come, first served. Rejects with the signal's reason if it is aborted
   * while waiting. `signOf` tells the server's load from the result: throttling halves the number of requests in
   * flight, and good responses raise it again one by one.
   */
  run<Result>(task: () => Promise<Result>, signal: AbortSignal, signOf?: (result: Result) => LoadSign): Promise<Result>;
}

/** Good responses in a row, for each slot, after which a slot that was taken away comes back. */
const responsesPerNewSlot = 10;

/** Makes the limiter of one client. */
export function createLimiter({ concurrency, requestsPerSecond }: LimiterOptions, clock: Clock): Limiter {
  const slots = new Slots(concurrency, clock);
  const pace = createPace(requestsPerSecond === undefined ? 0 : 1000 / requestsPerSecond, clock);
  let good = 0;
  // Counts the throttlings: a result of a request that was already in flight when the slots were halved says nothing
  // about the new number.
  let era = 0;

  function learn(sign: LoadSign): void {
    good = sign === 'good' ? good + 1 : 0;
    if (sign === 'throttled') {
      era += 1;
      slots.resize(Math.max(1, Math.floor(slots.count / 2)));
    } else if (slots.count < concurrency && good >= responsesPerNewSlot * slots.count) {
      good = 0;
      slots.resize(slots.count + 1);
    }
  }

  return {
    async run(task, signal, signOf = () => 'good') {
      await slots.take(signal);
      try {
        await pace(signal);
        const startedIn = era;
        const result = await task();
        if (startedIn === era) learn(signOf(result));
        return result;
      } finally {
        slots.give();
      }
    },
  };
}

/** The interval, in milliseconds, at which a waiting request looks for a free slot by itself. */
const recheckMs = 250;

interface Waiter {
  wake: () => void;
  /** The time when it was woken, in the clock's milliseconds; undefined while it waits. */
  wokenAt: number | undefined;
}

/**
 * Slots, first come, first served. A freed slot is not handed over: it wakes the first waiter, which takes the slot
 * once it runs. Workers cancel a request that waits without a timer or I/O of its own, and a cancelled request never
 * runs again: a slot handed over to it would be lost. So each waiter has a timer, and looks for a slot by itself.
 */
class Slots {
  #count: number;
  #taken = 0;
  readonly #waiters = new Set<Waiter>();
  readonly #clock: Clock;

  constructor(count: number, clock: Clock) {
    this.#count = count;
    this.#clock = clock;
  }

  get count(): number {
    return this.#count;
  }

  resize(count: number): void {
    this.#count = count;
    this.#wakeNext();
  }

  /** Waits for a slot. Rejects with the signal's reason. */
  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#waiters.size === 0 && this.#tryTake()) return;
    const waiter: Waiter = { wake: () => undefined, wokenAt: undefined };
    try {
      do await this.#untilWoken(waiter, signal);
      while (!this.#tryTake());
    } finally {
      this.#waiters.delete(waiter);
    }
  }

  give(): void {
    this.#taken -= 1;
    this.#wakeNext();
  }

  #hasFree(): boolean {
    return this.#taken < this.#count;
  }

  #tryTake(): boolean {
    if (!this.#hasFree()) return false;
    this.#taken += 1;
    return true;
  }

  #wakeNext(): void {
    if (!this.#hasFree()) return;
    const now = this.#clock.now();
    for (const waiter of this.#waiters) {
      if (waiter.wokenAt === undefined) {
        waiter.wokenAt = now;
        waiter.wake();
        return;
      }
      // Its runtime cancelled it; otherwise it would have run as soon as it was woken.
      if (now > waiter.wokenAt + recheckMs) this.#waiters.delete(waiter);
    }
  }

  async #untilWoken(waiter: Waiter, signal: AbortSignal): Promise<void> {
    let cancelTimer: (() => void) | undefined;
    let release: (() => void) | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#waiters.add(waiter);
        waiter.wokenAt = undefined;
        waiter.wake = resolve;
        const recheck = (): void => {
          if (this.#hasFree()) resolve();
          else cancelTimer = this.#clock.after(recheckMs, recheck);
        };
        cancelTimer = this.#clock.after(recheckMs, recheck);
        release = onAbort(signal, () => {
          this.#waiters.delete(waiter);
          reject(signal.reason as Error);
        });
        // A slot may be free while only cancelled requests wait.
        this.#wakeNext();
      });
    } finally {
      cancelTimer?.();
      release?.();
    }
  }
}

/** Spaces starts evenly: a burst after a pause would still be a burst. */
function createPace(intervalMs: number, clock: Clock): (signal: AbortSignal) => Promise<void> {
  let nextAt = -Infinity;
  return async (signal) => {
    if (intervalMs === 0) return;
    // A turn is taken only when it has come, so a waiter that aborts does not use a turn.
    for (let now = clock.now(); now < nextAt; now = clock.now()) {
      // A clock that is set back must not stop everything.
      nextAt = Math.min(nextAt, now + intervalMs);
      await wait(clock, nextAt - now, signal);
    }
    nextAt = Math.max(nextAt, clock.now()) + intervalMs;
  };
}
