import type { CallLog } from '../../../src/call-logs/call-log.ts';

/** A call as the simulated server keeps it: times in milliseconds. */
export interface StoredCall {
  readonly id: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly direction: 'Inbound' | 'Outbound';
}

/** The way a server reads its parameters, and its faults. The default is an honest server. */
export interface Traits {
  /** `millisecond`: starts are compared with their fractions, though rows show whole seconds. Default: `second`. */
  readonly precision?: 'second' | 'millisecond';
  readonly lowerBound?: 'inclusive' | 'exclusive';
  readonly upperBound?: 'inclusive' | 'exclusive';
  /** Both bounds are rounded down to so many milliseconds. */
  readonly boundRounding?: 'none' | 'minute';
  /** `end`: by end of call; `none`: another order on each page. Default: what is asked for. */
  readonly order?: 'asked' | 'asc' | 'desc' | 'end' | 'none';
  /** `page`: the rows on the page; `account`: every call there is; `capped`: no more than `totalCap`. */
  readonly totals?: 'exact' | 'page' | 'account' | 'capped';
  readonly totalCap?: number;
  /** Added to every total. */
  readonly totalError?: number;
  readonly pageCount?: 'none' | 'honest' | 'by-total';
  readonly nextLink?: boolean;
  /** The most rows that a page holds, whatever is requested. */
  readonly pageCap?: number;
  /** A copy that lacks the newest `calls`, or those at random; it answers a share of the requests. */
  readonly replica?: { readonly lacks: number; readonly share: number; readonly firstIsFresh?: boolean };
  /** Share of pages that leave out a row, or list one twice in place of another, or once more. */
  readonly dropping?: number;
  readonly repeating?: number;
  readonly doubling?: number;
  /** Query parameters that are ignored. */
  readonly ignores?: readonly string[];
  /** Rows that cannot be used, among the calls: by the index of the call that they replace. */
  readonly unusable?: ReadonlyMap<number, UnusableRow>;
  /** A call is logged after so many answers. */
  readonly arrivalEvery?: number;
  /** The form in which starts are written. */
  readonly startFormat?: 'space' | 'T' | 'Z' | 'fraction';
}

export type UnusableRow = 'no-id' | 'null-id' | 'numeric-id' | 'no-start' | 'bad-start' | 'start-elsewhere';

export interface Query {
  readonly fromMs: number;
  /** As it is sent: the last second. */
  readonly toMs: number;
  readonly page: number;
  readonly pageSize: number;
  readonly order?: 'asc' | 'desc' | undefined;
  readonly direction?: string | undefined;
}

/** The body of an answer. */
export interface WirePage {
  readonly _embedded: { readonly call_logs: readonly unknown[] };
  readonly _links?: { readonly next?: { readonly href: string } };
  readonly page: number;
  readonly page_size: number;
  readonly total_items: number;
  readonly total_pages?: number;
}

export interface SimulatedServer {
  /** The calls it holds now, by start. */
  readonly calls: readonly StoredCall[];
  answer(query: Query): WirePage;
  /** Rows looked at for all answers so far. */
  readonly scanned: number;
  /** Calls that an answer has counted, if `witness` was asked for: what has never been counted no reader can miss. */
  readonly witnessed: ReadonlySet<string>;
  /** Calls that a page has left out, or listed another in place of. */
  readonly omitted: ReadonlySet<string>;
}

export const secondMs = 1000;
const minuteMs = 60_000;

/** Calls that are logged while a server is read, at most. */
const mostArrivals = 200;

/** Some of the calls, from one index to another. */
interface Slice {
  readonly all: readonly StoredCall[];
  readonly from: number;
  readonly to: number;
}

