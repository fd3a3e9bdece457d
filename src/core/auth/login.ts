import { MalformedResponseError, ReportsError, ServerError } from '../errors/index.ts';
import { remedies } from '../errors/problems.ts';
import { excerpt } from '../errors/redact.ts';
import { withContext } from '../errors/reports-error.ts';
import type { Emit, TokenEvent } from '../events.ts';
import { wait } from '../http/wait.ts';
import type { AuthorizationCode, Credentials } from './auth-option.ts';
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
import {
  decideTokenRetry,
  isUnanswered,
  joined,
  problemOfUnsent,
  requestTokens,
  type ClientIdentity,
  type TokenRequestContext,
  type TokenRequestKind,
} from './token-request.ts';
import { isDue, type RejectedToken, type TokenLife } from './token-state.ts';
import {
  createResilientTokenStore,
  storeKey,
  unrecordable,
  type StoredAccess,
  type StoredTokens,
  type TokenStore,
} from './token-store.ts';

/** What authentication needs from the client. */
export interface AuthContext extends TokenRequestContext {
  readonly store: TokenStore;
  readonly emit: Emit;
}

/** A token, and what is known about it. */
export interface ObtainedToken extends TokenLife {
  readonly token: string;
  readonly source: TokenEvent['source'];
  /** Made for this client just now, rather than kept somewhere, where it may have grown old. */
  readonly fresh: boolean;
  /** What was granted, if that is known. */
  readonly scope?: string;
}

/** Where tokens come from. Called once at a time. */
export interface TokenSource {
  /** Returns a token, in place of the rejected one if there is one. Rejects with a `ReportsError`. */
  obtain(rejected: RejectedToken | undefined, flight: Flight): Promise<ObtainedToken>;
  /** Forgets tokens and refused logins. */
  reset(signal?: AbortSignal): Promise<void>;
}

/**
 * After a login that failed without a decision, further calls of this client fail in the same way for this long, in
 * milliseconds: otherwise a hundred waiting calls would make a hundred logins, each of which may count.
 */
export const loginPauseMs = 10_000;

/**
 * Tokens from the token endpoint. Everything happens inside the store's lock and starts by reading the store, so that
 * one of several clients and processes logs in or refreshes, and the others find its tokens.
 */
export function createGrantSource(grant: Grant, context: AuthContext): TokenSource {
  const { clock, tokenUrl } = context;
  const store = createResilientTokenStore(
    context.store,
    () => storeKey(tokenUrl, grant.client.id, grant.subject),
    context,
  );
  let pause: { readonly error: ReportsError; readonly until: number } | undefined;

  async function renew(rejected: RejectedToken | undefined, flight: Flight): Promise<ObtainedToken> {
    flight.signal.throwIfAborted();
    const { tokens } = await store.read();
    if (tokens && tokens.accessToken !== rejected?.token && !isDue(tokens, clock.now())) {
      return obtained(tokens, 'store');
    }
    const refreshed = mayRefresh(grant, rejected) ? await refresh(flight) : undefined;
    return refreshed ? obtained(refreshed, 'refresh') : obtained(await logIn(flight), grant.kind);
  }

  /** New tokens by the refresh token; undefined if there is none, or if it failed in a way that a login may mend. */
  async function refresh(flight: Flight): Promise<StoredTokens | undefined> {
    const stored = await store.read();
    const { refreshToken, scope } = stored.tokens ?? {};
    if (refreshToken === undefined) return undefined;
    const fields = { grant_type: 'refresh_token', refresh_token: refreshToken };
    const request = { kind: 'refresh', client: grant.client, fields } as const;
    const send = async (): Promise<StoredTokens> => {
      try {
        // What the response leaves out stays as it was (RFC 6749, 5.1 and 6).
        const granted = await requestTokens(request, context);
        const tokens = { refreshToken, ...(scope === undefined ? {} : { scope }), ...granted };
        await store.write({ ...stored, tokens });
        return tokens;
      } catch (error) {
        if (isLoginRefused(error)) await store.write(withoutTokens(stored));
        throw error;
      }
    };
    try {
      return await sendUntilDecided('refresh', () => flight.protect(send), context, flight.signal);
    } catch (error) {
      if (grant.kind === 'login' && mayLogInAfter(error)) return undefined;
      throw error;
    }
  }

  async function logIn(flight: Flight): Promise<StoredTokens> {
    const stored = await store.read();
    const fingerprint = await fingerprintOfGrant(grant);
    const block = loginBlock(stored, fingerprint, clock.now());
    if (block) throw blockedError(block, grant.kind, clock.now());
    if (pause && clock.now() < pause.until) throw pause.error;
    try {
      const send = (): Promise<StoredTokens> => logInOnce(stored, fingerprint, flight);
      return await sendUntilDecided(grant.kind, send, context, flight.signal);
    } catch (error) {
      if (error instanceof ReportsError) pause = { error, until: clock.now() + loginPauseMs };
      throw error;
    }
  }

  /** Puts the login on record, sends it, and records its outcome. Once it is sent, nothing abandons it. */
  async function logInOnce(stored: StoredAccess, fingerprint: string, flight: Flight): Promise<StoredTokens> {
    flight.signal.throwIfAborted();
    return flight.protect(async () => {
      const recorded = await store.write(withAttempt(stored, clock.now()));
      if (!recorded && context.store.required === true) throw unrecordable();
      try {
        const granted = await requestTokens(grant, context);
        // A scope that the response leaves out is the one that was requested (RFC 6749, 5.1).
        const tokens = grant.scope === undefined ? granted : { scope: grant.scope, ...granted };
        await store.write({ ...withoutAttempt(stored), tokens });
        warnOfScope(tokens.scope, context.emit);
        return tokens;
      } catch (error) {
        await recordFailure(stored, fingerprint, error);
        throw error;
      }
    });
  }

  async function recordFailure(stored: StoredAccess, fingerprint: string, error: unknown): Promise<void> {
    if (isLoginRefused(error)) await store.write(withRefusal(stored, error, fingerprint, clock.now()));
    else if (error instanceof ReportsError && problemOfUnsent(error)) await store.write(stored);
    else if (error instanceof ReportsError && !isUnanswered(error)) await store.write(withoutAttempt(stored));
  }

  return {
    obtain: (rejected, flight) => store.withLock(() => renew(rejected, flight), flight.signal),
    reset: (signal) =>
      store.withLock(async () => {
        pause = undefined;
        await store.write(undefined);
      }, signal),
  };
}

