/** A token is renewed this long before it expires, in milliseconds: a request on its way, and clocks that differ. */
const renewalLeadMs = 60_000;

/** …but a token that lives for minutes is used for nine tenths of its life. */
const maxShareOfLife = 0.1;

/** A life of more than ten years, in milliseconds, stands for "forever" and can't be reckoned with. */
const maxLifeMs = 10 * 366 * 86_400_000;

export interface TokenLife {
  readonly renewAt?: number;
  readonly expiresAt?: number;
}

/**
 * When to renew a token and when it expires, from when it was asked for (milliseconds since 1970) and its `expires_in`
 * (seconds, as a number or a text). Empty if that says nothing usable; then only a refusal shows that it has expired.
 */
export function tokenLife(askedAt: number, expiresIn: unknown): TokenLife {
  const lifeMs = typeof expiresIn === 'number' || typeof expiresIn === 'string' ? Number(expiresIn) * 1000 : NaN;
  if (!(lifeMs > 0 && lifeMs <= maxLifeMs)) return {};
  const expiresAt = askedAt + lifeMs;
  return { renewAt: expiresAt - Math.min(renewalLeadMs, lifeMs * maxShareOfLife), expiresAt };
}

export function isDue({ renewAt }: TokenLife, now: number): boolean {
  return renewAt !== undefined && now >= renewAt;
}
