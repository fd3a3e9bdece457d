import { createReportsClient, type FetchLike } from '../src/index.ts';
import { callsOf, type Shape } from './shapes.ts';

/** The cost of reading a month, for the server. */
export interface Cost {
  readonly shape: Shape;
  readonly rows: number;
  readonly requests: number;
  /** Requests by rows ÷ page size, the fewest possible. */
  readonly ratio: number;
  /**
   * The rows that a server scans for each row it returns, if a page costs its offset plus its size, as with SQL's
   * OFFSET.
   */
  readonly scannedPerRow: number;
  /** The same for a loop over pages. */
  readonly scannedPerRowByPages: number;
}

const pageSize = 1000;
const month = { from: '2026-01-01', to: '2026-02-01' };

/** Reads a month with the given number of rows from an API in memory, and counts the requests. */
export async function costOf(shape: Shape, rows: number, concurrency: number): Promise<Cost> {
  const api = createCountingApi(callsOf(shape, rows));
  const client = createReportsClient({
    accountId: '913874',
    auth: 'token-of-the-benchmark',
    fetch: api.fetch,
    pageSize,
    concurrency,
  });
  let found = 0;
  for await (const { calls } of client.callLogs.list(month).pages()) found += calls.length;
  if (found !== rows) throw new Error(`read ${found} of ${rows} rows`);

  const pages = Math.ceil(rows / pageSize);
  const byPages = (pages * (pages + 1) * pageSize) / 2;
  return {
    shape,
    rows,
    requests: api.requests,
    ratio: api.requests / (rows / pageSize),
    scannedPerRow: api.scanned / rows,
    scannedPerRowByPages: byPages / rows,
  };
}

interface CountingApi {
  readonly fetch: FetchLike;
  readonly requests: number;
  readonly scanned: number;
}

/** Answers as the real API does, in ascending order, with rows that have nothing but an id and a start. */
function createCountingApi(starts: readonly string[]): CountingApi {
  let requests = 0;
  let scanned = 0;
  return {
    fetch: (url) => {
      const query = new URL(url).searchParams;
      const first = firstFrom(starts, query.get('start:gte') ?? '');
      const beyond = firstFrom(starts, `${query.get('start:lte') ?? ''}~`);
      const offset = (Number(query.get('page')) - 1) * pageSize;
      const end = Math.min(first + offset + pageSize, beyond);
      const rows = starts
        .slice(first + offset, end)
        .map((start, index) => ({ id: `${first + offset + index}`, start }));
      requests += 1;
      scanned += offset + rows.length;
      return Promise.resolve(Response.json({ total_items: beyond - first, _embedded: { call_logs: rows } }));
    },
    get requests() {
      return requests;
    },
    get scanned() {
      return scanned;
    },
  };
}

/** The index of the first start that is not before `start`. */
function firstFrom(starts: readonly string[], start: string): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? '~') < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
