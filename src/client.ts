import { createMemoryTokenStore } from './core/auth/token-store.ts';
import { createList, type List } from './call-logs/create-list.ts';
import { createReadPage } from './call-logs/read-page.ts';
import { createEmit } from './core/events.ts';
import { systemClock } from './core/http/clock.ts';
import { platformFetch } from './core/http/fetch-like.ts';
import { createLimiter } from './core/http/limiter.ts';
import { createRetryBudget } from './core/http/retry-budget.ts';
import type { Send } from './core/http/send.ts';
import { defaults, retryDefaults, validateOptions, type ClientOptions } from './core/options.ts';
import { present } from './core/present.ts';
import { createRaw, type Raw } from './core/raw.ts';

export interface ReportsClient {
  readonly callLogs: {
    /** The calls of a range. Throws a `ConfigurationError` at once for options that can't be meant. */
    readonly list: List;
  };
  /** The document's operations as they stand (openapi-fetch), over the same path: authorised, limited and retried. */
  readonly raw: Raw;
  readonly auth: {
    /** Forgets that a login was refused, and the tokens: the next request logs in. */
    reset(): Promise<void>;
  };
}

/**
 * A client of the Reports API for one account. Makes no request by itself.
 *
 * @throws ConfigurationError an option is missing or can't be meant
 */
export function createReportsClient(options: ClientOptions): ReportsClient {
  validateOptions(options);
  const { accountId, auth, signal, deadlineMs, requestsPerSecond, userAgent } = options;
  const { baseUrl, tokenUrl, timeoutMs, concurrency, pageSize } = { ...defaults, ...present(options) };
  const { clock = systemClock, random = Math.random, fetch = platformFetch } = options;
  const emit = createEmit(options.on ?? {});
  const store = options.tokenStore ?? createMemoryTokenStore();
  const common = { fetch, clock, random, emit, timeoutMs, userAgent };

  // Logging in, sending, reading lists and watching for drift are loaded when first used: importing the client is cheap.
  const authoriser = once(async () => {
    const { createAuthoriser } = await import('./core/auth/create-authoriser.ts');
    return createAuthoriser(auth, { ...common, tokenUrl, store });
  });
  const limiter = createLimiter({ concurrency, requestsPerSecond }, clock);
  const retry = { ...retryDefaults, ...present(options.retry ?? {}) };
  const budget = createRetryBudget();
  const sender = once(async () => {
    const { createSend } = await import('./core/http/send.ts');
    return createSend({ ...common, authoriser, limiter, retry, budget });
  });
  const send: Send = async (request) => (await sender())(request);
  const readPage = createReadPage({ send, baseUrl, accountId });
  const driftWatch = once(async () => (await import('./core/drift/watch-drift.ts')).createDriftWatch(emit));
  const reading = { readPage, clock, emit, pageSize, concurrency, deadlineMs, signal };

  return {
    callLogs: { list: createList({ ...reading, driftWatch: options.on?.drift && driftWatch }) },
    raw: createRaw({ send, clock, baseUrl, deadlineMs, signal }),
    auth: { reset: async () => (await authoriser()).reset(signal) },
  };
}

function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => (result ??= work());
}
