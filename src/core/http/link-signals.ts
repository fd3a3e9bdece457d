import { onAbort } from './on-abort.ts';

export interface LinkedSignal {
  readonly signal: AbortSignal;
  abort(reason: unknown): void;
  /** Takes the listeners off the sources. */
  release(): void;
}

/**
 * A signal that aborts with the first of its sources, or by hand. Unlike `AbortSignal.any`, it lets go of its sources
 * when told to: a signal that lives as long as a process gathers nothing.
 */
export function linkSignals(...sources: (AbortSignal | undefined)[]): LinkedSignal {
  const controller = new AbortController();
  const released = sources.map((source) => (source ? follow(source, controller) : undefined));
  return {
    signal: controller.signal,
    abort: (reason) => {
      controller.abort(reason);
    },
    release: () => {
      for (const release of released) release?.();
    },
  };
}

function follow(source: AbortSignal, controller: AbortController): (() => void) | undefined {
  const abort = (): void => {
    controller.abort(source.reason);
  };
  if (!source.aborted) return onAbort(source, abort);
  abort();
  return undefined;
}
