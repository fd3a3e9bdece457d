import { MalformedResponseError, ReportsError, ServerError } from '../errors/index.ts';
import { excerpt } from '../errors/redact.ts';
import type { Emit, TokenEvent } from '../events.ts';
import { present } from '../present.ts';
import type { Grant } from './auth-option.ts';
import {
  blockedError,
  fingerprintOf,
  isLoginRefused,
  loginBlock,
  withAttempt,
  withoutAttempt,
  withRefusal,
} from './login-block.ts';
import type { Flight } from './single-flight.ts';
import { isUnanswered, requestTokens, sendUntilDecided, type TokenRequestContext } from './token-request.ts';
import { isDue, type RejectedToken, type TokenLife } from './token-state.ts';
import {
  ResilientTokenStore,
  storeKey,
  unrecordable,
  type StoredAccess,
  type StoredTokens,
  type TokenStore,
} from './token-store.ts';

/** The parts of the client that authentication needs. */
export interface AuthContext extends TokenRequestContext {
  readonly store: TokenStore;
  readonly emit: Emit;
}

/** A token with its times, age and scope. */
export interface ObtainedToken extends TokenLife {
  readonly token: string;
  readonly source: TokenEvent['source'];
  /** Whether it was issued to this client just now. A stored token may be old. */
  readonly fresh: boolean;
  /** The granted scope, if it is known. */
  readonly scope?: string;
}

/** A source of tokens. Only one call is made at a time. */
export interface TokenSource {
  /** Returns a token: a new one if another was rejected. Rejects with a `ReportsError`. */
  obtain(rejected: RejectedToken | undefined, flight: Flight): Promise<ObtainedToken>;
  /** Forgets tokens and refused logins. */
  reset(signal?: AbortSignal): Promise<void>;
}

/**
 * The time, in milliseconds, for which further operations of this client fail in the same way after a login that failed
 * without a decision. Otherwise a hundred waiting operations would make a hundred logins, each of which may count.
 */
const loginPauseMs = 10_000;

/**
 * Tokens from the token endpoint. Everything happens inside the store's lock and starts by reading the store, so that
 * one of several clients and processes logs in or refreshes, and the others find its tokens.
 */
export class GrantSource implements TokenSource {
  readonly #grant: Grant;
  readonly #context: AuthContext;
  readonly #store: ResilientTokenStore;
  #pause: { readonly error: ReportsError; readonly until: number } | undefined;
  #fingerprint: Promise<string> | undefined;

  constructor(grant: Grant, context: AuthContext) {
    this.#grant = grant;
    this.#context = context;
    const key = (): Promise<string> => storeKey(context.tokenUrl, grant.client.id, grant.subject);
    this.#store = new ResilientTokenStore(context.store, key, context);
  }

  obtain(rejected: RejectedToken | undefined, flight: Flight): Promise<ObtainedToken> {
    return this.#store.withLock(() => this.#renew(rejected, flight), flight.signal);
  }

