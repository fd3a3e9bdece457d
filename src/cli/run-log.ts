import type { EventHandlers, RetryEvent, WarningEvent } from '../events.ts';

/** What a run has done so far. */
export interface RunCounts {
  /** Requests for calls, each attempt counted. */
  requests: number;
  /** How many of them repeated a failed one. */
  retries: number;
  /** Logins made; none where a stored token was still good. */
  logins: number;
}

export interface RunListener {
  warning(event: WarningEvent): void;
  retry(event: RetryEvent): void;
}

/** Counts a client's events, and passes on those that people should hear of at once. */
export function createRunLog(listener: RunListener): { counts: RunCounts; handlers: EventHandlers } {
  const counts: RunCounts = { requests: 0, retries: 0, logins: 0 };
  return {
    counts,
    handlers: {
      request: () => {
        counts.requests += 1;
      },
      retry: (event) => {
        counts.retries += 1;
        listener.retry(event);
      },
      token: ({ source }) => {
        if (source === 'login') counts.logins += 1;
      },
      warning: (event) => {
        listener.warning(event);
      },
    },
  };
}
