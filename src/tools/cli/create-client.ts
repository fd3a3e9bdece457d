import { createReportsClient, type ReportsClient } from '../../client.ts';
import type { EventHandlers } from '../../core/events.ts';
import type { Connection } from './connect.ts';
import type { ConnectionFlags } from './connection-flags.ts';
import { parseNumber } from './parse-number.ts';
import { version } from './version.ts';

/** A client of the connection, at the pace that the flags set. Throws a `ConfigurationError` for what cannot be meant. */
export function createClient(
  connection: Connection,
  flags: ConnectionFlags,
  signal: AbortSignal,
  on: EventHandlers,
): ReportsClient {
  const maxWaitSeconds = parseNumber('--max-wait', flags.maxWait);
  return createReportsClient({
    ...connection.options,
    pageSize: parseNumber('--page-size', flags.pageSize),
    concurrency: parseNumber('--concurrency', flags.concurrency),
    requestsPerSecond: parseNumber('--requests-per-second', flags.requestsPerSecond),
    retry: { maxRetryAfterMs: maxWaitSeconds && maxWaitSeconds * 1000 },
    userAgent: `vbc-reports/${version}`,
    signal,
    on,
  });
}
