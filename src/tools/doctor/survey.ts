import type { CallLogsQuery } from '../../call-logs/index.ts';
import { compareResponse } from '../../core/drift.ts';
import { InvalidParametersError } from '../../core/errors/index.ts';
import type { DriftEvent } from '../../core/events.ts';
import { isFields, type Sent } from '../../core/http/index.ts';
import { formatApiTime, tryParseApiTime } from '../../core/time/index.ts';
import type { ApiProbe } from './api-probe.ts';

/** Observations of the live API: names, types and counts, and never a value of a call. */
export interface Survey {
  /** The number of calls that were compared with the document. */
  readonly calls: number;
  readonly differences: readonly CountedDifference[];
  readonly pageCountKey: PageCountKey;
  /** Calls per page: as requested, and as the server says that it used; undefined if it does not say. */
  readonly pageSize: { readonly asked: number; readonly used: number | undefined };
  readonly order: OrderVerdict;
  /** The distance back to the oldest listed call; undefined if there are no calls. */
  readonly goesBack: { readonly days: number; readonly orMore: boolean } | undefined;
  /** The error codes of requests that failed, so that something could not be found out. */
  readonly failures: readonly string[];
}

/** A difference from the document, or from what was requested, and how often it occurred. */
export interface CountedDifference extends Omit<DriftEvent, 'kind'> {
  readonly kind: DriftEvent['kind'] | 'order' | 'page-count' | 'page-size';
  readonly count: number;
}

/** `honoured`: as requested; `ignored`: the same in either case; `refused`: an error; `unknown`: too few calls. */
export type OrderVerdict = 'honoured' | 'ignored' | 'refused' | 'unknown';

/** The names under which a page has its page count (fact 14). */
export type PageCountKey = 'total_pages' | 'total_page' | 'both' | 'neither';

/** The response that most checks use. */
export interface FirstResponse {
  readonly sent: Sent;
  /** The undocumented parameter `order` was refused, and then left out (fact 16). */
  readonly orderRefused: boolean;
}

/** Asks for a small page of the newest calls. */
export async function askFirst(probe: ApiProbe, now: Date): Promise<FirstResponse> {
  const query = recentCalls(now);
  const sent = await probe.ask({ ...query, order: 'desc' });
  const { error } = sent;
  const orderRefused =
    error instanceof InvalidParametersError && error.invalidParameters.some(({ name }) => name === 'order');
  return { sent: orderRefused ? await probe.ask(query) : sent, orderRefused };
}

/**
 * Compares the first response with the document, and makes up to three more requests: for the oldest calls, at the page
 * size that exports use. Returns undefined if there was no response to compare.
 */
export async function survey(probe: ApiProbe, first: FirstResponse, now: Date): Promise<Survey | undefined> {
  if (first.sent.error !== undefined) return undefined;
  const responses: unknown[] = [first.sent.response.json];
  const failures: string[] = [];

  async function ask(query: CallLogsQuery): Promise<SurveyedPage | undefined> {
    const { response, error } = await probe.ask(first.orderRefused ? query : { ...query, order: 'asc' });
    if (error !== undefined) {
      failures.push(error.code);
      return undefined;
    }
    responses.push(response.json);
    return readPage(response.json);
  }

  const pages = await readPages(readPage(responses[0]), ask, probe.pageSize, now);
  const { recent, all, old } = pages;
  const found = {
    pageCountKey: recent.pageCountKey,
    pageSize: all ? { asked: probe.pageSize, used: all.pageSize } : { asked: smallPage, used: recent.pageSize },
    order: first.orderRefused
      ? ('refused' as const)
      : classifyOrder(directionOf(recent.starts), directionOf(all?.starts ?? [])),
  };
  return {
    calls: recent.calls + (all?.calls ?? 0) + (old?.calls ?? 0),
    differences: [...countDifferences(responses), ...furtherDifferences(found)],
    ...found,
    goesBack: goesBackOf(pages, now),
    failures,
  };
}

/** The pages of a survey; those that failed or were not needed are undefined. */
interface Pages {
  /** A small page of the newest calls. */
  readonly recent: SurveyedPage;
  /** The first page of all calls, at the page size that exports use. */
  readonly all: SurveyedPage | undefined;
  /** The last page, or a page with an old call, if the oldest call is not on `all`. */
  readonly old: SurveyedPage | undefined;
  /** Whether the oldest call of all is on one of them. */
  readonly hasOldest: boolean;
}

async function readPages(
  recent: SurveyedPage,
  ask: (query: CallLogsQuery) => Promise<SurveyedPage | undefined>,
  pageSize: number,
  now: Date,
): Promise<Pages> {
  // If this response is not a page, another page size would not make it one.
  const all = recent.total === undefined ? undefined : await ask(allCalls(now, 1, pageSize));
  const direction = directionOf(all?.starts ?? []);
  const isWhole = all?.total !== undefined && all.calls >= all.total;
  if (all === undefined || isWhole || direction === 'asc') {
    return { recent, all, old: undefined, hasOldest: all !== undefined };
  }
  const used = Math.max(1, all.pageSize ?? pageSize);
  const last = await ask(allCalls(now, Math.ceil((all.total ?? 0) / used), used));
  return { recent, all, old: last ?? (await ask(oldCall(now))), hasOldest: last !== undefined && direction === 'desc' };
}

