import { AuthenticationRefusedError, ConfigurationError, type ProblemId } from '../errors/index.ts';
import { safeCause } from '../errors/redact.ts';
import type { Authoriser, RefusalVerdict, TokenRefusal } from '../http/send.ts';
import { grantOf, isSendableToken, type AuthOption, type TokenFunction } from './auth-option.ts';
import { grantsReports, GrantSource, type AuthContext, type ObtainedToken, type TokenSource } from './login.ts';
import { singleFlight, type Flight } from './single-flight.ts';
import { isDue, next, noToken, replayAfter, type RejectedToken } from './token-state.ts';

/** The authentication of one client: the authoriser that the request path needs, and `reset`. */
export interface ClientAuthoriser extends Authoriser {
  /** Forgets the tokens and every refused login of this user, in the store too: the next request logs in. */
  reset(signal?: AbortSignal): Promise<void>;
}

/**
 * Creates the authentication of one client. Its state lives in closures, so that printing it does not show a secret.
 */
export function createAuthoriser(auth: AuthOption, context: AuthContext): ClientAuthoriser {
  if (typeof auth === 'string') return createTokenAuthoriser(auth);
  if (typeof auth === 'function') return new RenewingAuthoriser(createFunctionSource(auth), context, 'given');
  return new RenewingAuthoriser(new GrantSource(grantOf(auth), context), context, 'issued');
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

/** Sends the current token and has it replaced when it is due or refused. */
class RenewingAuthoriser implements ClientAuthoriser {
  readonly #source: TokenSource;
  readonly #context: AuthContext;
  readonly #origin: TokenOrigin;
  readonly #renew = singleFlight((flight) => this.#replaceToken(flight));
  #state = noToken;
  #current: ObtainedToken | undefined;

  constructor(source: TokenSource, context: AuthContext, origin: TokenOrigin) {
    this.#source = source;
    this.#context = context;
    this.#origin = origin;
  }

  // Functions rather than methods, so that a copy made by spreading has them too.
  readonly authorise = async (signal: AbortSignal): Promise<string> => {
    signal.throwIfAborted();
    const usable = this.#current && !isDue(this.#current, this.#context.clock.now()) ? this.#state.token : undefined;
    const token = usable ?? (await this.#renew(signal));
    this.#state = next(this.#state, { type: 'sent', token });
    return token;
  };

  readonly accepted = (token: string): void => {
    this.#state = next(this.#state, { type: 'accepted', token });
  };

  readonly refused = (refusal: TokenRefusal): RefusalVerdict => {
    const event = { type: 'rejected', token: refusal.token, renewals: refusal.renewals } as const;
    const replay = replayAfter(this.#state, event);
    this.#state = next(this.#state, event);
    if (replay !== undefined) return { replay: true, renews: replay === 'renewed' };
    const problem = isRetired(refusal)
      ? 'new-token-retired'
      : problemOfToken(refusal, this.#origin, this.#current?.scope);
    return { replay: false, problem };
  };

  readonly reset = async (signal?: AbortSignal): Promise<void> => {
    await this.#source.reset(signal);
    this.#state = noToken;
    this.#current = undefined;
  };

  async #replaceToken(flight: Flight): Promise<string> {
    const obtained = await this.#source.obtain(this.#state.rejected, flight);
    flight.signal.throwIfAborted();
    const { token, fresh, source, expiresAt } = obtained;
    this.#current = obtained;
    this.#state = next(this.#state, { type: 'issued', token, fresh });
    this.#context.emit('token', { source, ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }) });
    return token;
  }
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
          hint: 'It receives the refused token as `rejected` and must make another.',
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
