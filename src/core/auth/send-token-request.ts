import { ReportsError } from '../errors/index.ts';
import { withContext } from '../errors/reports-error.ts';
import { wasNeverSent } from '../http/attempt.ts';
import { wait } from '../http/clock.ts';
import type { AuthContext } from './auth-context.ts';
import { requestToken, type TokenRequest } from './request-token.ts';
import { resendDelayMs } from './resend-rules.ts';
import type { StoredTokens } from './token-store.ts';

/** A token request, sent again where that does no harm; the errors are those of `requestToken`. */
export async function sendTokenRequest(request: TokenRequest, context: AuthContext): Promise<StoredTokens> {
  const { clock, random } = context;
  const { signal } = new AbortController();
  for (let sent = 1; ; sent += 1) {
    const outcome = await requestToken(request, context).catch(asReportsError);
    if (!(outcome instanceof ReportsError)) return outcome;
    const delayMs = resendDelayMs(request.kind, outcome, sent, random);
    if (delayMs === undefined) throw withFate(outcome, request, sent);
    await wait(clock, delayMs, signal);
  }
}

function asReportsError(error: unknown): ReportsError {
  if (error instanceof ReportsError) return error;
  throw error;
}

function withFate(error: ReportsError, { kind }: TokenRequest, attempts: number): ReportsError {
  const undecided = error.hint === undefined ? 'login-undecided' : undefined;
  const isUnanswered = error.code === 'timeout' || (error.code === 'network' && !wasNeverSent(error));
  const problem = isUnanswered && kind !== 'refresh' ? 'login-unanswered' : undecided;
  return withContext(error, { attempts, problem, retryRefusal: 'not-retryable' });
}
