import type { EventHandlers, TokenEvent } from '../events.ts';

/** What a visit has cost so far. */
export interface VisitCounts {
  readonly logins: number;
  /** Requests with a token, repeats included. */
  readonly requests: number;
  /** Why requests were repeated: the codes of the failures, with how often. */
  readonly repeats: ReadonlyMap<string, number>;
  /** Where the present token came from; undefined for one that was given, and before there is one. */
  readonly tokenSource: TokenEvent['source'] | undefined;
}

/** Counts, and the handlers that keep them. */
export function createVisitCounts(): { counts: VisitCounts; handlers: EventHandlers } {
  const repeats = new Map<string, number>();
  const counts = { logins: 0, requests: 0, repeats, tokenSource: undefined as TokenEvent['source'] | undefined };
  const handlers: EventHandlers = {
    token({ source }) {
      counts.tokenSource = source;
      if (source === 'login') counts.logins += 1;
    },
    request() {
      counts.requests += 1;
    },
    retry({ reason }) {
      repeats.set(reason, (repeats.get(reason) ?? 0) + 1);
    },
  };
  return { counts, handlers };
}
