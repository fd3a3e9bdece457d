import { createAuthoriser } from '../../core/auth/create-authoriser.ts';
import { createMemoryTokenStore } from '../../core/auth/token-store.ts';
import type { CallLogsQuery } from '../../call-logs/call-log.ts';
import { ReportsError } from '../../core/errors/index.ts';
import { createEmit } from '../../core/events.ts';
import type { Answer } from '../../core/http/answer.ts';
import { attempt } from '../../core/http/attempt.ts';
import type { Authoriser } from '../../core/http/authoriser.ts';
import { createCall } from '../../core/http/call.ts';
import { systemClock } from '../../core/http/clock.ts';
import { platformFetch } from '../../core/http/fetch-like.ts';
import { createLimiter } from '../../core/http/limiter.ts';
import { createRetryBudget } from '../../core/http/retry-budget.ts';
import { createSend, type Sent } from '../../core/http/send.ts';
import { type ClientOptions, defaults, validateOptions } from '../../core/options.ts';
import { present } from '../../core/present.ts';
import { createPrepareRequest } from './prepare-request.ts';
import { createCounting, type VisitCounts } from './visit-counts.ts';
import { watchStore } from './watch-store.ts';

/** Short enough for somebody who waits for a diagnosis, in milliseconds. */
const timeoutMs = 20_000;
const deadlineMs = 60_000;

/** A server that hiccups is no fault of the set-up; one that asks to wait longer is worth saying. */
const retry = { maxAttempts: 5, maxRetryAfterMs: 10_000 };

/** One request at a time is easiest on a server that may be in trouble. */
const pace = { concurrency: 1, requestsPerSecond: undefined };

/** The client's options, as far as the doctor heeds them; all are checked. */
export type VisitOptions = Omit<ClientOptions, 'signal'> & { readonly signal: AbortSignal };

/** The API as the doctor deals with it: one user, requests as the client makes them. */
export interface Visit {
  readonly accountId: string;
  readonly baseUrl: string;
  readonly tokenUrl: string;
  /** Calls per page that the client would ask for. */
  readonly pageSize: number;
  /** Whether tokens come from the token URL; else one was given, which can't be replaced. */
  readonly logsIn: boolean;
  readonly counts: VisitCounts;
  /** What the token was granted, as far as that is known. */
  scope(): string | undefined;
  /** Has a token ready, by a stored one or a login. Rejects with a `ReportsError`. */
  logIn(): Promise<void>;
  /** Forgets tokens and refused logins. */
  reset(): Promise<void>;
  /** One request without a token or anything else that could count as a login. Rejects with a `ReportsError`. */
  knock(url: string): Promise<Answer>;
  /** The address of the call logs, with a query. */
  callLogsUrl(query: CallLogsQuery): Promise<string>;
  /** Asks for calls; an answer without an error need not be a page. Rejects only when aborted. */
  ask(query: CallLogsQuery): Promise<Sent>;
}

/** Makes no request by itself. Throws a `ConfigurationError` for options that can't be meant. */
export function createVisit(options: VisitOptions): Visit {
  validateOptions(options);
  const { accountId, auth, userAgent, signal, clock = systemClock } = options;
  const { baseUrl, tokenUrl, pageSize } = { ...defaults, ...present(options) };
  const { counts, handlers, fetch } = createCounting(options.fetch ?? platformFetch);
  const watched = watchStore(options.tokenStore ?? createMemoryTokenStore());
  const common = { fetch, clock, random: Math.random, emit: createEmit(handlers), timeoutMs, userAgent };
  const authoriser = createAuthoriser(auth, { ...common, tokenUrl, store: watched.store });
  const once = withOneLogin(authoriser, counts);
  const given = { authoriser: () => Promise.resolve(once), limiter: createLimiter(pace, clock) };
  const send = createSend({ ...common, ...given, retry, budget: createRetryBudget() });
  const prepare = createPrepareRequest(baseUrl, accountId);

  return {
    ...{ accountId, baseUrl, tokenUrl, pageSize, counts, logsIn: typeof auth !== 'string' },
    scope: () => watched.latest()?.tokens?.scope,
    async logIn() {
      await authoriser.authorise(signal);
    },
    reset: () => authoriser.reset(),
    callLogsUrl: async (query) => (await prepare(query)).url,
    knock(url) {
      const init = { method: 'GET', headers: { accept: 'application/json' } };
      return attempt({ url, init, name: `GET ${new URL(url).pathname}`, timeoutMs, signal }, fetch, clock);
    },
    async ask(query) {
      const call = createCall(clock, deadlineMs, signal);
      try {
        return await send({ ...(await prepare(query)), call });
      } catch (error) {
        if (!(error instanceof ReportsError) || error.code === 'aborted') throw error;
        return { error };
      } finally {
        call.end();
      }
    },
  };
}

/** Once a login was made, none follows: what refuses its token would refuse another's, and a login may count (fact 11). */
function withOneLogin(authoriser: Authoriser, counts: VisitCounts): Authoriser {
  return {
    authorise: (signal) => authoriser.authorise(signal),
    accepted: (token) => {
      authoriser.accepted(token);
    },
    refused: (refusal) => (counts.logins > 0 ? { replay: false, hint: '' } : authoriser.refused(refusal)),
  };
}
