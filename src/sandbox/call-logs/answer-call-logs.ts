import { randomUUID } from 'node:crypto';

import type { CallStore } from '../call-store.ts';
import { jsonAnswer } from '../faults/answer.ts';
import type { Answer } from '../faults/answer.ts';
import { reversed } from '../listing/listing.ts';
import type { Listing } from '../listing/listing.ts';
import { unstableTies } from '../listing/unstable-ties.ts';
import type { SandboxSwitches } from '../switches.ts';
import type { ApiTime } from '../wire-time/api-time.ts';

import { pageHead, pageTail } from './page-frame.ts';
import { readQuery } from './read-query.ts';
import type { CallLogsQuery, InvalidParameter } from './read-query.ts';

export interface CallLogsRequest {
  /** Counts requests; ties change their order with it. */
  readonly number: number;
  readonly path: string;
  readonly given: Readonly<Record<string, string>>;
  readonly now: Date;
}

const ROWS_PER_COST = 1_000;

/** Answers requests for call logs that were let through: the checks of the query, then one page. */
export function createCallLogsEndpoint(
  store: CallStore,
  time: ApiTime,
  switches: SandboxSwitches,
): (request: CallLogsRequest) => Answer {
  let pages = 0;
  return (request) => {
    const query = readQuery(request.given, time, switches);
    if (!('range' in query)) return invalidAnswer(query);
    const size = Math.min(query.pageSize, switches.largestPageSize);
    const offset = (query.page - 1) * size;
    const isBeyond = switches.largestOffset > 0 && offset > switches.largestOffset;
    if (isBeyond && switches.beyondLargestOffset === 'refused') return invalidAnswer([tooFar(switches)]);
    const listing = orderedListing(store, query, request, switches);
    const rows = isBeyond ? [] : listing.take(offset, size);
    const page = { request, page: query.page, size, total: listing.total, rows: rows.length };
    const body = store.rowWriter.join(rows, pageHead(page, switches), pageTail(page, switches));
    pages += 1;
    if (pages % switches.lateCallEveryPages === 0) store.logLateCall(query.range);
    return pageAnswer(body, rows.length, offset, switches);
  };
}

function orderedListing(
  store: CallStore,
  { range, filters, order }: CallLogsQuery,
  { number, now }: CallLogsRequest,
  { tieOrder }: SandboxSwitches,
): Listing {
  const ascending = store.listing(range, filters, now);
  const ordered = order === 'asc' ? ascending : reversed(ascending);
  return tieOrder === 'stable' ? ordered : unstableTies(ordered, store.startOf, number);
}

function pageAnswer(body: Buffer, rows: number, offset: number, { pageCostMs }: SandboxSwitches): Answer {
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json' },
    body,
    outcome: rows === 1 ? '1 row' : `${rows} rows`,
    rows,
    rowsScanned: offset + rows,
    delayMs: (pageCostMs * offset) / ROWS_PER_COST,
  };
}

function tooFar({ largestOffset }: SandboxSwitches): InvalidParameter {
  return { name: 'page', reason: `must not lie behind more than ${largestOffset} records` };
}

/** 400 in the document's shape, naming each parameter (fact 18). */
function invalidAnswer(invalid: readonly InvalidParameter[]): Answer {
  const body = { instance: randomUUID(), invalid_parameters: invalid, status: 400, title: 'Invalid parameters given' };
  return jsonAnswer(400, body, `refused: ${invalid.map(({ name }) => name).join(', ')}`);
}
