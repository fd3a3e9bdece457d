/** A signal that counts who listens to it. */
export interface CountedSignal {
  readonly signal: AbortSignal;
  readonly abort: (reason?: unknown) => void;
  /** Listeners that were added and not taken off again. */
  readonly listeners: () => number;
}

export function countedSignal(): CountedSignal {
  const controller = new AbortController();
  const { signal } = controller;
  const listening = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  Object.assign(signal, {
    addEventListener: (...args: Parameters<typeof add>) => {
      listening.add(args[1]);
      add(...args);
    },
    removeEventListener: (...args: Parameters<typeof remove>) => {
      listening.delete(args[1]);
      remove(...args);
    },
  });
  return {
    signal,
    abort: (reason) => {
      controller.abort(reason);
      // A listener that fired once is gone.
      listening.clear();
    },
    listeners: () => listening.size,
  };
}
