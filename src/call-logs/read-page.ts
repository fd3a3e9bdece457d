import { createFinalURL, createQuerySerializer, defaultPathSerializer, removeTrailingSlash } from 'openapi-fetch';

import type { components, paths } from '../../generated/types.ts';
import type { TimeWindow } from '../core/errors/index.ts';
import type { Operation } from '../core/http/operation.ts';
import type { Send } from '../core/http/send.ts';
import { formatApiTime } from '../core/time/index.ts';
import type { CallLogsQuery, Filters } from './call-log.ts';
import type { ServerPage } from './engine/page.ts';

export interface PageReaderDependencies {
  readonly send: Send;
  readonly baseUrl: string;
  readonly accountId: string;
}

/** One page to be read. */
export interface PageQuery {
  /** The window of call starts; `to` is exclusive. */
  readonly window: TimeWindow;
  readonly filters: Filters;
  /** Counted from 1 (fact 13). */
  readonly page: number;
  readonly pageSize: number;
  /** Left out where the server refuses it (fact 16). */
  readonly order: 'asc' | 'desc' | undefined;
  /** Whether the response has to state a total. */
  readonly verify: boolean;
  readonly operation: Operation;
}

/** A page, and the response that it was read from. */
export interface PageResponse extends ServerPage {
  readonly json: unknown;
  /** The values that could not be kept exactly as sent; absent for almost every response. */
  readonly anomalies?: readonly { readonly kind: 'invalid-utf8' | 'inexact-number'; readonly field?: string }[];
}

/** Reads one page. Rejects with the `ReportsError` of the last attempt. */
export type ReadPage = (query: PageQuery) => Promise<PageResponse>;

const path = '/accounts/{account_id}/call-logs' satisfies keyof paths;

/** Far more than a row takes. A larger body is not a page of calls. */
const maxBytesPerRow = 16_384;
const maxBytesAround = 2 ** 20;

export function createReadPage({ send, baseUrl, accountId }: PageReaderDependencies): ReadPage {
  const urlOf = createCallLogsUrl(baseUrl, accountId);
  const name = `GET ${new URL(urlOf()).pathname}`;
  return async (query) => {
    const { page, pageSize, window, verify, operation } = query;
    const validate = (json: unknown): string | undefined => validatePage(json, { verify });
    const maxBodyBytes = maxBytesAround + pageSize * maxBytesPerRow;
    const url = urlOf(wireQuery(query));
    const sent = await send({ url, method: 'GET', headers: {}, name, operation, page, window, validate, maxBodyBytes });
    if (sent.error) throw sent.error;
    const { json, anomalies } = sent.response;
    return { ...toServerPage(json), json, ...(anomalies && { anomalies }) };
  };
}

/** Returns a function that writes the URL of the call logs as the raw client does. */
export function createCallLogsUrl(baseUrl: string, accountId: string): (query?: CallLogsQuery) => string {
  const fixed = {
    baseUrl: removeTrailingSlash(baseUrl),
    querySerializer: createQuerySerializer(),
    pathSerializer: defaultPathSerializer,
  };
  return (query) =>
    createFinalURL(path, { ...fixed, params: { path: { account_id: accountId }, ...(query && { query }) } });
}

function wireQuery({ window, filters, page, pageSize, order }: PageQuery): CallLogsQuery {
  return {
    'start:gte': formatApiTime(window.from),
    'start:lte': lastSecondBefore(window.to),
    ...filters,
    page,
    page_size: pageSize,
    ...(order === undefined ? {} : { order }),
  };
}

/** The last second of a window with an exclusive end, as the API writes it: its bounds are inclusive (fact 18). */
export function lastSecondBefore(end: Date): string {
  return formatApiTime(new Date(end.getTime() - 1000));
}

/**
 * Returns what a JSON object would need to be a page of calls; undefined if it is one. A page without `_embedded` is an
 * empty one (fact 15). A page without `total_items` may be a fault in disguise (fact 29) and proves nothing; with
 * calls, it is accepted if no proof is needed.
 */
export function validatePage(json: unknown, { verify = true } = {}): string | undefined {
  const page = json as { total_items?: unknown; _embedded?: { call_logs?: unknown } | null };
  const mayLackTotal = !verify && page.total_items === undefined && page._embedded;
  if (!mayLackTotal && !isCount(page.total_items)) return '`total_items` is missing or not a whole number';
  const rows = page._embedded?.call_logs;
  if (Array.isArray(rows)) return undefined;
  const isEmptyPage = !page._embedded || (rows === null && page.total_items === 0);
  return isEmptyPage ? undefined : '`_embedded.call_logs` is missing or not a list';
}

function isCount(total: unknown): boolean {
  return Number.isSafeInteger(total) && Number(total) >= 0;
}

/** The page in a response that was validated. The number of pages has two names (fact 14). */
function toServerPage(json: unknown): ServerPage {
  const page = json as components['schemas']['CallLogsHalResponse'];
  const links = page._links as { next?: unknown } | undefined;
  return {
    rows: page._embedded?.call_logs ?? [],
    totalItems: page.total_items,
    totalPages: page.total_pages ?? page.total_page,
    hasNext: links ? links.next !== undefined && links.next !== null : undefined,
    pageSize: page.page_size,
  };
}
