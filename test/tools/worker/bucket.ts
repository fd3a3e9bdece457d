/** The state of a token bucket, as the table of request budgets holds it. */
export interface Bucket {
  readonly tokens: number;
  /** Milliseconds since 1970. */
  readonly refilledAt: number;
}

export interface Rate {
  readonly requestsPerSecond: number;
  readonly burst: number;
}

/** The statement of `reserveTurn` as a pure function of the bucket and the time. A new bucket is full. */
export function reserve(bucket: Bucket | undefined, { requestsPerSecond, burst }: Rate, now: number) {
  const gainedMs = Math.max(0, now - (bucket?.refilledAt ?? now));
  const tokens = Math.min(burst, (bucket?.tokens ?? burst) + (requestsPerSecond * gainedMs) / 1_000) - 1;
  const delayMs = (Math.max(0, -tokens) / requestsPerSecond) * 1_000;
  return { bucket: { tokens, refilledAt: now } satisfies Bucket, turnAt: now + delayMs };
}

/** Returns the times of turns for which more turns have come since an earlier one than the rate allows. */
export function excess(turns: readonly number[], { requestsPerSecond, burst }: Rate): number[] {
  const tolerance = 1e-6 * turns.length;
  return turns.filter((turn, index) =>
    turns
      .slice(0, index + 1)
      .some((first, before) => index - before + 1 > burst + (requestsPerSecond * (turn - first)) / 1_000 + tolerance),
  );
}
