import { randomUUID } from 'node:crypto';

import type { ApiTime } from '../calls/api-time.ts';
import { fraction } from '../calls/random.ts';
import type { CallRow } from '../calls/row.ts';
import { jsonResponse, type SandboxResponse } from '../http/response.ts';
import type { SandboxSettings } from '../options.ts';
import type { SandboxSwitches, UnplaceableRow } from '../switches.ts';

import type { CallStore } from './call-store.ts';
import { readQuery, type InvalidParameter } from './query.ts';

/** A request for call logs that is authorised. */
export interface CallLogsRequest {
  /** Counts the requests of the sandbox; unstable ties change their order with it. */
  readonly number: number;
  readonly path: string;
  /** The documented parameters. */
  readonly given: Readonly<Record<string, string>>;
  readonly now: Date;
}

/** The numbers of a page, as the server used them. */
interface PageNumbers {
  /** From 1. */
  readonly page: number;
  readonly size: number;
  /** The number of calls of the whole query. */
  readonly total: number;
  /** The value of `total_items`; `undefined` leaves it out. */
  readonly stated: number | undefined;
}

const ROWS_PER_COST = 1_000;
const DAMAGE = 0x6000;

const damages: Readonly<Record<UnplaceableRow, (row: CallRow, index: number) => unknown>> = {
  'empty-start': (row) => ({ ...row, start: '' }),
  'invalid-start': (row) => ({ ...row, start: 'yesterday' }),
  'outside-start': (row) => ({ ...row, start: '1970-01-01 00:00:00' }),
  'null-id': (row) => ({ ...row, id: null }),
  'numeric-id': (row, index) => ({ ...row, id: index }),
};

/** Returns the endpoint for call logs: it checks the query of an authorised request, then builds one page. */
export function createCallLogsEndpoint(
  store: CallStore,
  time: ApiTime,
  { seed, switches }: Pick<SandboxSettings, 'seed' | 'switches'>,
): (request: CallLogsRequest) => SandboxResponse {
  const { largestPageSize, largestOffset, beyondLargestOffset, laggingReplica, tieOrder } = switches;
  let pages = 0;
  return (request) => {
    const query = readQuery(request.given, time, switches);
    if (!('start' in query)) return refusal(query);
    const size = Math.min(query.pageSize, largestPageSize);
    const offset = (query.page - 1) * size;
    const isBeyond = largestOffset > 0 && offset > largestOffset;
    if (isBeyond && beyondLargestOffset === 'refused') {
      return refusal([{ name: 'page', reason: `must not skip more than ${largestOffset} records` }]);
    }
    pages += 1;
    const lag = laggingReplica !== null && isTurn(pages, laggingReplica.share) ? laggingReplica.calls : 0;
    const listed = store.listed(request.now, lag);
    const found = store.find(query, listed, tieOrder === 'unstable' ? request.number : undefined);
    const indices = isBeyond ? new Uint32Array() : found.subarray(offset, offset + size);
    const rows = repeatRow(rowsOf(indices, store, seed, switches), isTurn(pages, switches.repeatedRows));
    const stated = statedTotal(switches, { exact: found.length, page: rows.length, account: listed.length });
    const body = pageBody(request, { page: query.page, size, total: found.length, stated }, rows, switches);
    if (pages % switches.lateCallEveryPages === 0) store.listLateCall(query.start);
    return pageResponse(body, rows.length, offset, switches);
  };
}

/** Spreads a share evenly: with 0.5, every second count has its turn. */
function isTurn(count: number, share: number): boolean {
  return Math.floor(count * share) > Math.floor((count - 1) * share);
}

/** Makes the rows. A call has the same defect, or none, every time. */
function rowsOf(indices: Uint32Array, store: CallStore, seed: number, { unplaceableRows }: SandboxSwitches): unknown[] {
  const shares = Object.entries(unplaceableRows) as [UnplaceableRow, number][];
  return Array.from(indices, (index) => {
    let drawn = shares.length === 0 ? 1 : fraction(seed ^ DAMAGE, index);
    const damage = shares.find(([, share]) => (drawn -= share) < 0);
    return damage === undefined ? store.row(index) : damages[damage[0]](store.row(index), index);
  });
}

/** Puts a copy of the first row before it. */
function repeatRow(rows: unknown[], isRepeated: boolean): unknown[] {
  return isRepeated ? [...rows.slice(0, 1), ...rows] : rows;
}

function statedTotal(
  { totalItems, totalCap }: SandboxSwitches,
  counts: Readonly<Record<'exact' | 'page' | 'account', number>>,
): number | undefined {
  if (totalItems === 'absent') return undefined;
  return totalItems === 'capped' ? Math.min(counts.exact, totalCap) : counts[totalItems];
}

function pageBody(request: CallLogsRequest, numbers: PageNumbers, rows: unknown[], switches: SandboxSwitches): unknown {
  const { page, size, total, stated } = numbers;
  const { pageCountKey, embeddedWhenEmpty } = switches;
  const pages = Math.ceil(total / size);
  return {
    ...((rows.length > 0 || embeddedWhenEmpty === 'empty-list') && { _embedded: { call_logs: rows } }),
    _links: links(request, page, pages),
    page,
    page_size: size,
    ...(stated !== undefined && { total_items: stated }),
    ...((pageCountKey === 'total_pages' || pageCountKey === 'both') && { total_pages: pages }),
    ...((pageCountKey === 'total_page' || pageCountKey === 'both') && { total_page: pages }),
  };
}

function links({ path, given }: CallLogsRequest, page: number, pages: number): Record<string, { href: string }> {
  const href = (target: number): { href: string } => {
    return { href: `${path}?${new URLSearchParams({ ...given, page: String(target) }).toString()}` };
  };
  return {
    first: href(1),
    ...(page < pages && { next: href(page + 1) }),
    ...(page > 1 && { prev: href(page - 1) }),
    self: href(page),
  };
}

function pageResponse(body: unknown, rows: number, offset: number, { pageCostMs }: SandboxSwitches): SandboxResponse {
  return {
    ...jsonResponse(200, body, rows === 1 ? '1 row' : `${rows} rows`),
    rows,
    rowsScanned: offset + rows,
    delayMs: (pageCostMs * offset) / ROWS_PER_COST,
  };
}

/** Refuses a query with 400 in the document's shape, naming each parameter (fact 18). */
function refusal(invalid: readonly InvalidParameter[]): SandboxResponse {
  const body = { instance: randomUUID(), invalid_parameters: invalid, status: 400, title: 'Invalid parameters given' };
  return jsonResponse(400, body, `refused: ${invalid.map(({ name }) => name).join(', ')}`);
}
