import { setTimeout } from 'node:timers/promises';
import { StoreError } from '../database.ts';

/** What is told about outages of the database. */
export interface OutageEvents {
  /** The database is away, and is waited for. Called once, however often it is tried. */
  readonly outage?: ((error: StoreError) => void) | undefined;
  /** The database is back, after so many milliseconds. */
  readonly recovery?: ((outageMs: number) => void) | undefined;
}

/** Tells once that the database is away, and once that it is back. */
export class Outage {
  readonly #now: () => number;
  readonly #on: OutageEvents;
  #since: number | undefined;

  constructor({ now = Date.now, on }: { readonly now?: () => number; readonly on: OutageEvents }) {
    this.#now = now;
    this.#on = on;
  }

  /** Takes an error. Those that do not come from the database are thrown. */
  note(error: unknown): void {
    if (!(error instanceof StoreError)) throw error;
    if (this.#since !== undefined) return;
    this.#since = this.#now();
    this.#on.outage?.(error);
  }

  end(): void {
    if (this.#since === undefined) return;
    const outageMs = this.#now() - this.#since;
    this.#since = undefined;
    this.#on.recovery?.(outageMs);
  }
}

const shortestBackoffMs = 500;
const longestBackoffMs = 15_000;

/** Doubles from try to try. Some are shorter, so that processes do not all come back at the same moment. */
export function backoffMs(tries: number): number {
  return Math.min(longestBackoffMs, shortestBackoffMs * 2 ** Math.min(tries, 10)) * (0.5 + Math.random() / 2);
}

/** Waits. Returns early if the signal is aborted. */
export async function pauseFor(delayMs: number, signal: AbortSignal): Promise<void> {
  await setTimeout(delayMs, undefined, { signal }).catch(() => undefined);
}