/** Sends a token request until it succeeds or must not be sent again. */
async function sendUntilDecided(
  kind: TokenRequestKind,
  send: () => Promise<StoredTokens>,
  context: AuthContext,
  signal: AbortSignal,
): Promise<StoredTokens> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof ReportsError)) throw error;
      const decision = decideTokenRetry(kind, error, attempts, context);
      if (!decision.retry) throw explained(error, kind, { attempts, retryRefusal: decision.reason }, context);
      await wait(context.clock, decision.delayMs, signal);
    }
  }
}

function explained(
  error: ReportsError,
  kind: TokenRequestKind,
  fate: Pick<ReportsError, 'attempts' | 'retryRefusal'>,
  { tokenUrl }: AuthContext,
): ReportsError {
  if (error.code !== 'network' && error.code !== 'timeout') return withContext(error, fate);
  const problem = problemOfUnsent(error);
  if (problem) {
    const hint = joined(`Nothing was sent to ${new URL(tokenUrl).host}. `, remedies[problem]);
    return withContext(error, { ...fate, problem, hint });
  }
  return withContext(error, { ...fate, problem: kind === 'refresh' ? 'connection-failed' : 'login-unanswered' });
}

/**
 * A token that never worked here may lack a role or a scope that the user has been given since; a refreshed token would
 * lack it too, one from a login does not.
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

/** Whether the Reports API accepts a token of this scope (fact 6). */
export function grantsReports(scope: string): boolean {
  return scope.split(/\s+/).includes('openid');
}

const realmSuffix = '@vbc.prod';
const defaultScope = 'openid';

/** How the first token is obtained; later ones come by refresh tokens. */
export interface Grant {
  readonly kind: 'login' | 'authorization-code';
  readonly client: ClientIdentity;
  /** The form fields of the first token request, without those of the client. */
  readonly fields: Readonly<Record<string, string>>;
  /** The scope that is requested, if the request names one. */
  readonly scope: string | undefined;
  /** The user, in one spelling: with token URL and client, the key in the store. */
  readonly subject: string;
}

export function grantOf(auth: Credentials | AuthorizationCode): Grant {
  const { clientId: id, clientSecret: secret, clientAuthentication: authentication = 'form' } = auth;
  const client = { id, secret, authentication };
  return 'authorizationCode' in auth ? codeGrant(auth, client) : passwordGrant(auth, client);
}

function passwordGrant({ username, password, scope = defaultScope }: Credentials, client: ClientIdentity): Grant {
  const login = withRealm(username.trim());
  const fields = { grant_type: 'password', username: login, password, scope };
  return { kind: 'login', client, fields, scope, subject: login.toLowerCase() };
}

/** The code stands in for the user, who is not known otherwise; it can be exchanged once and is worthless afterwards. */
function codeGrant(
  { authorizationCode: code, redirectUri, codeVerifier }: AuthorizationCode,
  client: ClientIdentity,
): Grant {
  const verifier = codeVerifier === undefined ? {} : { code_verifier: codeVerifier };
  const fields = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, ...verifier };
  return { kind: 'authorization-code', client, fields, scope: undefined, subject: code };
}

/** Fact 5: also where the login is itself an e-mail address. */
function withRealm(username: string): string {
  return username.toLowerCase().endsWith(realmSuffix) ? username : `${username}${realmSuffix}`;
}

/** Over everything that is sent, with the user in one spelling: a change of any of it may make the difference. */
function fingerprintOfGrant({ client, fields, subject }: Grant): Promise<string> {
  const sent = JSON.stringify({ ...fields, username: subject });
  return fingerprintOf(subject, client.id, client.secret, client.authentication, sent);
}
