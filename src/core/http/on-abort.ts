/** Everybody of ours who waits for one signal. */
class Waiting {
  readonly #callbacks = new Set<{ readonly callback: () => void }>();
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(callback: () => void): () => void {
    if (this.#callbacks.size === 0) this.#signal.addEventListener('abort', this.#onAbort, { once: true });
    // In an object of its own: the same function may wait twice.
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

/** By signal, so that each has one listener of ours, however many wait: Node warns of more than ten. */
const waitingFor = new WeakMap<AbortSignal, Waiting>();

/** Calls back once when the signal is aborted; the answer takes that back. A signal that is aborted never calls back. */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const waiting = waitingFor.get(signal) ?? new Waiting(signal);
  waitingFor.set(signal, waiting);
  return waiting.add(callback);
}
