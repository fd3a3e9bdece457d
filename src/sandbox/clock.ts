/** The sandbox's clock. It ticks with real time from the time it is set to, unless it is frozen. */
export interface SandboxClock {
  /** Returns the sandbox's time. */
  now(): Date;
  /** Moves the clock forward; a negative number moves it back. */
  advance(milliseconds: number): void;
  /** Sets the clock to a time. */
  set(date: Date): void;
  /** Stops the clock. `advance` and `set` still move it. */
  freeze(): void;
  /** Starts the clock again from its current time. */
  resume(): void;
}

/** Creates a clock that starts at `start`, or at real time. `realNow` returns milliseconds since 1970. */
export function createClock(start: Date | undefined, realNow: () => number = Date.now): SandboxClock {
  let offset = start === undefined ? 0 : start.getTime() - realNow();
  let frozenAt: number | undefined;
  const now = (): number => frozenAt ?? realNow() + offset;
  const set = (milliseconds: number): void => {
    if (frozenAt === undefined) offset = milliseconds - realNow();
    else frozenAt = milliseconds;
  };
  return {
    now: () => new Date(now()),
    advance: (milliseconds) => {
      set(now() + milliseconds);
    },
    set: (date) => {
      set(date.getTime());
    },
    freeze: () => {
      frozenAt = now();
    },
    resume: () => {
      if (frozenAt === undefined) return;
      offset = frozenAt - realNow();
      frozenAt = undefined;
    },
  };
}
