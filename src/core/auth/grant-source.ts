import { MalformedResponseError, ServerError } from '../errors/index.ts';
import type { AuthContext } from './auth-context.ts';
import { isLoginRefused } from './brake.ts';
import type { Grant } from './grant.ts';
import { hash } from './hash.ts';
import { createLogin } from './log-in.ts';
import type { RejectedToken } from './renewal-rules.ts';
import { sendTokenRequest } from './send-token-request.ts';
import { shareAccess, type SharedAccess } from './shared-access.ts';
import { isDue } from './token-life.ts';
import type { HeldToken, TokenSource } from './token-source.ts';
import type { StoredAccess, StoredTokens } from './token-store.ts';

/**
 * Tokens from the token endpoint. All is done inside the store's lock and starts by reading the store, so that of
 * several clients and processes one logs in or refreshes, and the others find what it got.
 */
export function createGrantSource(grant: Grant, context: AuthContext): TokenSource {
  const { clock, emit, store, tokenUrl } = context;
  const access = shareAccess(store, () => hash(tokenUrl, grant.client.id, grant.subject), emit);
  const login = createLogin(grant, context, access);

  async function renew(rejected: RejectedToken | undefined): Promise<HeldToken> {
    const kept = await access.read();
    const { tokens } = kept;
    if (tokens && tokens.accessToken !== rejected?.token && !isDue(tokens, clock.now())) return held(tokens, 'store');

    const { renewed, left = kept } = mayRefresh(grant, rejected) ? await refresh(grant, context, access, kept) : {};
    return renewed ? held(renewed, 'refresh') : held(await login.logIn(left), grant.kind);
  }

  return {
    // A login on its way counts, whether or not anybody waits for it; so its token is kept for who comes next.
    abandonable: false,
    obtain: (rejected) => access.withLock(() => renew(rejected)),
    reset: () =>
      access.withLock(() => {
        login.reset();
        return access.write(undefined);
      }),
  };
}

/**
 * A token that never worked here may lack a role or a scope that the user has been given since; a refresh would hand
 * the lack on, a login does not.
 */
function mayRefresh({ kind }: Grant, rejected: RejectedToken | undefined): boolean {
  return rejected === undefined || rejected.worked || kind === 'authorization-code';
}

interface Refreshed {
  readonly renewed?: StoredTokens;
  /** What is left in the store when there are no new tokens. */
  readonly left?: StoredAccess;
}

/** New tokens by the refresh token; none if there is none, or if it fails so that a login may help. */
async function refresh(
  grant: Grant,
  context: AuthContext,
  access: SharedAccess,
  kept: StoredAccess,
): Promise<Refreshed> {
  const { refreshToken, scope } = kept.tokens ?? {};
  if (refreshToken === undefined) return {};
  const fields = { grant_type: 'refresh_token', refresh_token: refreshToken };
  try {
    const answered = await sendTokenRequest({ kind: 'refresh', client: grant.client, fields }, context);
    // What the answer leaves out stays as it was (RFC 6749, 5.1 and 6).
    const renewed = { refreshToken, ...(scope === undefined ? {} : { scope }), ...answered };
    await access.write({ ...kept, tokens: renewed });
    return { renewed };
  } catch (error) {
    const left = isLoginRefused(error) ? withoutTokens(kept) : kept;
    if (left !== kept) await access.write(left);
    if (grant.kind === 'login' && mayLogInAfter(error)) return { left };
    throw error;
  }
}

/** A refusal, a server that failed (two refreshes at once, fact 8), or an answer without a token. */
function mayLogInAfter(error: unknown): boolean {
  return isLoginRefused(error) || error instanceof ServerError || error instanceof MalformedResponseError;
}

function withoutTokens({ tokens: _tokens, ...others }: StoredAccess): StoredAccess {
  return others;
}

function held(tokens: StoredTokens, source: HeldToken['source']): HeldToken {
  const { accessToken: token, refreshToken: _refreshToken, ...known } = tokens;
  return { token, source, fresh: source !== 'store', ...known };
}
