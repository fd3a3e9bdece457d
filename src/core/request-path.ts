import { type ClientAuthoriser, createAuthoriser } from './auth/authoriser.ts';
import { createMemoryTokenStore } from './auth/token-store.ts';
import { ConfigurationError } from './errors/index.ts';
import { createEmit, type Emit } from './events.ts';
import { attempt, type AttemptOutcome, type BufferedResponse, platformFetch } from './http/attempt.ts';
import { type Clock, systemClock } from './http/clock.ts';
import { createLimiter } from './http/limiter.ts';
import { createRetryBudget } from './http/retry.ts';
import { type Authoriser, createSend, type Send } from './http/send.ts';
import { type ClientOptions, defaults, retryDefaults } from './options.ts';
import { present } from './present.ts';

/** What an observer of a client's requests may see and change; the client itself uses none of it. */
export interface RequestPathHooks {
  /** Called with the outcome of every attempt, token requests included. */
  readonly observe?: ((outcome: AttemptOutcome) => void) | undefined;
  /** Replaces the authoriser that requests ask, to forbid a second login for example. */
  readonly adaptAuthoriser?: ((authoriser: Authoriser) => Authoriser) | undefined;
}

/** The path that every request of one client takes, and its parts. */
export interface RequestPath {
  /** Sends a request to the API: authorised, limited and retried. */
  readonly send: Send;
  /** Sends one request without a token, once. Rejects with a `ReportsError`. */
  readonly probe: (url: string, signal: AbortSignal) => Promise<BufferedResponse>;
  readonly authoriser: ClientAuthoriser;
  readonly clock: Clock;
  readonly emit: Emit;
}

/**
 * Wires authentication, limits, attempts and retries for the client's options, which must be valid. Makes no request.
 *
 * @throws ConfigurationError there is no `fetch`
 */
export function createRequestPath(options: ClientOptions, hooks: RequestPathHooks = {}): RequestPath {
  const { auth, requestsPerSecond, userAgent } = options;
  const { tokenUrl, timeoutMs, concurrency } = { ...defaults, ...present(options) };
  const { clock = systemClock, random = Math.random, fetch = requirePlatformFetch() } = options;
  const { observe, adaptAuthoriser = (authoriser: Authoriser) => authoriser } = hooks;
  const emit = createEmit(options.on ?? {});
  const retry = { ...retryDefaults, ...present(options.retry ?? {}) };
  const common = { fetch, clock, random, emit, timeoutMs, userAgent, observe, retry };
  const store = options.tokenStore ?? createMemoryTokenStore();
  const authoriser = createAuthoriser(auth, { ...common, tokenUrl, store });
  const send = createSend({
    ...common,
    authoriser: adaptAuthoriser(authoriser),
    limiter: createLimiter({ concurrency, requestsPerSecond }, clock),
    budget: createRetryBudget(),
  });
  const headers = { accept: 'application/json', ...present({ 'user-agent': userAgent }) };
  const probe: RequestPath['probe'] = (url, signal) =>
    attempt({ url, method: 'GET', headers, name: `GET ${new URL(url).pathname}`, timeoutMs, signal }, common);
  return { send, probe, authoriser, clock, emit };
}

function requirePlatformFetch(): typeof platformFetch {
  if (typeof (globalThis as { fetch?: unknown }).fetch === 'function') return platformFetch;
  throw new ConfigurationError('This runtime has no global fetch', { option: 'fetch', problem: 'no-fetch' });
}
