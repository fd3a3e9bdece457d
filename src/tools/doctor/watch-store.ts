import type { StoredAccess, TokenStore } from '../../core/auth/token-store.ts';

export interface WatchedStore {
  readonly store: TokenStore;
  /** What was last read or written. */
  latest(): StoredAccess | undefined;
}

/** A store and what passes through it: what a token was granted stands nowhere else. */
export function watchStore(store: TokenStore): WatchedStore {
  let latest: StoredAccess | undefined;
  return {
    store: {
      required: store.required,
      withLock: (key, work, signal) => store.withLock(key, work, signal),
      read: async (key) => (latest = await store.read(key)),
      write(key, access) {
        latest = access;
        return store.write(key, access);
      },
    },
    latest: () => latest,
  };
}
