import type { Emit } from '../events.ts';
import type { Authoriser } from '../http/send.ts';
import type { AuthContext } from './auth-context.ts';
import type { AuthOption } from './auth-option.ts';
import { createFunctionSource } from './function-source.ts';
import { createGrantSource } from './grant-source.ts';
import { grantOf } from './grant.ts';
import { authKind, refusalHint } from './refusal-hint.ts';
import { acceptedAnswer, adopted, handedOut, noToken, refusedAnswer } from './renewal-rules.ts';
import { shareWork, untilAborted } from './share-work.ts';
import { isDue } from './token-life.ts';
import type { HeldToken, TokenSource } from './token-source.ts';

export interface ClientAuthoriser extends Authoriser {
  /** Forgets the tokens and every refused login of this user, in the store too: the next call logs in again. */
  reset(signal?: AbortSignal): Promise<void>;
}

/** The authentication of one client. What it knows lives in closures: printing it shows no secret. */
export function createAuthoriser(auth: AuthOption, context: AuthContext): ClientAuthoriser {
  if (typeof auth === 'string') return createTokenAuthoriser(auth);
  const source = typeof auth === 'function' ? createFunctionSource(auth) : createGrantSource(grantOf(auth), context);
  return createRenewingAuthoriser(authKind(auth), source, context);
}

/** A bare token can't be replaced, so that its refusal is final. */
function createTokenAuthoriser(token: string): ClientAuthoriser {
  return {
    async authorise(signal) {
      signal.throwIfAborted();
      return Promise.resolve(token);
    },
    accepted: () => undefined,
    refused: ({ faultCode, title }) => ({ replay: false, hint: refusalHint({ auth: 'token', faultCode, title }) }),
    reset: () => Promise.resolve(),
  };
}

function createRenewingAuthoriser(
  kind: ReturnType<typeof authKind>,
  source: TokenSource,
  { clock, emit }: AuthContext,
): ClientAuthoriser {
  let standing = noToken;
  let held: HeldToken | undefined;

  const renew = shareWork(async (signal) => {
    const next = await source.obtain(standing.rejected, signal);
    signal.throwIfAborted();
    held = next;
    standing = adopted(standing, next.token, next.fresh);
    announce(next, emit);
    return next.token;
  }, source);

  return {
    async authorise(signal) {
      signal.throwIfAborted();
      const present = held && !isDue(held, clock.now()) ? standing.token : undefined;
      const token = present ?? (await renew(signal));
      standing = handedOut(standing, token);
      return token;
    },
    accepted(token) {
      standing = acceptedAnswer(standing, token);
    },
    refused({ token, faultCode, title, renewals }) {
      const { replay, ...verdict } = refusedAnswer(standing, token, renewals);
      standing = verdict.standing;
      if (replay !== undefined) return { replay: true, renews: replay === 'renewed' };
      return { replay: false, hint: refusalHint({ auth: kind, faultCode, title, scope: held?.scope }) };
    },
    async reset(signal) {
      // A store's lock may be held for long, by whomever.
      await (signal ? untilAborted(source.reset(), signal) : source.reset());
      standing = noToken;
      held = undefined;
    },
  };
}

function announce({ source, expiresAt }: HeldToken, emit: Emit): void {
  emit('token', { source, ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }) });
}
