import type { Clock } from '../../src/core/http/clock.ts';

export interface FakeClock extends Clock {
  /** Lets `ms` milliseconds pass: each timer due by then fires at its time, and what it sets off runs on before the next. */
  advance(ms: number): Promise<void>;
  /** The number of timers that are set; 0 after a run that cleaned up. */
  readonly pending: number;
  /** The delays of all timers set so far, in milliseconds, in the order they were set. */
  readonly delays: readonly number[];
}

export interface FakeClockOptions {
  /** The first result of `now`, in milliseconds since 1970. */
  startMs?: number;
  /**
   * Timers up to this delay fire by themselves, at once and at their own time, as soon as nothing else is to be done.
   * Longer ones wait for `advance`: set it above the waits and below the timeouts. 0, the default: none.
   */
  autoAdvanceUpToMs?: number;
}

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is told to go on. */
export function createFakeClock(options: FakeClockOptions = {}): FakeClock {
  const { startMs = Date.UTC(2026, 1, 1), autoAdvanceUpToMs = 0 } = options;
  const timers = new Set<Timer>();
  const delays: number[] = [];
  let now = startMs;

  function fireDue(untilMs: number): boolean {
    const [next] = [...timers].sort((one, other) => one.dueMs - other.dueMs);
    if (!next || next.dueMs > untilMs) return false;
    timers.delete(next);
    now = Math.max(now, next.dueMs);
    next.callback();
    return true;
  }

  async function advance(ms: number): Promise<void> {
    const untilMs = now + ms;
    do await settle();
    while (fireDue(untilMs));
    now = Math.max(now, untilMs);
    await settle();
  }

  async function fireByItself(timer: Timer): Promise<void> {
    await settle();
    while (timers.has(timer) && fireDue(timer.dueMs)) await settle();
  }

  return {
    now: () => now,
    after(delayMs, callback) {
      const timer = { dueMs: now + delayMs, callback };
      timers.add(timer);
      delays.push(delayMs);
      if (delayMs <= autoAdvanceUpToMs) void fireByItself(timer);
      return () => {
        timers.delete(timer);
      };
    },
    advance,
    get pending() {
      return timers.size;
    },
    delays,
  };
}

/** Lets everything that is ready to run do so, over several turns of the event loop. */
export async function settle(turns = 5): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
