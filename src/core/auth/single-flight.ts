import { onAbort } from '../http/signals.ts';

/** One run of the shared work. */
export interface Flight {
  /** Aborted when no caller waits any more, but not while `protect` runs. */
  readonly signal: AbortSignal;
  /** Runs a step that must not be abandoned half-way. Callers that arrive meanwhile join this run. */
  protect<Result>(step: () => Promise<Result>): Promise<Result>;
}

/**
 * Runs `work` once at a time, however many callers ask for its result. A caller whose signal is aborted stops waiting,
 * with the signal's reason; the work continues for the others. When the last caller has left, the work is aborted, and
 * the next caller starts over.
 */
export function singleFlight<Result>(
  work: (flight: Flight) => Promise<Result>,
): (signal: AbortSignal) => Promise<Result> {
  let current: Run<Result> | undefined;

  function forget(run: Run<Result>): void {
    if (current === run) current = undefined;
  }

  function abandonIfUnwanted(run: Run<Result>): void {
    if (run.waiting > 0 || run.protected || current !== run) return;
    forget(run);
    run.controller.abort();
  }

  return async (signal) => {
    signal.throwIfAborted();
    const run = (current ??= startRun(work, forget, abandonIfUnwanted));
    run.waiting += 1;
    try {
      return await untilAborted(run.result, signal);
    } finally {
      run.waiting -= 1;
      abandonIfUnwanted(run);
    }
  };
}

interface Run<Result> {
  readonly controller: AbortController;
  readonly result: Promise<Result>;
  waiting: number;
  protected: boolean;
}

function startRun<Result>(
  work: (flight: Flight) => Promise<Result>,
  onEnd: (run: Run<Result>) => void,
  onStepEnd: (run: Run<Result>) => void,
): Run<Result> {
  const controller = new AbortController();
  const flight: Flight = {
    signal: controller.signal,
    async protect(step) {
      run.protected = true;
      try {
        return await step();
      } finally {
        run.protected = false;
        onStepEnd(run);
      }
    },
  };
  // The work begins in a later microtask, when `run` exists.
  const result = Promise.resolve(flight).then(work);
  const run: Run<Result> = { controller, waiting: 0, protected: false, result };
  const end = (): void => {
    onEnd(run);
  };
  result.then(end, end);
  return run;
}

/** Waits for the result, but only until the signal is aborted; then rejects with the signal's reason. */
export async function untilAborted<Result>(result: Promise<Result>, signal: AbortSignal): Promise<Result> {
  let release: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    release = onAbort(signal, () => {
      reject(signal.reason as Error);
    });
  });
  try {
    return await Promise.race([result, aborted]);
  } finally {
    release?.();
  }
}
