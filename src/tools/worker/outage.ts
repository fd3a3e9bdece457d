import { type Clock, wait } from '../../core/http/index.ts';
import { StoreError } from '../database.ts';

/** What is told about outages of the database. */
export interface OutageEvents {
  /** The database is away, and is waited for. Called once, however often it is tried. */
  readonly outage?: ((error: StoreError) => void) | undefined;
  /** The database is back, after so many milliseconds. */
  readonly recovery?: ((outageMs: number) => void) | undefined;
}

/**
 * Tells once that the database is away, and once that it is back. Several sessions use it, and one of them may fail while
 * others work, for example because the server accepts no more connections: it is back when all of them work again.
 */
export class Outage {
  readonly #now: () => number;
  readonly #on: OutageEvents;
  readonly #failing = new Set<string>();
  #since = 0;

  constructor({ now = Date.now, on }: { readonly now?: () => number; readonly on: OutageEvents }) {
    this.#now = now;
    this.#on = on;
  }

  /** Takes an error of a session. Those that do not come from the database are thrown. */
  note(error: unknown, session: string): void {
    if (!(error instanceof StoreError)) throw error;
    const isNew = this.#failing.size === 0;
    this.#failing.add(session);
    if (!isNew) return;
    this.#since = this.#now();
    this.#on.outage?.(error);
  }

  /** A session works. */
  end(session: string): void {
    if (this.#failing.delete(session) && this.#failing.size === 0) this.#on.recovery?.(this.#now() - this.#since);
  }
}

const shortestBackoffMs = 500;
const longestBackoffMs = 15_000;

/** Doubles from try to try. Some are shorter, so that processes do not all come back at the same moment. */
export function backoffMs(tries: number): number {
  return Math.min(longestBackoffMs, shortestBackoffMs * 2 ** Math.min(tries - 1, 10)) * (0.5 + Math.random() / 2);
}

/** Waits. Returns early if the signal is aborted. */
export async function pauseFor(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  // Only the signal ends the wait with an error.
  await wait(clock, delayMs, signal).catch(() => undefined);
}
