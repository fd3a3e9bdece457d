import { createFinalURL, createQuerySerializer, defaultPathSerializer, removeTrailingSlash } from 'openapi-fetch';

import type { components, paths } from '../../generated/types.ts';
import type { TimeWindow } from '../core/errors/index.ts';
import type { Operation } from '../core/http/operation.ts';
import type { Send } from '../core/http/send.ts';
import { formatApiTime } from '../core/time/index.ts';
import type { CallLog, CallLogsQuery } from './call-log.ts';
import { inspectPage } from './inspect-page.ts';
import type { Filters } from './filters.ts';
import { lastSecondBefore } from './plan-list.ts';

export interface PageReaderDependencies {
  readonly send: Send;
  readonly baseUrl: string;
  readonly accountId: string;
}

export interface PageRequest {
  readonly window: TimeWindow;
  readonly filters: Filters;
  /** Counted from 1 (fact 13). */
  readonly page: number;
  readonly pageSize: number;
  /** Left out where the server refuses it (fact 16). */
  readonly order: 'asc' | 'desc' | undefined;
  /** Whether the answer has to state a total. */
  readonly verify: boolean;
  readonly operation: Operation;
}

/** An answer of the server, as it stands. */
export interface RawPage {
  /** The whole of it. */
  readonly answer: unknown;
  readonly calls: readonly CallLog[];
  /** Undefined if the server states none. */
  readonly totalItems: number | undefined;
  /** What the server says it used; it may be lower than what was asked for (fact 13). */
  readonly echoedPageSize: number | undefined;
}

export type ReadPage = (request: PageRequest) => Promise<RawPage>;

const path = '/accounts/{account_id}/call-logs' satisfies keyof paths;

/** Reads one page. Rejects with the `ReportsError` of the last attempt. */
export function createReadPage({ send, baseUrl, accountId }: PageReaderDependencies): ReadPage {
  const urlOf = createUrlOf(baseUrl, accountId);
  const name = `GET ${new URL(urlOf()).pathname}`;
  return async (request) => {
    const { page, window, verify, operation } = request;
    const validate = (json: unknown): string | undefined => inspectPage(json, { verify });
    const url = urlOf(queryOf(request));
    const sent = await send({ url, method: 'GET', headers: {}, name, operation, page, window, validate });
    if (sent.error) throw sent.error;
    return toRawPage(sent.response.json);
  };
}

/** The URL as the raw client makes it. */
function createUrlOf(baseUrl: string, accountId: string): (query?: CallLogsQuery) => string {
  const fixed = {
    baseUrl: removeTrailingSlash(baseUrl),
    querySerializer: createQuerySerializer(),
    pathSerializer: defaultPathSerializer,
  };
  return (query) =>
    createFinalURL(path, { ...fixed, params: { path: { account_id: accountId }, ...(query && { query }) } });
}

function queryOf({ window, filters, page, pageSize, order }: PageRequest): CallLogsQuery {
  return {
    'start:gte': formatApiTime(window.from),
    'start:lte': lastSecondBefore(window.to),
    ...filters,
    page,
    page_size: pageSize,
    ...(order === undefined ? {} : { order }),
  };
}

/** What `inspectPage` has looked at. */
function toRawPage(answer: unknown): RawPage {
  const page = answer as components['schemas']['CallLogsHalResponse'];
  const { _embedded: embedded, total_items: totalItems, page_size: echoedPageSize } = page;
  return { answer, calls: embedded?.call_logs ?? [], totalItems, echoedPageSize };
}
