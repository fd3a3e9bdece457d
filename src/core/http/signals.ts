/** All callbacks that wait for one signal. */
class Waiters {
  readonly #callbacks = new Set<{ readonly callback: () => void }>();
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(callback: () => void): () => void {
    if (this.#callbacks.size === 0) this.#signal.addEventListener('abort', this.#onAbort, { once: true });
    // An object of its own, since the same function may wait twice.
    const entry = { callback };
    this.#callbacks.add(entry);
    return () => {
      if (this.#callbacks.delete(entry) && this.#callbacks.size === 0) {
        this.#signal.removeEventListener('abort', this.#onAbort);
      }
    };
  }

  readonly #onAbort = (): void => {
    const callbacks = [...this.#callbacks];
    this.#callbacks.clear();
    for (const { callback } of callbacks) callback();
  };
}

/**
 * Keyed by signal, so that each signal gets one listener, however many callbacks wait: Node warns at the eleventh
 * listener.
 */
const waitersOf = new WeakMap<AbortSignal, Waiters>();

/** Calls back once when the signal is aborted; returns a function that unsubscribes. An aborted signal never calls back. */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const waiters = waitersOf.get(signal) ?? new Waiters(signal);
  waitersOf.set(signal, waiters);
  return waiters.add(callback);
}

/** A signal that follows others. */
export interface LinkedSignal {
  readonly signal: AbortSignal;
  abort(reason: unknown): void;
  /** Removes the listeners from the sources. */
  release(): void;
}

/**
 * A signal that aborts with the first of its sources, or by hand. Unlike `AbortSignal.any`, it can be released from its
 * sources, so that a source that lives as long as the process does not accumulate listeners.
 */
export function linkSignals(...sources: (AbortSignal | undefined)[]): LinkedSignal {
  const controller = new AbortController();
  const releases = sources.map((source) => source && follow(source, controller));
  return {
    signal: controller.signal,
    abort: (reason) => {
      controller.abort(reason);
    },
    release: () => {
      for (const release of releases) release?.();
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
