/** Upper bound of the first wait, in milliseconds; doubled with each attempt. */
export const baseDelayMs = 500;

/** No wait of our own choosing is longer, in milliseconds. */
export const maxDelayMs = 20_000;

/**
 * How long to wait after the failed attempt number `attempt` (from 1), in milliseconds: exponential with full jitter,
 * so that clients that failed together don't return together. A wait that the server asked for is kept at least, with a
 * jitter of at most `baseDelayMs` on top: it may ask for none, or for one that is over.
 */
export function backoffMs(attempt: number, retryAfterMs: number | undefined, random: () => number): number {
  const jitter = random();
  const own = jitter * Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1));
  return retryAfterMs === undefined ? own : Math.max(own, retryAfterMs + jitter * baseDelayMs);
}
