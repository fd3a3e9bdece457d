import type { TokenEvent } from '../events.ts';
import type { RejectedToken } from './renewal-rules.ts';
import type { TokenLife } from './token-life.ts';

/** A token, and what is known of it. */
export interface HeldToken extends TokenLife {
  readonly token: string;
  readonly source: TokenEvent['source'];
  /** Made for this client just now, rather than kept somewhere, where it may have grown old. */
  readonly fresh: boolean;
  /** What was granted, if that is known. */
  readonly scope?: string;
}

/** Where tokens come from. Called once at a time. */
export interface TokenSource {
  /** A token to go on with, in place of the rejected one if there is one. Rejects with a `ReportsError`. */
  obtain(rejected: RejectedToken | undefined, signal: AbortSignal): Promise<HeldToken>;
  /** Forgets tokens and refused logins. */
  reset(): Promise<void>;
  /** Whether to abort `obtain` when nobody waits for it any more. */
  readonly abandonable: boolean;
}
