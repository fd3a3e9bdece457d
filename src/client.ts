import { type Count, createCount, createList, createReadPage, type List } from './call-logs/index.ts';
import { createDriftWatch } from './core/drift.ts';
import { type ClientOptions, defaults, validateOptions } from './core/options.ts';
import { present } from './core/present.ts';
import { createRaw, type Raw } from './core/raw.ts';
import { createRequestPath } from './core/request-path.ts';

/** A client of the Reports API for one account. */
export interface ReportsClient {
  /** The call logs of the account. */
  readonly callLogs: {
    /** Lists the calls of a range. Throws a `ConfigurationError` at once if an option is invalid. */
    readonly list: List;
    /** Asks the server how many calls of a range it lists; one small request. */
    readonly count: Count;
  };
  /** The document's operations as they are (openapi-fetch), over the same path: authorised, limited and retried. */
  readonly raw: Raw;
  /** The tokens of the client. */
  readonly auth: {
    /** Forgets the tokens and that a login was refused; the next request logs in. */
    reset(): Promise<void>;
  };
}

/**
 * Creates a client of the Reports API for one account. Makes no request by itself.
 *
 * @throws ConfigurationError an option is missing or invalid, or the runtime has no `fetch`
 */
export function createReportsClient(options: ClientOptions): ReportsClient {
  validateOptions(options);
  const { accountId, signal, deadlineMs } = options;
  const { baseUrl, concurrency, pageSize } = { ...defaults, ...present(options) };
  const { send, authoriser, clock, emit } = createRequestPath(options);
  const { random = Math.random } = options;
  const readPage = createReadPage({ send, baseUrl, accountId });
  const driftWatch = options.on?.drift && createDriftWatch(emit);

  return {
    callLogs: {
      list: createList({ readPage, clock, emit, random, pageSize, concurrency, deadlineMs, signal, driftWatch }),
      count: createCount({ readPage, clock, deadlineMs, signal }),
    },
    raw: createRaw({ send, clock, baseUrl, deadlineMs, signal }),
    auth: { reset: () => authoriser.reset(signal) },
  };
}