function goesBackOf({ recent, all, old, hasOldest }: Pages, now: Date): Survey['goesBack'] {
  const starts = [recent, all, old].flatMap((page) => page?.starts ?? []);
  if (starts.length === 0) return undefined;
  const oldest = Math.min(...starts.map((start) => start.getTime()));
  return { days: Math.floor((now.getTime() - oldest) / dayMs), orMore: !hasOldest };
}

/** The members of a page that a survey reads; a response may hold anything. */
interface SurveyedPage {
  /** The starts of its calls, in their order, without those that cannot be read. */
  readonly starts: readonly Date[];
  readonly calls: number;
  readonly total: number | undefined;
  /** Calls per page as the server says that it used. */
  readonly pageSize: number | undefined;
  readonly pageCountKey: PageCountKey;
}

function readPage(json: unknown): SurveyedPage {
  const page = isFields(json) ? json : {};
  const embedded = isFields(page._embedded) ? page._embedded.call_logs : undefined;
  const calls: unknown[] = Array.isArray(embedded) ? embedded : [];
  return {
    starts: calls.map(startOf).filter((start) => start !== undefined),
    calls: calls.length,
    total: wholeNumber(page.total_items),
    pageSize: wholeNumber(page.page_size),
    pageCountKey: pageCountKey('total_pages' in page, 'total_page' in page),
  };
}

function startOf(call: unknown): Date | undefined {
  return isFields(call) && typeof call.start === 'string' ? tryParseApiTime(call.start) : undefined;
}

function wholeNumber(value: unknown): number | undefined {
  return Number.isSafeInteger(value) ? Number(value) : undefined;
}

function pageCountKey(plural: boolean, singular: boolean): PageCountKey {
  if (plural && singular) return 'both';
  if (plural) return 'total_pages';
  return singular ? 'total_page' : 'neither';
}

/** A broken server must not fill the report. */
const mostDifferences = 100;

/** Returns the differences of all responses from the document, each once, with its count. */
function countDifferences(responses: readonly unknown[]): CountedDifference[] {
  const counted = new Map<string, CountedDifference>();
  const report = (difference: DriftEvent): void => {
    const key = Object.values(difference).join(' ');
    const { count = 0 } = counted.get(key) ?? {};
    if (count > 0 || counted.size < mostDifferences) counted.set(key, { ...difference, count: count + 1 });
  };
  for (const response of responses) compareResponse(response, { report });
  return [...counted.values()];
}

/** Returns differences that the document allows, but programs do not expect. */
function furtherDifferences({
  pageCountKey,
  pageSize,
  order,
}: Pick<Survey, 'pageCountKey' | 'pageSize' | 'order'>): CountedDifference[] {
  const { asked, used = asked } = pageSize;
  const one = (
    kind: CountedDifference['kind'],
    field: string,
    expected: string,
    found: string,
  ): CountedDifference[] => [{ kind, field, expected, found, count: 1 }];
  return [
    ...(used < asked ? one('page-size', 'page_size', String(asked), String(used)) : []),
    ...(order === 'ignored' || order === 'refused' ? one('order', 'order', 'honoured', order) : []),
    ...(pageCountKey === 'neither' ? one('page-count', 'total_pages', 'total_pages|total_page', 'neither') : []),
  ];
}

export type Direction = 'asc' | 'desc' | 'mixed';

/** Returns the direction in which times run; undefined if no two of them differ. */
export function directionOf(times: readonly Date[]): Direction | undefined {
  const steps = new Set(
    times.slice(1).map((time, index) => Math.sign(time.getTime() - (times[index]?.getTime() ?? 0))),
  );
  steps.delete(0);
  if (steps.size === 0) return undefined;
  if (steps.size > 1) return 'mixed';
  return steps.has(1) ? 'asc' : 'desc';
}

/** Classifies the server's use of `order` (fact 16) by a page requested in descending and one in ascending order. */
export function classifyOrder(
  descending: Direction | undefined,
  ascending: Direction | undefined,
): Exclude<OrderVerdict, 'refused'> {
  if (descending === 'desc' && ascending === 'asc') return 'honoured';
  const isContrary = (found: Direction | undefined, asked: Direction): boolean =>
    found !== undefined && found !== asked;
  return isContrary(descending, 'desc') || isContrary(ascending, 'asc') ? 'ignored' : 'unknown';
}

const dayMs = 86_400_000;
const recentDays = 31;
const yearDays = 365;
/** Longer than any provider is known to keep call logs; retention is unpublished (fact 20). */
const everDays = 3_653;

/** Enough calls to compare with the document, and few enough to arrive at once. */
const smallPage = 100;

/** The span of `recentCalls`, in words. */
export const recentSpan = `the last ${recentDays} days`;

/** The query for a small page of the last 31 days. */
export function recentCalls(now: Date): CallLogsQuery {
  return { ...span(now, recentDays), page: 1, page_size: smallPage };
}

/** The query for a page of the calls of ten years. */
function allCalls(now: Date, page: number, pageSize: number): CallLogsQuery {
  return { ...span(now, everDays), page, page_size: pageSize };
}

/** The query for one call that is more than a year old. */
function oldCall(now: Date): CallLogsQuery {
  const yearAgo = new Date(now.getTime() - yearDays * dayMs);
  return { ...span(now, everDays), 'start:lte': formatApiTime(yearAgo), page: 1, page_size: 1 };
}

function span(now: Date, days: number): Pick<CallLogsQuery, 'start:gte' | 'start:lte'> {
  return { 'start:gte': formatApiTime(new Date(now.getTime() - days * dayMs)), 'start:lte': formatApiTime(now) };
}
