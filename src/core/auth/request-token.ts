import { attempt, type BufferedResponse } from '../http/attempt.ts';
import { isFields } from '../http/fault.ts';
import type { AuthContext } from './auth-context.ts';
import type { ClientIdentity } from './grant.ts';
import { tokenError, type TokenRequestKind } from './token-error.ts';
import { tokenLife } from './token-life.ts';
import type { StoredTokens } from './token-store.ts';
import { isSendableToken } from './validate-auth.ts';

export interface TokenRequest {
  readonly kind: TokenRequestKind;
  readonly client: ClientIdentity;
  /** The form fields, without those of the client. */
  readonly fields: Readonly<Record<string, string>>;
}

/** More than any token response needs. */
const maxBodyBytes = 2 ** 20;

/**
 * One request to the token endpoint (RFC 6749).
 *
 * @throws AuthenticationRefusedError, AccountLockedError the endpoint has refused what was sent
 * @throws RateLimitedError, ServerError, UnexpectedResponseError, MalformedResponseError it did not decide
 * @throws NetworkError, TimeoutError no answer: what was sent may have been used up, and may have counted
 */
export async function requestToken(request: TokenRequest, context: AuthContext): Promise<StoredTokens> {
  const { tokenUrl, clock, timeoutMs } = context;
  const name = `POST ${new URL(tokenUrl).pathname}`;
  const askedAt = clock.now();
  // Never aborted from outside: an attempt that is on its way counts, whether or not anybody waits for it.
  const { signal } = new AbortController();
  const posted = { method: 'POST', headers: headersOf(request, context), body: bodyOf(request) };
  const target = { url: tokenUrl, option: 'tokenUrl', purpose: request.kind, name, timeoutMs, signal } as const;
  const answer = await attempt({ ...posted, ...target, maxBodyBytes }, context);
  const tokens = readTokens(answer, askedAt);
  if (tokens) return tokens;
  throw tokenError(answer, { kind: request.kind, name, now: clock.now(), secrets: secretsOf(request) });
}

function secretsOf({ client, fields }: TokenRequest): string[] {
  const { password, code, code_verifier: verifier, refresh_token: refreshToken } = fields;
  return [client.secret, password, code, verifier, refreshToken].filter((secret) => secret !== undefined);
}

function headersOf({ client }: TokenRequest, { userAgent }: AuthContext): Record<string, string> {
  return {
    ...(userAgent === undefined ? {} : { 'user-agent': userAgent }),
    // Exactly this, or faults come as XML (fact 28).
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    ...(client.authentication === 'basic' ? { authorization: basic(client) } : {}),
  };
}

function bodyOf({ client, fields }: TokenRequest): string {
  const own = client.authentication === 'form' ? { client_id: client.id, client_secret: client.secret } : {};
  return new URLSearchParams({ ...fields, ...own }).toString();
}

/** Id and secret are form-encoded before they are joined (RFC 6749, 2.3.1), which also makes them ASCII for `btoa`. */
function basic({ id, secret }: ClientIdentity): string {
  return `Basic ${btoa(`${formEncoded(id)}:${formEncoded(secret)}`)}`;
}

function formEncoded(text: string): string {
  return new URLSearchParams({ text }).toString().slice('text='.length);
}

function readTokens({ status, json }: BufferedResponse, askedAt: number): StoredTokens | undefined {
  if (status < 200 || status > 299 || !isFields(json) || !isSendableToken(json.access_token)) return undefined;
  const { access_token: accessToken, refresh_token: refreshToken, scope } = json;
  return {
    accessToken,
    ...tokenLife(askedAt, json.expires_in),
    ...(typeof refreshToken === 'string' && refreshToken !== '' ? { refreshToken } : {}),
    ...(typeof scope === 'string' ? { scope } : {}),
  };
}
