import type { Endpoint, FaultName } from './faults/fault.ts';

/** What the sandbox was asked and what it did. Holds no token, password or client secret. */
export interface RequestRecord {
  /** Counts the requests of this sandbox, from 1. */
  readonly number: number;
  /** The sandbox's clock when the request came. */
  readonly time: Date;
  readonly endpoint: Endpoint;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** The documented parameters of a request for call logs. */
  readonly query: Readonly<Record<string, string>>;
  /** The page asked for, from 1. */
  readonly page: number | undefined;
  /** The status sent; `undefined` where nothing was sent. */
  readonly status: number | undefined;
  /** What was done, in words: `12 rows`, `refused: 900901`, `fault: reset`. */
  readonly outcome: string;
  readonly fault: FaultName | undefined;
  /** Rows on the page. */
  readonly rows: number;
  /** Rows that a server reading by offset has to pass over to build the page, with the page's own. */
  readonly rowsScanned: number;
}

const LARGEST_LOG = 100_000;

/** Keeps the newest 100,000 records and hands each to a listener. */
export class RequestLog {
  readonly records: RequestRecord[] = [];
  readonly #onRequest: ((record: RequestRecord) => void) | undefined;
  #count = 0;

  constructor(onRequest: ((record: RequestRecord) => void) | undefined) {
    this.#onRequest = onRequest;
  }

  nextNumber(): number {
    this.#count += 1;
    return this.#count;
  }

  add(record: RequestRecord): void {
    if (this.records.length >= LARGEST_LOG) this.records.splice(0, LARGEST_LOG / 10);
    this.records.push(record);
    this.#onRequest?.(record);
  }
}
