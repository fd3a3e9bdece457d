import { ReportsError } from '../errors/index.ts';
import { excerpt } from '../errors/redact.ts';
import type { Emit } from '../events.ts';
import type { AuthContext } from './auth-context.ts';
import { brakedError, isLoginRefused, refusalAgainst, refusalOf, withRefusal } from './brake.ts';
import type { Grant } from './grant.ts';
import { fingerprint } from './hash.ts';
import { sendTokenRequest } from './send-token-request.ts';
import type { SharedAccess } from './shared-access.ts';
import type { StoredAccess, StoredTokens } from './token-store.ts';

/**
 * After a login that ended without a verdict, the next calls of this client fail like it for as long, in milliseconds:
 * else a hundred calls that wait their turn would make a hundred logins, each of which may count.
 */
export const loginPauseMs = 10_000;

export interface Login {
  /** Logs in and keeps the tokens; `kept` is what the store holds. To be called inside the store's lock. */
  logIn(kept: StoredAccess): Promise<StoredTokens>;
  /** Ends the pause after a login without a verdict. */
  reset(): void;
}

export function createLogin(grant: Grant, context: AuthContext, access: SharedAccess): Login {
  const { clock, emit } = context;
  let lastFailure: { readonly error: ReportsError; readonly until: number } | undefined;

  async function recordFailure(error: unknown, kept: StoredAccess): Promise<void> {
    if (isLoginRefused(error)) {
      await access.write(withRefusal(kept, refusalOf(error, await fingerprintOf(grant), clock.now())));
    } else if (error instanceof ReportsError) {
      lastFailure = { error, until: clock.now() + loginPauseMs };
    }
  }

  return {
    async logIn(kept) {
      await throwIfRefusedBefore(grant, kept, clock.now());
      if (lastFailure && clock.now() < lastFailure.until) throw lastFailure.error;
      const request = { kind: grant.kind, client: grant.client, fields: grant.fields };
      const answered = await sendTokenRequest(request, context).catch(async (error: unknown) => {
        await recordFailure(error, kept);
        throw error;
      });
      // A scope that the answer leaves out is the one that was asked for (RFC 6749, 5.1).
      const tokens = grant.scope === undefined ? answered : { scope: grant.scope, ...answered };
      await access.write({ ...kept, tokens });
      warnOfScope(tokens.scope, emit);
      return tokens;
    },
    reset() {
      lastFailure = undefined;
    },
  };
}

/** The brake (fact 11): the same login, once refused, isn't made again, and none while the user is known to be locked. */
async function throwIfRefusedBefore(grant: Grant, kept: StoredAccess, now: number): Promise<void> {
  if (kept.refusals === undefined || kept.refusals.length === 0) return;
  const refusal = refusalAgainst(kept, await fingerprintOf(grant), now);
  if (refusal) throw brakedError(refusal, grant.kind);
}

/** Over all that is sent: whatever of it changes may make the difference. */
function fingerprintOf({ client, fields, subject }: Grant): Promise<string> {
  return fingerprint(subject, client.id, client.secret, client.authentication, JSON.stringify(fields));
}

function warnOfScope(scope: string | undefined, emit: Emit): void {
  if (scope === undefined || grantsReports(scope)) return;
  const message = `The login was granted the scope «${excerpt(scope)}» without openid: the Reports API refuses its token.`;
  emit('warning', { code: 'login-scope', message });
}

/** Fact 6. */
export function grantsReports(scope: string): boolean {
  return scope.split(/\s+/).includes('openid');
}
