import type { EventEmitter } from 'node:events';

import type { SandboxSwitches } from '../switches.ts';

const WINDOW_MS = 1_000;

/** Counts requests for call logs, per second of real time and at once (facts 20 and 29). */
export class Throttle {
  readonly #perSecond: number;
  readonly #parallel: number;
  readonly #realNow: () => number;
  #recent: number[] = [];
  #running = 0;

  constructor(
    { requestsPerSecond, parallelRequests }: SandboxSwitches,
    realNow: () => number = () => performance.now(),
  ) {
    this.#perSecond = requestsPerSecond;
    this.#parallel = parallelRequests;
    this.#realNow = realNow;
  }

  /** Whether the request is one too many; every request counts, the refused ones too, until its answer closes. */
  begin(answer: EventEmitter): boolean {
    this.#running += 1;
    answer.once('close', () => {
      this.#running -= 1;
    });
    return this.#isTooMany() || this.#isTooFast();
  }

  #isTooMany(): boolean {
    return this.#parallel > 0 && this.#running > this.#parallel;
  }

  #isTooFast(): boolean {
    if (this.#perSecond === 0) return false;
    const now = this.#realNow();
    this.#recent = this.#recent.filter((time) => time > now - WINDOW_MS);
    if (this.#recent.length >= this.#perSecond) return true;
    this.#recent.push(now);
    return false;
  }
}