/** A server without a network. Answers of an honest one cost a binary search and a page. */
export function createSimulatedServer(
  initial: readonly StoredCall[],
  traits: Traits = {},
  random: () => number = () => 0.5,
  witness = false,
): SimulatedServer {
  const calls = [...initial].sort(byStart);
  const originalIndex = new Map(initial.map((call, index) => [call.id, index]));
  const witnessed = new Set<string>();
  const omitted = new Set<string>();
  let answers = 0;
  let scanned = 0;
  const ignores = (name: string): boolean => traits.ignores?.includes(name) === true;

  function arrive(): void {
    const first = calls[0]?.startMs ?? 0;
    const last = calls.at(-1)?.startMs ?? minuteMs;
    const startMs = Math.floor(first + random() * (last - first));
    const call = makeCall(`arrived-${answers}`, traits.precision === 'millisecond' ? startMs : whole(startMs), random);
    calls.splice(firstFrom(calls, call.startMs), 0, call);
  }

  function held(): readonly StoredCall[] {
    const { replica } = traits;
    if (replica === undefined) return calls;
    const isFresh = (replica.firstIsFresh === true && answers === 1) || random() >= replica.share;
    return isFresh ? calls : calls.slice(0, Math.max(0, calls.length - replica.lacks));
  }

  function matching(query: Query): Slice {
    const rounded = (ms: number): number =>
      traits.boundRounding === 'minute' ? Math.floor(ms / minuteMs) * minuteMs : ms;
    const all = held();
    const lower = rounded(query.fromMs) + (traits.lowerBound === 'exclusive' ? 1 : 0);
    const upper = rounded(query.toMs) + (traits.upperBound === 'exclusive' ? 0 : 1);
    const from = ignores('start:gte') ? 0 : firstFrom(all, lower);
    const to = ignores('start:lte') ? all.length : firstFrom(all, upper);
    const isFiltered = query.direction !== undefined && !ignores('direction');
    const found = { all, from, to: Math.max(from, to) };
    if (!isFiltered) return found;
    const kept = all.slice(found.from, found.to).filter(({ direction }) => direction === query.direction);
    return { all: kept, from: 0, to: kept.length };
  }

  /** The rows of a page. Only orders that no honest server has copy the whole slice. */
  function listed(slice: Slice, query: Query, page: number, size: number): readonly StoredCall[] {
    const { order = 'asked' } = traits;
    const asked = ignores('order') ? 'asc' : (query.order ?? 'asc');
    const [first, last] = [(page - 1) * size, page * size];
    const { all, from, to } = slice;
    const copy = (): StoredCall[] => all.slice(from, to);
    switch (order === 'asked' ? asked : order) {
      case 'desc':
        return all.slice(Math.max(from, to - last), Math.max(from, to - first)).reverse();
      case 'end':
        return copy()
          .sort((a, b) => a.endMs - b.endMs || (a.id < b.id ? -1 : 1))
          .slice(first, last);
      case 'none':
        return shuffled(copy(), random).slice(first, last);
      default:
        return all.slice(Math.min(to, from + first), Math.min(to, from + last));
    }
  }

  function totalOf(found: number, shown: number): number {
    const error = traits.totalError ?? 0;
    switch (traits.totals ?? 'exact') {
      case 'page':
        return shown;
      case 'account':
        return calls.length;
      case 'capped':
        return Math.min(found, traits.totalCap ?? 10_000);
      default:
        return Math.max(0, found + error);
    }
  }

  function spoil(rows: readonly unknown[], calls: readonly StoredCall[]): readonly unknown[] {
    const { dropping = 0, repeating = 0, doubling = 0 } = traits;
    const at = Math.floor(random() * rows.length);
    const omit = (): void => void omitted.add(calls[at]?.id ?? '');
    if (rows.length > 1 && random() < dropping) {
      omit();
      return rows.filter((_, index) => index !== at);
    }
    if (rows.length > 1 && random() < repeating) {
      omit();
      return rows.map((row, index) => (index === at ? rows[at === 0 ? 1 : at - 1] : row));
    }
    if (rows.length > 0 && random() < doubling) return [...rows.slice(0, at), rows[at], ...rows.slice(at)];
    return rows;
  }

  function rowOf(call: StoredCall): unknown {
    const row = toRow(call, traits.startFormat);
    const unusable = traits.unusable?.get(originalIndex.get(call.id) ?? -1);
    return unusable ? spoilRow(row, unusable) : row;
  }

  return {
    calls,
    answer(query) {
      answers += 1;
      if (traits.arrivalEvery && answers % traits.arrivalEvery === 0 && answers / traits.arrivalEvery <= mostArrivals)
        arrive();
      const slice = matching(query);
      const found = slice.to - slice.from;
      if (witness) for (const { id } of slice.all.slice(slice.from, slice.to)) witnessed.add(id);
      const size = Math.min(ignores('page_size') ? 10 : query.pageSize, traits.pageCap ?? Infinity);
      const page = ignores('page') ? 1 : query.page;
      const calls = listed(slice, query, page, size);
      scanned += calls.length;
      const rows = spoil(calls.map(rowOf), calls);
      const total = totalOf(found, calls.length);
      const pages = Math.ceil((traits.pageCount === 'by-total' ? total : found) / size);
      const hasNext = page < Math.ceil(found / size);
      return {
        _embedded: { call_logs: rows },
        ...(traits.nextLink === true ? { _links: hasNext ? { next: { href: '/next' } } : {} } : {}),
        page,
        page_size: size,
        total_items: total,
        ...((traits.pageCount ?? 'none') === 'none' ? {} : { total_pages: pages }),
      };
    },
    get scanned() {
      return scanned;
    },
    witnessed,
    omitted,
  };
}

