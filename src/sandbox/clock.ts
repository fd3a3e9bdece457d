/** The sandbox's clock. It ticks with real time from wherever it is set, unless it is frozen. */
export interface SandboxClock {
  now(): Date;
  /** Moves the clock forward; a negative number moves it back. */
  advance(milliseconds: number): void;
  set(date: Date): void;
  /** Stops the ticking; `advance` and `set` still move the clock. */
  freeze(): void;
  /** Lets the clock tick again from where it stands. */
  resume(): void;
}

/** A clock that starts at `start`, or at real time. `realNow` is in milliseconds since 1970. */
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
