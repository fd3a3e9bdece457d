import { onAbort } from '../http/signals.ts';

export interface ShareOptions {
  /** Whether work that nobody waits for any more is aborted, and the next caller starts anew. */
  readonly abandonable: boolean;
}

/**
 * One run of `work` at a time, however many callers. A caller whose signal is aborted stops waiting, with the signal's
 * reason; the work goes on for the others.
 */
export function shareWork<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  { abandonable }: ShareOptions,
): (signal: AbortSignal) => Promise<Result> {
  let current: Run<Result> | undefined;

  function start(): Run<Result> {
    const controller = new AbortController();
    const run: Run<Result> = { controller, waiting: 0, result: work(controller.signal) };
    const end = (): void => {
      if (current === run) current = undefined;
    };
    run.result.then(end, end);
    return run;
  }

  function leave(run: Run<Result>): void {
    run.waiting -= 1;
    if (run.waiting > 0 || !abandonable || current !== run) return;
    current = undefined;
    run.controller.abort();
  }

  return async (signal) => {
    signal.throwIfAborted();
    const run = (current ??= start());
    run.waiting += 1;
    try {
      return await untilAborted(run.result, signal);
    } finally {
      leave(run);
    }
  };
}

interface Run<Result> {
  readonly controller: AbortController;
  readonly result: Promise<Result>;
  waiting: number;
}

/** Waits for the result, but no longer than the signal lets; it rejects with its reason. */
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
