import { ReportsError } from '../errors/index.ts';
import { withContext } from '../errors/reports-error.ts';
import { wait } from '../http/wait.ts';
import type { AuthContext } from './auth-context.ts';
import { requestToken, type TokenRequest } from './request-token.ts';
import { resendDelayMs } from './resend-rules.ts';
import type { StoredTokens } from './token-store.ts';

const loginHint =
  'A login counts as an attempt even if its answer is lost, so it is not sent again by itself. Check the token URL and' +
  ' the network.';

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
  const hint = error.hint ?? (kind === 'refresh' ? 'Check the token URL and the network.' : loginHint);
  return withContext(error, { attempts, hint, retryRefusal: 'not-retryable' });
}
