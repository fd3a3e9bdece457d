import {
  type CallLog,
  createReportsClient,
  formatApiTime,
  parseApiTime,
  type ReportsClient,
} from '../../../src/index.ts';

/** A call and its later changes: times in milliseconds since 1970. */
interface HistoricCall {
  readonly call: CallLog;
  readonly listedAt: number;
  readonly removedAt: number;
}

interface NewCall {
  readonly start: number;
  readonly lengthMs?: number;
  /** The time from its end until it is listed. */
  readonly latencyMs?: number;
  /** Other fields than those that every call here has. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** An account whose calls arrive late, change, vanish and expire, behind a `fetch`; with a clock of its own. */
export class History {
  now: number;
  /** The number of milliseconds by which the client's clock is ahead of the server's. */
  clockAheadMs = 0;
  isDown = false;
  /** Calls that are counted and not listed. */
  isHidden: (call: CallLog) => boolean = () => false;
  requests = 0;
  /** Called with the number of each request, before it is answered. */
  onRequest: (request: number) => void | Promise<void> = () => undefined;
  /** Calls that started before are no longer listed. */
  expiredUntil = 0;
  #calls: HistoricCall[] = [];
  #made = 0;

  constructor(now: number) {
    this.now = now;
  }

  /** The time by the client's clock. */
  clientNow(): number {
    return this.now + this.clockAheadMs;
  }

  /** A call that has just ended or will end, and is listed some time after its end. Returns its id. */
  add({ start, lengthMs = 60_000, latencyMs = 0, fields }: NewCall): string {
    this.#made += 1;
    const id = `00000000-0000-4000-8000-${String(this.#made).padStart(12, '0')}`;
    const call: CallLog = {
      id,
      start: formatApiTime(new Date(start)),
      end: formatApiTime(new Date(start + lengthMs)),
      direction: 'Inbound',
      result: 'Answered',
      length: Math.round(lengthMs / 1000),
      from: '17325550100',
      ...fields,
    };
    this.#calls.push({ call, listedAt: start + lengthMs + latencyMs, removedAt: Infinity });
    return id;
  }

  /** Lists a call no longer, or another in its place. */
  change(place: number, change: 'remove' | 'correct' | 'replace'): void {
    const [listed] = this.#listed().splice(place % Math.max(1, this.#listed().length), 1);
    if (listed === undefined) return;
    const others = this.#calls.filter((other) => other !== listed);
    const corrected = { ...listed, call: { ...listed.call, result: 'Voicemail' } };
    this.#calls = change === 'correct' ? [...others, corrected] : [...others, { ...listed, removedAt: this.now }];
    if (change === 'replace') this.add({ start: parseApiTime(listed.call.start).getTime(), lengthMs: 1000 });
  }

  /** Counts the given calls, and does not list them; all others are listed. */
  hide(...ids: readonly (string | undefined)[]): void {
    this.isHidden = ({ id }) => ids.includes(id);
  }

  /** The calls that the server lists now, by start and id. */
  listed(from = 0, to = Infinity): CallLog[] {
    return this.#listed()
      .map(({ call }) => call)
      .filter(({ start }) => parseApiTime(start).getTime() >= from && parseApiTime(start).getTime() < to)
      .sort((a, b) => (`${a.start} ${a.id}` < `${b.start} ${b.id}` ? -1 : 1));
  }

  client(): ReportsClient {
    return this.#clientOf((url) => this.#answer(url));
  }

  /** A client whose application is not subscribed to the API. */
  refusing(): ReportsClient {
    return this.#clientOf(() => {
      this.requests += 1;
      const fault = { code: 900908, message: 'Resource forbidden', description: 'User is NOT authorized' };
      return Response.json({ fault }, { status: 403 });
    });
  }

  #clientOf(respond: (url: URL) => Response | Promise<Response>): ReportsClient {
    return createReportsClient({
      accountId: '913874',
      auth: 'a-token',
      fetch: async (url) => await respond(new URL(url)),
      clock: { now: () => this.clientNow(), after: atOnce },
      retry: { maxAttempts: 1 },
    });
  }

  async #answer(url: URL): Promise<Response> {
    this.requests += 1;
    await this.onRequest(this.requests);
    if (this.isDown) return new Response('down', { status: 503 });
    const ask = (name: string): string => url.searchParams.get(name) ?? '';
    const [size, page] = [Number(ask('page_size')), Number(ask('page'))];
    const rows = this.listed().filter(({ start }) => start >= ask('start:gte') && start <= ask('start:lte'));
    if (ask('order') === 'desc') rows.reverse();
    const calls = rows.slice((page - 1) * size, page * size).filter((call) => !this.isHidden(call));
    return Response.json({
      page,
      page_size: size,
      total_items: rows.length,
      total_pages: Math.ceil(rows.length / size),
      _embedded: { call_logs: calls },
    });
  }

  #listed(): HistoricCall[] {
    return this.#calls.filter(
      ({ call, listedAt, removedAt }) =>
        listedAt <= this.now && this.now < removedAt && parseApiTime(call.start).getTime() >= this.expiredUntil,
    );
  }
}

/** A timer that fires as soon as there is nothing else to do. */
function atOnce(_delayMs: number, callback: () => void): () => void {
  const timer = setImmediate(callback);
  return () => {
    clearImmediate(timer);
  };
}
