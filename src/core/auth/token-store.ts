/** The tokens of one user, as they are kept. Times in milliseconds since 1970. */
export interface StoredTokens {
  readonly accessToken: string;
  /** When to renew: shortly before the access token expires. Absent if the server didn't say how long it lives. */
  readonly renewAt?: number;
  readonly expiresAt?: number;
  /** Good for one use (fact 8). */
  readonly refreshToken?: string;
  /** What the token endpoint granted; without `openid` the Reports API refuses the token (fact 6). */
  readonly scope?: string;
}

/** A login that was refused. Logins with the same credentials stay off until the record is removed (fact 11). */
export interface LoginRefusal {
  /** A slow hash over all of the credentials; they can't be read from it. */
  readonly fingerprint: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The user is locked, as far as the answer told. */
  readonly locked: boolean;
  readonly status?: number;
  /** The server's code, such as `invalid_grant`. */
  readonly faultCode?: string;
}

/** What is kept under one key: plain data that survives `JSON.stringify`. */
export interface StoredAccess {
  readonly tokens?: StoredTokens;
  readonly refusals?: readonly LoginRefusal[];
}

/**
 * Keeps tokens and refused logins. Clients and processes that share a store share one login, and stop together when it
 * is refused. A key is a hash over token URL, client and user. A method that rejects costs the sharing, never the run:
 * a `warning` event `token-store` tells.
 */
export interface TokenStore {
  /** What was written last; undefined if nothing was. */
  read(key: string): Promise<StoredAccess | undefined>;
  /** Replaces what is kept, whole or not at all; undefined removes it. */
  write(key: string, access: StoredAccess | undefined): Promise<void>;
  /** Runs `work` while nobody else, in any process that shares the store, is inside `withLock` for the key. */
  withLock<Result>(key: string, work: () => Promise<Result>): Promise<Result>;
}

/** A store that lives and dies with the process. */
export function createMemoryTokenStore(): TokenStore {
  const kept = new Map<string, StoredAccess>();
  const queues = new Map<string, Promise<unknown>>();
  return {
    read: (key) => Promise.resolve(kept.get(key)),
    write(key, access) {
      if (access) kept.set(key, access);
      else kept.delete(key);
      return Promise.resolve();
    },
    withLock(key, work) {
      const turn = (queues.get(key) ?? Promise.resolve()).then(work);
      const queue = turn.then(ignore, ignore).then(() => {
        if (queues.get(key) === queue) queues.delete(key);
      });
      queues.set(key, queue);
      return turn;
    },
  };
}

function ignore(): void {
  // How one holder's work ended is no business of the next.
}
