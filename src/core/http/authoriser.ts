import type { ProblemId } from '../errors/index.ts';

/** What the attempt loop tells of a refused token. */
export interface TokenRefusal {
  readonly token: string;
  /** The gateway's fault code, if the answer held one (fact 29). */
  readonly faultCode?: string | undefined;
  /** The `title` of the answer, if it held one (fact 9). */
  readonly title?: string | undefined;
  /** How many new tokens earlier refusals of the same request have asked for. */
  readonly renewals: number;
}

/**
 * Either a replay makes sense, with a new token that is asked for (`renews`) or with one that is there already; or the
 * refusal is final and `problem` names the likely cause.
 */
export type RefusalVerdict =
  { readonly replay: true; readonly renews: boolean } | { readonly replay: false; readonly problem: ProblemId };

/** What the attempt loop asks of authentication, so that src/http knows no tokens; src/auth implements it. */
export interface Authoriser {
  /** The token to send. Rejects with a `ReportsError` when none can be had, with the signal's reason when aborted. */
  authorise(signal: AbortSignal): Promise<string>;
  /**
   * Told of every response that shows that the token works: all but a refusal of it, and a passing failure (408, 425, 429,
   * 5xx), which may come from something in front of the API that checks no tokens.
   */
  accepted(token: string): void;
  /** Told of every 401. Decides at once; the new token is made by the next `authorise`. */
  refused(refusal: TokenRefusal): RefusalVerdict;
}
