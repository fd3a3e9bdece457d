/** Upper bound of the first wait, in milliseconds; doubled with each attempt. */
export const baseDelayMs = 500;

/** No wait of our own choosing is longer, in milliseconds. */
export const maxDelayMs = 20_000;

/**
 * How long to wait after the failed attempt number `attempt` (from 1), in milliseconds: exponential with full jitter,
 * so that clients that failed together don't return together. A wait that the server asked for comes first, with a
 * jitter of at most `baseDelayMs` on top.
 */
export function backoffMs(attempt: number, retryAfterMs: number | undefined, random: () => number): number {
  if (retryAfterMs !== undefined) return retryAfterMs + random() * baseDelayMs;
  return random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1));
}
