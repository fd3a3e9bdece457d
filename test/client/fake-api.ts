import type { CallLog } from '../../src/call-logs/call-log.ts';
import type { FetchLike } from '../../src/core/http/attempt.ts';
import { exampleCall } from '../tools/export/example-call.ts';

export interface SeenRequest {
  /** Counted from 1 over all requests. */
  readonly number: number;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Headers;
}

export interface FakeApi {
  readonly fetch: FetchLike;
  readonly requests: readonly SeenRequest[];
  /** The calls it lists, by start; may be added to while it is read. */
  readonly calls: CallLog[];
}

/** A page as it is sent, before it becomes JSON. */
export type Page = Record<string, unknown>;

export interface FakeApiOptions {
  readonly calls?: readonly CallLog[];
  /** Answers in place of a page; undefined for the page. */
  readonly instead?: (request: SeenRequest) => Response | Promise<Response> | undefined;
  /** Changes a page before it is sent. */
  readonly changed?: (page: Page, request: SeenRequest) => Page;
  readonly largestPageSize?: number;
}

/** One call every two minutes from 1 January 2026, 00:00 UTC. */
export function exampleCalls(count: number): CallLog[] {
  return Array.from({ length: count }, (_, index) => {
    const start = new Date(Date.UTC(2026, 0, 1, 0, 2 * index)).toISOString().slice(0, 19).replace('T', ' ');
    return { ...exampleCall, id: `call-${String(index).padStart(5, '0')}`, start };
  });
}

export const january = { from: '2026-01-01', to: '2026-02-01' };

export function json(body: unknown, init?: ResponseInit): Response {
  return new Response(JSON.stringify(body), init);
}

/** An API in memory: filters by start, sorts and pages as the real one does. */
export function createFakeApi(options: FakeApiOptions = {}): FakeApi {
  const { instead, changed = (page: Page) => page, largestPageSize = Infinity } = options;
  const calls = [...(options.calls ?? [])];
  const requests: SeenRequest[] = [];

  const answer = async (url: string, { headers }: RequestInit): Promise<Response> => {
    await Promise.resolve();
    const { pathname: path, searchParams } = new URL(url);
    const query: Record<string, string> = {};
    for (const [name, value] of searchParams) query[name] = value;
    const request = { number: requests.length + 1, path, query, headers: new Headers(headers) };
    requests.push(request);
    return (await instead?.(request)) ?? json(changed(pageOf(calls, query, largestPageSize), request));
  };
  const fetch: FetchLike = (url, init) => Promise.race([aborted(init.signal), answer(url, init)]);
  return { fetch, requests, calls };
}

/** Rejects when the signal is aborted, as the platform's `fetch` does. */
function aborted(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });
}

function pageOf(calls: readonly CallLog[], query: SeenRequest['query'], largest: number): Page {
  const { 'start:gte': from = '', 'start:lte': to = '~', page = '1', page_size: size = '10', order = 'asc' } = query;
  const listed = calls.filter(({ start }) => from <= start && start <= to);
  if (order.toLowerCase().includes('desc')) listed.reverse();
  const pageSize = Math.min(Number(size), largest);
  const offset = (Number(page) - 1) * pageSize;
  const pages = Math.ceil(listed.length / pageSize);
  return {
    page: Number(page),
    page_size: pageSize,
    total_items: listed.length,
    total_page: pages,
    total_pages: pages,
    _embedded: { call_logs: listed.slice(offset, offset + pageSize) },
  };
}
