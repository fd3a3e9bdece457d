/**
 * What each attempt pays in, in retries. A sustained 35 % of attempts may be retries; the rest is room for chance, so
 * that a server failing at just that rate does not empty the budget by bad luck.
 */
const depositPerAttempt = 0.4;

/** What the budget starts with and never exceeds, in retries. */
const capacity = 50;

export interface RetryBudget {
  /** Whether a retry can be paid for. */
  affordable(): boolean;
  attempted(): void;
  retried(): void;
}

/**
 * Bounds the share of retries over all requests of a client: each request's own attempts alone would multiply the load
 * on a server that is down by their number.
 */
export function createRetryBudget(): RetryBudget {
  let retries = capacity;
  return {
    affordable: () => retries >= 1,
    attempted: () => {
      retries = Math.min(capacity, retries + depositPerAttempt);
    },
    retried: () => {
      retries -= 1;
    },
  };
}
