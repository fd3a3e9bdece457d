import type { EventHandlers, TokenEvent } from '../../core/events.ts';
import type { FetchLike } from '../../core/http/attempt.ts';

/** What a visit has cost so far. */
export interface VisitCounts {
  /** Logins that were sent, refused ones included: each may count towards the lock (fact 11). */
  readonly logins: number;
  /** Requests with a token, repeats included. */
  readonly requests: number;
  /** Why requests were repeated: the codes of the failures, with how often. */
  readonly repeats: ReadonlyMap<string, number>;
  /** Where the present token came from; undefined for one that was given, and before there is one. */
  readonly tokenSource: TokenEvent['source'] | undefined;
}

export interface Counting {
  readonly counts: VisitCounts;
  readonly handlers: EventHandlers;
  readonly fetch: FetchLike;
}

/** Counts, and the handlers and the `fetch` that keep them. */
export function createCounting(fetch: FetchLike): Counting {
  const repeats = new Map<string, number>();
  const counts = { logins: 0, requests: 0, repeats, tokenSource: undefined as TokenEvent['source'] | undefined };
  return {
    counts,
    handlers: {
      token({ source }) {
        counts.tokenSource = source;
      },
      request() {
        counts.requests += 1;
      },
      retry({ reason }) {
        repeats.set(reason, (repeats.get(reason) ?? 0) + 1);
      },
    },
    fetch(url, init) {
      if (typeof init.body === 'string' && init.body.includes('grant_type=password')) counts.logins += 1;
      return fetch(url, init);
    },
  };
}
