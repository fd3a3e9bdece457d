import type { ReportsError } from '../errors/index.ts';
import type { TokenRequestKind } from './token-error.ts';

/** Token requests in all, the first included. */
export const maxTokenRequests = 3;

/** Upper bound of the first wait, in milliseconds; doubled with each further one. */
const baseDelayMs = 1000;

/** A token endpoint that asks to wait longer, in milliseconds, gets no second request. */
export const maxTokenWaitMs = 30_000;

/** The gateway had passed the request on, so it may have been processed (fact 29). */
const backendFault = /^10150\d$/;

/**
 * How long to wait before a failed token request is sent again, in milliseconds; undefined if it must not be.
 *
 * A login counts towards the lock even if its answer is lost (fact 11). So it is sent again only where the answer says
 * that it was not processed: 429, and 503 unless from behind the gateway. A refresh counts towards nothing. Its token
 * is good for one use (fact 8), but if the lost request has used it up, the worst that a second one meets is a refusal,
 * which leads to a login, as no second one would.
 */
export function resendDelayMs(
  kind: TokenRequestKind,
  error: ReportsError,
  sent: number,
  random: () => number,
): number | undefined {
  const mayResend = kind === 'refresh' ? isPassing(error) : isUnprocessed(error);
  const { retryAfterMs = 0 } = error;
  if (!mayResend || sent >= maxTokenRequests || retryAfterMs > maxTokenWaitMs) return undefined;
  return retryAfterMs + random() * baseDelayMs * 2 ** (sent - 1);
}

function isUnprocessed({ code, status, faultCode }: ReportsError): boolean {
  return code === 'rate-limited' || (code === 'server' && status === 503 && !backendFault.test(faultCode ?? ''));
}

function isPassing({ code }: ReportsError): boolean {
  return code === 'network' || code === 'timeout' || code === 'rate-limited' || code === 'server';
}
