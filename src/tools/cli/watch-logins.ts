import { setTimeout } from 'node:timers/promises';
import type { TokenStore } from '../../core/auth/token-store.ts';

/**
 * How long an interrupted run waits for a login that is under way, in milliseconds: what was sent counts, and a refusal
 * that nobody records is made again by the next run (fact 11).
 */
const graceMs = 5_000;

export interface WatchedLogins {
  readonly store: TokenStore;
  /** Resolves once no login is under way, or has been for too long. */
  readonly settled: () => Promise<void>;
}

/** A store that tells when its work is done: every login is made, and recorded, inside its lock. */
export function watchLogins(store: TokenStore): WatchedLogins {
  const underWay = new Set<Promise<unknown>>();
  return {
    store: {
      read: (key) => store.read(key),
      write: (key, access) => store.write(key, access),
      required: store.required,
      async withLock(key, work, signal) {
        const run = store.withLock(key, work, signal);
        underWay.add(run);
        try {
          return await run;
        } finally {
          underWay.delete(run);
        }
      },
    },
    settled: async () => {
      const over = new AbortController();
      const patience = setTimeout(graceMs, undefined, { signal: over.signal }).catch(() => undefined);
      await Promise.race([Promise.allSettled(underWay), patience]);
      over.abort();
    },
  };
}
