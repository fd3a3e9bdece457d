import type { Clock } from '../../src/core/http/clock.ts';

/** The factor by which waits pass faster than real time. */
const speed = 40;

/** A clock that starts at `start`, by default now, and runs fast, so that waits of seconds take milliseconds on real sockets. */
export function createFastClock(start = new Date().toISOString()): Clock {
  const startMs = Date.parse(start);
  const begun = performance.now();
  return {
    now: () => startMs + (performance.now() - begun) * speed,
    after(delayMs, callback) {
      const timer = setTimeout(callback, delayMs / speed);
      return () => {
        clearTimeout(timer);
      };
    },
  };
}