  reset(signal?: AbortSignal): Promise<void> {
    return this.#store.withLock(async () => {
      this.#pause = undefined;
      await this.#store.write(undefined);
    }, signal);
  }

  async #renew(rejected: RejectedToken | undefined, flight: Flight): Promise<ObtainedToken> {
    flight.signal.throwIfAborted();
    const { tokens } = await this.#store.read();
    if (tokens && tokens.accessToken !== rejected?.token && !isDue(tokens, this.#context.clock.now())) {
      return obtained(tokens, 'store');
    }
    const refreshed = mayRefresh(this.#grant, rejected) ? await this.#refresh(flight) : undefined;
    return refreshed ? obtained(refreshed, 'refresh') : obtained(await this.#logIn(flight), this.#grant.kind);
  }

  /** Returns new tokens by the refresh token; undefined if there is none, or if a login may help after it failed. */
  async #refresh(flight: Flight): Promise<StoredTokens | undefined> {
    const stored = await this.#store.read();
    const { refreshToken } = stored.tokens ?? {};
    if (refreshToken === undefined) return undefined;
    const send = (): Promise<StoredTokens> => flight.protect(() => this.#refreshOnce(stored, refreshToken));
    try {
      return await sendUntilDecided('refresh', send, this.#context, flight.signal);
    } catch (error) {
      if (this.#grant.kind === 'login' && mayLogInAfter(error)) return undefined;
      throw error;
    }
  }

  async #refreshOnce(stored: StoredAccess, refreshToken: string): Promise<StoredTokens> {
    const fields = { grant_type: 'refresh_token', refresh_token: refreshToken };
    const request = { kind: 'refresh', client: this.#grant.client, fields } as const;
    try {
      const granted = await requestTokens(request, this.#context);
      // Fields that the response leaves out keep their values (RFC 6749, 5.1 and 6).
      const tokens = { ...present({ refreshToken, scope: stored.tokens?.scope }), ...granted };
      await this.#store.write({ ...stored, tokens });
      return tokens;
    } catch (error) {
      if (isLoginRefused(error)) await this.#store.write(withoutTokens(stored));
      throw error;
    }
  }

  async #logIn(flight: Flight): Promise<StoredTokens> {
    const { clock } = this.#context;
    const stored = await this.#store.read();
    const fingerprint = stored.refusals?.length ? await this.#fingerprintOfGrant() : undefined;
    const block = loginBlock(stored, fingerprint, clock.now());
    if (block) throw blockedError(block, this.#grant.kind, clock.now());
    if (this.#pause && clock.now() < this.#pause.until) throw this.#pause.error;
    try {
      const send = (): Promise<StoredTokens> => this.#recordAndSend(stored, flight);
      return await sendUntilDecided(this.#grant.kind, send, this.#context, flight.signal);
    } catch (error) {
      if (error instanceof ReportsError) this.#pause = { error, until: clock.now() + loginPauseMs };
      throw error;
    }
  }

  /** Puts the login on record before it is sent. Once it is sent, it is never abandoned. */
  async #recordAndSend(stored: StoredAccess, flight: Flight): Promise<StoredTokens> {
    const { clock, store } = this.#context;
    const recorded = await this.#store.write(withAttempt(stored, clock.now()));
    const forbidden = !recorded && store.required === true;
    if (!forbidden && !flight.signal.aborted) return flight.protect(() => this.#logInOnce(stored));
    await this.#store.write(stored);
    flight.signal.throwIfAborted();
    throw unrecordable();
  }

  async #logInOnce(stored: StoredAccess): Promise<StoredTokens> {
    try {
      const granted = await requestTokens(this.#grant, this.#context);
      // A scope that the response leaves out is the one that was requested (RFC 6749, 5.1).
      const tokens = { ...present({ scope: this.#grant.scope }), ...granted };
      await this.#store.write({ ...withoutAttempt(stored), tokens });
      warnOfScope(tokens.scope, this.#context.emit);
      return tokens;
    } catch (error) {
      if (error instanceof ReportsError) await this.#recordFailure(stored, error);
      throw error;
    }
  }

  async #recordFailure(stored: StoredAccess, error: ReportsError): Promise<void> {
    if (isLoginRefused(error)) {
      const fingerprint = await this.#fingerprintOfGrant();
      await this.#store.write(withRefusal(stored, error, fingerprint, this.#context.clock.now()));
    } else if (!isUnanswered(error)) {
      // It did not count, so the earlier record is restored.
      await this.#store.write(stored);
    }
  }

  /**
   * The fingerprint covers everything that is sent, with the user in a canonical spelling: a change of any part may
   * make the login succeed.
   */
  #fingerprintOfGrant(): Promise<string> {
    const { client, fields, subject } = this.#grant;
    const sent = JSON.stringify({ ...fields, username: subject });
    return (this.#fingerprint ??= fingerprintOf(subject, client.id, client.secret, client.authentication, sent));
  }
}

/**
 * A token that never worked may lack a role or a scope that the user has been given since. A refreshed token would lack
 * it too, but a token from a login has it.
 */
function mayRefresh({ kind }: Grant, rejected: RejectedToken | undefined): boolean {
  return rejected === undefined || rejected.worked || kind === 'authorization-code';
}

/** A refusal, a server that failed (two refreshes at once, fact 8), or a response without a token. */
function mayLogInAfter(error: unknown): boolean {
  return isLoginRefused(error) || error instanceof ServerError || error instanceof MalformedResponseError;
}

function withoutTokens({ tokens: _tokens, ...others }: StoredAccess): StoredAccess {
  return others;
}

function obtained(tokens: StoredTokens, source: ObtainedToken['source']): ObtainedToken {
  const { accessToken: token, refreshToken: _refreshToken, ...known } = tokens;
  return { token, source, fresh: source !== 'store', ...known };
}

function warnOfScope(scope: string | undefined, emit: Emit): void {
  if (scope === undefined || grantsReports(scope)) return;
  const message = `The login was granted the scope "${excerpt(scope)}" without openid: the Reports API refuses its token.`;
  emit('warning', { code: 'login-scope', message });
}

/** Returns whether the Reports API accepts a token with this scope (fact 6). */
export function grantsReports(scope: string): boolean {
  return scope.split(/\s+/).includes('openid');
}
