/** A token is renewed this long before it expires, in milliseconds, because requests take time and clocks differ. */
const renewalLeadMs = 60_000;

/** A token that lives for minutes only is used for nine tenths of its life. */
const maxLeadShareOfLife = 0.1;

/** A life of more than ten years, in milliseconds, means "for ever" and is treated as unknown. */
const maxLifeMs = 10 * 366 * 86_400_000;

/**
 * Renewals in a row: new tokens that were requested because the one before was refused, without an accepted request in
 * between. Tokens that work for three requests only (fact 9) need two at the default concurrency; a user who lacks a
 * role would need more and more.
 */
export const maxRenewalsInARow = 3;

/** The times of a token, in milliseconds since 1970; absent if the server did not say how long the token lives. */
export interface TokenLife {
  /** The time from which a request renews the token before it is sent. */
  readonly renewAt?: number;
  /** The time when the token expires, by the server. */
  readonly expiresAt?: number;
}

/**
 * Returns when to renew a token and when it expires, from the time of its request (milliseconds since 1970) and its
 * `expires_in` (seconds, as a number or a string). Empty if `expires_in` is not usable; then only a refusal shows that
 * the token has expired.
 */
export function tokenLife(requestedAt: number, expiresIn: unknown): TokenLife {
  const lifeMs = typeof expiresIn === 'number' || typeof expiresIn === 'string' ? Number(expiresIn) * 1000 : NaN;
  if (!(lifeMs > 0 && lifeMs <= maxLifeMs)) return {};
  const expiresAt = requestedAt + lifeMs;
  return { renewAt: expiresAt - Math.min(renewalLeadMs, lifeMs * maxLeadShareOfLife), expiresAt };
}

/** Returns whether it is time to renew a token. */
export function isDue({ renewAt }: TokenLife, now: number): boolean {
  return renewAt !== undefined && now >= renewAt;
}

/** A token that was refused and is to be replaced. */
export interface RejectedToken {
  readonly token: string;
  /** Whether the Reports API had accepted it before. */
  readonly worked: boolean;
}

/** The client's knowledge of its current token. Immutable: `next` makes a new state for each event. */
export interface TokenState {
  /** The token to send; undefined if there is none, or if it was refused and a new one has to be obtained. */
  readonly token: string | undefined;
  /** Issued to this client just now, rather than taken from the store, where it may have grown old. */
  readonly fresh: boolean;
  /** The number of requests that it was sent with. */
  readonly uses: number;
  /** Whether the API has accepted it. */
  readonly worked: boolean;
  /**
   * Its refusal was final. It is still sent with later requests, which costs no login: the user may be given the
   * missing role meanwhile.
   */
  readonly refused: boolean;
  readonly renewalsInARow: number;
  /** The token that the next one replaces. */
  readonly rejected: RejectedToken | undefined;
}

/** The state of a new client. */
export const noToken: TokenState = {
  token: undefined,
  fresh: false,
  uses: 0,
  worked: false,
  refused: false,
  renewalsInARow: 0,
  rejected: undefined,
};

/** The API refused a token. */
export interface Rejection {
  readonly type: 'rejected';
  readonly token: string;
  /** The number of new tokens that were already requested because the API refused this same request. */
  readonly renewals: number;
}

/** An event in the life of a token. */
export type TokenStateEvent =
  | { readonly type: 'issued'; readonly token: string; readonly fresh: boolean }
  | { readonly type: 'sent'; readonly token: string }
  | { readonly type: 'accepted'; readonly token: string }
  | Rejection;

/** Returns the state after an event. Events about an earlier token change little or nothing. */
export function next(state: TokenState, event: TokenStateEvent): TokenState {
  const { token } = event;
  const { renewalsInARow } = state;
  if (event.type === 'issued') return { ...noToken, token, fresh: event.fresh, renewalsInARow };
  if (event.type === 'accepted') {
    // A response to an earlier token is progress too, but proves nothing about the current one.
    return { ...state, renewalsInARow: 0, ...(token === state.token ? { worked: true, refused: false } : {}) };
  }
  if (token !== state.token) return state;
  if (event.type === 'sent') return { ...state, uses: state.uses + 1 };
  if (replayAfter(state, event) === undefined) return { ...state, refused: true };
  return { ...noToken, renewalsInARow: renewalsInARow + 1, rejected: { token, worked: state.worked } };
}

/**
 * Decides how to repeat a request whose token was refused: with the current token if it has been replaced meanwhile,
 * otherwise with a new one, which all waiting requests share; undefined if the refusal is final.
 *
 * The refusal of a new token on its first use is final, because another one would fare no better. While other requests
 * use the token too, their responses may still be on the way, so the bounds decide: one for the client, and one for the
 * request, which may be refused for ever while others succeed.
 */
export function replayAfter(state: TokenState, { token, renewals }: Rejection): 'renewed' | 'current' | undefined {
  if (token !== state.token) return 'current';
  const { fresh, uses, worked, refused, renewalsInARow } = state;
  const mayHelp = !refused && (worked || !fresh || uses > 1);
  return mayHelp && Math.max(renewalsInARow, renewals) < maxRenewalsInARow ? 'renewed' : undefined;
}
