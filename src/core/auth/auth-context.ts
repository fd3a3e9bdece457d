import type { Emit } from '../events.ts';
import type { AttemptDependencies } from '../http/attempt.ts';
import type { TokenStore } from './token-store.ts';

/** What authentication needs from the client. */
export interface AuthContext extends AttemptDependencies {
  readonly tokenUrl: string;
  /** At least 0, below 1. */
  readonly random: () => number;
  readonly store: TokenStore;
  readonly emit: Emit;
  /** For one token request, in milliseconds, its body included. */
  readonly timeoutMs: number;
  readonly userAgent?: string | undefined;
}