/** The row as the API shows it: whole seconds. */
export function toRow({ id, startMs, endMs, direction }: StoredCall, format: Traits['startFormat'] = 'space'): CallLog {
  return {
    id,
    start: write(startMs, format),
    end: write(endMs, 'space'),
    direction,
    result: 'Answered',
    length: Math.round((endMs - startMs) / secondMs),
  };
}

function write(ms: number, format: Traits['startFormat']): string {
  const text = new Date(ms).toISOString();
  if (format === 'Z') return `${text.slice(0, 19)}Z`;
  if (format === 'fraction') return text.replace('T', ' ').slice(0, 23);
  return format === 'T' ? text.slice(0, 19) : text.slice(0, 19).replace('T', ' ');
}

function spoilRow(row: CallLog, unusable: UnusableRow): unknown {
  switch (unusable) {
    case 'no-id':
      return { ...row, id: '' };
    case 'null-id':
      return { ...row, id: null };
    case 'numeric-id':
      return { ...row, id: 17 };
    case 'no-start':
      return { ...row, start: '' };
    case 'bad-start':
      return { ...row, start: 'yesterday' };
    case 'start-elsewhere':
      return { ...row, start: '2001-01-01 00:00:00' };
  }
}

/** A call of up to ten minutes; lengths vary, so that calls do not end in the order in which they start. */
export function makeCall(id: string, startMs: number, random: () => number): StoredCall {
  const length = whole(Math.floor(random() * random() * 600_000));
  return { id, startMs, endMs: startMs + length, direction: random() < 0.5 ? 'Inbound' : 'Outbound' };
}

function shuffled(calls: readonly StoredCall[], random: () => number): StoredCall[] {
  const keyed = calls.map((call) => ({ call, key: random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ call }) => call);
}

export function whole(ms: number): number {
  return Math.floor(ms / secondMs) * secondMs;
}

function byStart(a: StoredCall, b: StoredCall): number {
  return a.startMs - b.startMs || (a.id < b.id ? -1 : 1);
}

/** The index of the first call that starts at `ms` or later. */
function firstFrom(calls: readonly StoredCall[], ms: number): number {
  let low = 0;
  let high = calls.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((calls[middle]?.startMs ?? Infinity) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
