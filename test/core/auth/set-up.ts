import type { AuthOption, Credentials } from '../../../src/core/auth/auth-option.ts';
import { createAuthoriser, type ClientAuthoriser } from '../../../src/core/auth/authoriser.ts';
import type { AuthContext } from '../../../src/core/auth/login.ts';
import { createMemoryTokenStore } from '../../../src/core/auth/token-store.ts';
import { createEmit, type TokenEvent, type WarningEvent } from '../../../src/core/events.ts';
import type { FetchLike } from '../../../src/core/http/attempt.ts';
import { createFakeClock, settle, type FakeClock } from '../../support/fake-clock.ts';

export const credentials: Credentials = {
  clientId: 'client-7',
  clientSecret: 'sesame-client-secret',
  username: 'jane@example.com',
  password: 'correct horse+battery&staple',
};

/** A token request, as the endpoint got it. */
export interface SeenRequest {
  readonly url: string;
  readonly method: string | undefined;
  readonly headers: Headers;
  readonly fields: URLSearchParams;
}

/** Returns the endpoint's response to its nth request, counted from 1. */
export type Respond = (request: SeenRequest, number: number) => Response | Promise<Response>;

export interface SetUp {
  readonly authoriser: ClientAuthoriser;
  readonly clock: FakeClock;
  /** The token requests, in the order they came. */
  readonly requests: readonly SeenRequest[];
  readonly tokens: readonly TokenEvent[];
  readonly warnings: readonly WarningEvent[];
  /** Lets the nth token request, which is never answered, time out. */
  readonly timeOut: (number: number) => Promise<void>;
  /** Another client with the same endpoint, clock and store. */
  readonly another: (auth?: AuthOption) => ClientAuthoriser;
  /** A token for a caller that doesn't give up. */
  readonly authorise: () => Promise<string>;
  /** The grant types that were asked for, in order. */
  readonly grants: () => (string | null)[];
}

export interface SetUpOptions extends Partial<Omit<AuthContext, 'clock' | 'fetch' | 'emit'>> {
  auth?: AuthOption;
  /** Timers up to this delay fire by themselves; see the fake clock. */
  autoAdvanceUpToMs?: number;
  respond?: Respond;
}

/** An authoriser and its token endpoint; waits pass by themselves, a request's timeout by `clock.advance`. */
export function setUp({
  auth = credentials,
  respond = mint,
  autoAdvanceUpToMs = 40_000,
  ...options
}: SetUpOptions = {}): SetUp {
  const clock = createFakeClock({ autoAdvanceUpToMs });
  const requests: SeenRequest[] = [];
  const tokens: TokenEvent[] = [];
  const warnings: WarningEvent[] = [];
  const fetch: FetchLike = async (url, init) => {
    const fields = new URLSearchParams(typeof init.body === 'string' ? init.body : '');
    const request = { url, method: init.method, headers: new Headers(init.headers), fields };
    requests.push(request);
    return orAborted(Promise.resolve(respond(request, requests.length)), init.signal);
  };
  const context: AuthContext = {
    tokenUrl: 'https://api.example.com/token',
    fetch,
    clock,
    random: () => 0.5,
    store: createMemoryTokenStore(),
    emit: createEmit({ token: (event) => tokens.push(event), warning: (event) => warnings.push(event) }),
    timeoutMs: 60_000,
    retry: { maxAttempts: 6, maxRetryAfterMs: 120_000 },
    ...options,
  };
  const authoriser = createAuthoriser(auth, context);
  return {
    authoriser,
    clock,
    requests,
    tokens,
    warnings,
    timeOut: async (number) => {
      // Hashing takes as long as it takes; only then is there a timer to wait for.
      while (requests.length < number) await settle(1);
      await clock.advance(context.timeoutMs);
    },
    another: (other = auth) => createAuthoriser(other, context),
    authorise: () => authoriser.authorise(patient()),
    grants: () => requests.map(({ fields }) => fields.get('grant_type')),
  };
}

async function orAborted(answer: Promise<Response>, signal: AbortSignal | null | undefined): Promise<Response> {
  const aborted = new Promise<never>((_resolve, reject) => {
    signal?.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });
  return Promise.race([answer, aborted]);
}

/** The signal of a caller that waits as long as it takes. */
export function patient(): AbortSignal {
  return new AbortController().signal;
}

/** A good token endpoint: token-1 and refresh-1, then token-2 and refresh-2 … */
export const mint: Respond = (_request, number) => granted(number);

export function granted(number: number, others: Record<string, unknown> = {}): Response {
  return Response.json({
    access_token: `token-${number}`,
    refresh_token: `refresh-${number}`,
    token_type: 'Bearer',
    expires_in: 86_400,
    scope: 'openid',
    ...others,
  });
}

/** OAuth's own form of a refusal (RFC 6749, 5.2). */
export function oauthError(status: number, error: string, description?: string): Response {
  return Response.json({ error, error_description: description }, { status });
}

/** Facts 11: a wrong password, in one of its wordings. */
export const wrongPassword: Respond = () =>
  oauthError(400, 'invalid_grant', 'Authentication failed for jane@example.com@vbc.prod');

/** An answer that never comes. */
export const stall: Respond = () => new Promise<Response>(() => undefined);

/** The error that a promise rejects with; fails the test if it doesn't. */
export async function errorOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('This should have been rejected with an error');
}
