import { AuthenticationRefusedError, ConfigurationError, type ProblemId } from '../errors/index.ts';
import { safeCause } from '../errors/redact.ts';
import type { Authoriser, TokenRefusal } from '../http/authoriser.ts';
import { isSendableToken, type AuthOption, type TokenFunction } from './auth-option.ts';
import {
  createGrantSource,
  grantOf,
  grantsReports,
  type AuthContext,
  type ObtainedToken,
  type TokenSource,
} from './login.ts';
import { singleFlight, untilAborted, type Flight } from './single-flight.ts';
import { isDue, next, noToken, replayAfter, type RejectedToken } from './token-state.ts';

/** The authentication of one client: what the request path needs, and `reset`. */
export interface ClientAuthoriser extends Authoriser {
  /** Forgets the tokens and every refused login of this user, in the store too: the next request logs in. */
  reset(signal?: AbortSignal): Promise<void>;
}

/** Creates the authentication of one client. What it knows lives in closures: printing it shows no secret. */
export function createAuthoriser(auth: AuthOption, context: AuthContext): ClientAuthoriser {
  if (typeof auth === 'string') return createTokenAuthoriser(auth);
  if (typeof auth === 'function') return createRenewingAuthoriser(createFunctionSource(auth), context, 'given');
  return createRenewingAuthoriser(createGrantSource(grantOf(auth), context), context, 'issued');
}

/** A given token cannot be replaced, so its refusal is final. */
function createTokenAuthoriser(token: string): ClientAuthoriser {
  return {
    async authorise(signal) {
      signal.throwIfAborted();
      return Promise.resolve(token);
    },
    accepted: () => undefined,
    refused: (refusal) => ({
      replay: false,
      problem: isRetired(refusal) ? 'token-retired' : problemOfToken(refusal, 'given'),
    }),
    reset: () => Promise.resolve(),
  };
}

function createRenewingAuthoriser(
  source: TokenSource,
  { clock, emit }: AuthContext,
  origin: TokenOrigin,
): ClientAuthoriser {
  let state = noToken;
  let current: ObtainedToken | undefined;

  const renew = singleFlight(async (flight) => {
    const obtained = await source.obtain(state.rejected, flight);
    flight.signal.throwIfAborted();
    current = obtained;
    const { token, fresh, expiresAt } = obtained;
    state = next(state, { type: 'issued', token, fresh });
    emit('token', {
      source: obtained.source,
      ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }),
    });
    return token;
  });

  return {
    async authorise(signal) {
      signal.throwIfAborted();
      const usable = current && !isDue(current, clock.now()) ? state.token : undefined;
      const token = usable ?? (await renew(signal));
      state = next(state, { type: 'sent', token });
      return token;
    },
    accepted(token) {
      state = next(state, { type: 'accepted', token });
    },
    refused(refusal) {
      const event = { type: 'rejected', token: refusal.token, renewals: refusal.renewals } as const;
      const replay = replayAfter(state, event);
      state = next(state, event);
      if (replay !== undefined) return { replay: true, renews: replay === 'renewed' };
      const problem = isRetired(refusal) ? 'new-token-retired' : problemOfToken(refusal, origin, current?.scope);
      return { replay: false, problem };
    },
    async reset(signal) {
      // Another process may hold the store's lock for a long time.
      await (signal ? untilAborted(source.reset(signal), signal) : source.reset());
      state = noToken;
      current = undefined;
    },
  };
}

/** Tokens from the caller's function. */
function createFunctionSource(makeToken: TokenFunction): TokenSource {
  return {
    async obtain(rejected, flight) {
      const token = await callTokenFunction(makeToken, rejected, flight);
      if (!isSendableToken(token)) {
        throw new ConfigurationError('The token function did not return an access token', {
          option: 'auth',
          hint: 'It must return the token as one word, without "Bearer" before it.',
        });
      }
      if (token === rejected?.token) {
        throw new AuthenticationRefusedError('The token function returned the token that was refused', {
          option: 'auth',
          hint: 'It receives the refused token as `rejected` and must make another one.',
        });
      }
      // Without `rejected`, the function may return a token from a cache of its own.
      return { token, source: 'function', fresh: rejected !== undefined };
    },
    reset: () => Promise.resolve(),
  };
}

async function callTokenFunction(
  makeToken: TokenFunction,
  rejected: RejectedToken | undefined,
  { signal }: Flight,
): Promise<unknown> {
  try {
    return await makeToken(rejected === undefined ? { signal } : { rejected: rejected.token, signal });
  } catch (error) {
    // The function's own error may hold secrets, so only a safe copy becomes the cause.
    throw new AuthenticationRefusedError('The token function failed', {
      option: 'auth',
      hint: 'Its own error is the cause.',
      cause: safeCause(error),
    });
  }
}

/** Whether the caller gave the token, or a token endpoint issued it to this client. */
type TokenOrigin = 'given' | 'issued';

/** Fact 9: tokens that the API refuses long before they expire. */
function isRetired({ title = '' }: TokenRefusal): boolean {
  return /problem with provided token/i.test(title);
}

/** The likely cause of a final refusal: several causes that all look like 401 (facts 4, 6, 7). */
function problemOfToken({ faultCode = '' }: TokenRefusal, origin: TokenOrigin, scope?: string): ProblemId {
  if (/^9009\d\d$/.test(faultCode)) return origin === 'given' ? 'token-invalid' : 'token-unknown';
  if (scope === undefined) return 'no-scope-role-or-wrong-account';
  return grantsReports(scope) ? 'no-role-or-wrong-account' : 'missing-scope';
}
