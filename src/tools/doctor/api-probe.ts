import { type CallLogsQuery, createCallLogsUrl } from '../../call-logs/index.ts';
import { createMemoryTokenStore, type StoredAccess, type TokenStore } from '../../core/auth/index.ts';
import { ReportsError } from '../../core/errors/index.ts';
import type { EventHandlers, TokenEvent } from '../../core/events.ts';
import { type Authoriser, type BufferedResponse, type Sent, startOperation } from '../../core/http/index.ts';
import { type ClientOptions, defaults, validateOptions } from '../../core/options.ts';
import { present } from '../../core/present.ts';
import { createRequestPath } from '../../core/request-path.ts';

/** Short enough for somebody who waits for a diagnosis, in milliseconds. */
const timeoutMs = 20_000;
const deadlineMs = 60_000;

/**
 * A temporary failure does not mean that the set-up is wrong. A server that asks for a longer wait is worth reporting.
 */
const retry = { maxAttempts: 5, maxRetryAfterMs: 10_000 };

/** One request at a time is easiest on a server that may be in trouble. */
const pace = { concurrency: 1, requestsPerSecond: undefined, timeoutMs, retry };

/** The options of the client; those about pace and time limits are the doctor's own. */
export type ApiProbeOptions = Omit<ClientOptions, 'signal'> & {
  readonly signal: AbortSignal;
  /** Make one login even if a stored token is valid. Default: false. */
  readonly login?: boolean | undefined;
};

/** The requests and logins that the checks have cost so far. */
export interface ProbeCosts {
  /** Logins that were sent, refused ones included: each may count towards the lock (fact 11). */
  readonly logins: number;
  /** Requests with a token, retries included. */
  readonly requests: number;
  /** The codes of the failures that led to retries, each with its count. */
  readonly repeats: ReadonlyMap<string, number>;
  /** The source of the token; undefined if it was given, or before there is one. */
  readonly tokenSource: TokenEvent['source'] | undefined;
  /** The source of the first token, if it was replaced by another. */
  readonly firstTokenSource: TokenEvent['source'] | undefined;
}

/** The API as the doctor sees it: one user, and requests as the client makes them. */
export interface ApiProbe {
  readonly accountId: string;
  readonly baseUrl: string;
  readonly tokenUrl: string;
  /** Calls per page that exports use. */
  readonly pageSize: number;
  /** Whether tokens come from the token URL; if not, one was given, which cannot be replaced. */
  readonly logsIn: boolean;
  readonly costs: ProbeCosts;
  /** The scope of the token, if it is known. */
  scope(): string | undefined;
  /** Gets a token from the store or by a login. Rejects with a `ReportsError`. */
  logIn(): Promise<void>;
  /** Forgets tokens and refused logins. */
  reset(): Promise<void>;
  /** Makes one request without a token or anything else that could count as a login. Rejects with a `ReportsError`. */
  fetchWithoutToken(url: string): Promise<BufferedResponse>;
  /** Returns the URL of the call logs, with a query. */
  callLogsUrl(query: CallLogsQuery): string;
  /** Asks for calls; a response without an error need not be a page. Rejects only if the signal is aborted. */
  ask(query: CallLogsQuery): Promise<Sent>;
}

/** Makes no request by itself. Throws a `ConfigurationError` for invalid options. */
export function createApiProbe({ login = false, ...options }: ApiProbeOptions): ApiProbe {
  validateOptions(options);
  const { accountId, auth, signal } = options;
  const { baseUrl, tokenUrl, pageSize } = { ...defaults, ...present(options) };
  const { costs, on, failed } = countCosts(options.on ?? {});
  const { store, scope } = watchStore(options.tokenStore ?? createMemoryTokenStore(), login);
  const { send, probe, authoriser, clock } = createRequestPath(
    { ...options, ...pace, tokenStore: store, on },
    { adaptAuthoriser: (adapted) => withOneLogin(adapted, costs) },
  );
  const callLogsUrl = createCallLogsUrl(baseUrl, accountId);

  return {
    ...{ accountId, baseUrl, tokenUrl, pageSize, costs, scope, callLogsUrl, logsIn: typeof auth !== 'string' },
    async logIn() {
      try {
        await authoriser.authorise(signal);
      } catch (error) {
        failed(error);
        throw error;
      }
    },
    reset: () => authoriser.reset(signal),
    fetchWithoutToken: (url) => probe(url, signal),
    async ask(query) {
      const url = callLogsUrl(query);
      const operation = startOperation(clock, deadlineMs, signal);
      try {
        return await send({ url, method: 'GET', headers: {}, name: `GET ${new URL(url).pathname}`, operation });
      } catch (error) {
        if (!(error instanceof ReportsError) || error.code === 'aborted') throw error;
        failed(error);
        return { error };
      } finally {
        operation.end();
      }
    },
  };
}

interface Counting {
  readonly costs: ProbeCosts;
  readonly on: EventHandlers;
  /** Counts the login that this error ended, if one was sent: a blocked login has no request. */
  readonly failed: (error: unknown) => void;
}

/** Counts by the client's events; the given handlers are called as well. */
function countCosts(handlers: EventHandlers): Counting {
  const repeats = new Map<string, number>();
  const sources: TokenEvent['source'][] = [];
  const costs = {
    logins: 0,
    requests: 0,
    repeats,
    get tokenSource() {
      return sources.at(-1);
    },
    get firstTokenSource() {
      return sources[0];
    },
  };
  return {
    costs,
    on: {
      ...handlers,
      token(event) {
        sources.push(event.source);
        if (event.source === 'login') costs.logins += 1;
        handlers.token?.(event);
      },
      request(event) {
        costs.requests += 1;
        handlers.request?.(event);
      },
      retry(event) {
        repeats.set(event.reason, (repeats.get(event.reason) ?? 0) + 1);
        handlers.retry?.(event);
      },
    },
    failed(error) {
      if (error instanceof ReportsError && error.request?.startsWith('POST') === true) costs.logins += 1;
    },
  };
}

/** Once a login was made, no other follows: an API that refuses its token would refuse the next one too (fact 11). */
function withOneLogin(authoriser: Authoriser, costs: ProbeCosts): Authoriser {
  return {
    authorise: (signal) => authoriser.authorise(signal),
    accepted: (token) => {
      authoriser.accepted(token);
    },
    // Pretends that this request has already used up its new tokens, so that its refusal is final.
    refused: (refusal) => authoriser.refused(costs.logins > 0 ? { ...refusal, renewals: Infinity } : refusal),
  };
}

interface WatchedStore {
  readonly store: TokenStore;
  /** The scope of the token that was last read or written. */
  readonly scope: () => string | undefined;
}

/** A store that shows the scope of the token. If a login is wanted, it hides its tokens until one was made. */
function watchStore(store: TokenStore, login: boolean): WatchedStore {
  let latest: StoredAccess | undefined;
  let hidesTokens = login;
  return {
    store: {
      required: store.required,
      withLock: (...args) => store.withLock(...args),
      async read(key) {
        const { tokens, ...rest } = (await store.read(key)) ?? {};
        latest = tokens === undefined || hidesTokens ? rest : { ...rest, tokens };
        return latest;
      },
      write(key, access) {
        if (access?.tokens !== undefined) hidesTokens = false;
        latest = access;
        return store.write(key, access);
      },
    },
    scope: () => latest?.tokens?.scope,
  };
}
