import { runWorker, type WorkerOptions } from '../../../src/tools/worker/index.ts';
import type { History } from '../sync/history.ts';

/** What happened, as words, in order. */
export class Log {
  readonly entries: string[] = [];
  readonly #target = new EventTarget();

  add(entry: string): void {
    this.entries.push(entry);
    this.#target.dispatchEvent(new Event('entry'));
  }

  /** Resolves when so many entries begin with these words. */
  async has(words: string, count = 1): Promise<void> {
    while (this.entries.filter((entry) => entry.startsWith(words)).length < count) {
      await new Promise((resolve) => {
        this.#target.addEventListener('entry', resolve, { once: true });
      });
    }
  }
}

/** A worker of this process. */
export interface StartedWorker {
  readonly log: Log;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/** Starts a worker that knows the accounts of some histories by their ids. */
export function startWorkerOf(
  url: string,
  histories: Readonly<Record<string, History>>,
  given: Partial<WorkerOptions> = {},
): StartedWorker {
  const [log, stop] = [new Log(), new AbortController()];
  const ended = runWorker({
    ...{ url, signal: stop.signal, parallel: 2, pollMs: 20, leaseSeconds: 20 },
    accountOf: (id) => {
      const history = histories[id];
      return Promise.resolve(history && { id, timeZone: 'UTC', client: history.client(), pageSize: 50 });
    },
    accountIds: () => Promise.resolve(Object.keys(histories)),
    now: () => Math.max(...Object.values(histories).map(({ now }) => now)),
    on: {
      ready: () => {
        log.add('ready');
      },
      job: (queue, { end }) => {
        log.add(`${queue} ${end}`);
      },
      outage: ({ code }) => {
        log.add(`outage ${code}`);
      },
      recovery: () => {
        log.add('recovery');
      },
    },
    ...given,
  });
  return { log, stop, ended };
}
