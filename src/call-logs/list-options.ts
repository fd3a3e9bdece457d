import { queryParameters } from '../../generated/query-parameters.ts';
import { aBoolean, aFilter, anInteger, aPositiveNumber, aSignal, type Check, oneOf } from '../core/checks.ts';
import { ConfigurationError, type Resume, type TimeWindow } from '../core/errors/index.ts';
import { option, phrase } from '../core/errors/phrase.ts';
import { pageSizeBounds } from '../core/options.ts';
import { present } from '../core/present.ts';
import { formatApiTime, type Instant, resolveInstant, type ResolvedRange, resolveRange } from '../core/time/index.ts';
import type { CallLogsQuery, Filters } from './call-log.ts';
import { lastSecondBefore } from './read-page.ts';
import { type ResumedWindow, readResume } from './resume.ts';

/** The calls to list (a range of starts, and filters), their number, their order, and limits. */
export interface OwnListOptions {
  /** The first instant of the range of call starts; inclusive. A string without an offset is in `timeZone`. */
  from: Instant;
  /** The end of the range of call starts; exclusive. */
  to: Instant;
  /** IANA zone of the strings without an offset, such as `America/New_York`. Default: UTC. */
  timeZone?: string | undefined;

  /** Only calls in this direction. Rows also say `Extension`, which the API's filter does not take (fact 23). */
  direction?: CallLogsQuery['direction'] | undefined;
  /** The source, exactly as the rows write it: a number, or the extension of the account's own side (fact 24). */
  fromNumber?: string | undefined;
  /** The destination, exactly as the rows write it. */
  toNumber?: string | undefined;
  /** The source's user name, exactly as the rows write it. */
  sourceUser?: string | undefined;
  /** The destination's user name, exactly as the rows write it. */
  destinationUser?: string | undefined;
  /** Only calls that ended at this instant or later. */
  endFrom?: Instant | undefined;
  /** Only calls that ended before this instant. */
  endTo?: Instant | undefined;

  /** The order in which calls are handed out: by start, then id, whatever the server's order. Default: `asc`. */
  order?: 'asc' | 'desc' | undefined;
  /**
   * `count`: the reading ends well only if everything that the server has stated was found. `off`: calls are handed out
   * as they come, and calls that a server leaves out are lost silently. Default: `count`.
   */
  verify?: 'count' | 'off' | undefined;
  /**
   * Whether a reading ends well although rows were rejected: rows without a usable id or start, outside the range, or
   * that do not match a filter. They go to `on.rejected` either way. Default: false, such a reading ends in an
   * `IncompleteError`.
   */
  acceptRejected?: boolean | undefined;
  /** Continues where a list ended early: the `resume` of its error. All other options have to be the same as before. */
  resume?: Resume | undefined;

  /** Calls per page, 1 to 10,000. Default: the client's `pageSize`. */
  pageSize?: number | undefined;
  /** Stops after this many calls. Default: all of them. */
  limit?: number | undefined;
  /** The time that the whole operation may take, in milliseconds. Default: the client's `deadlineMs`. */
  deadlineMs?: number | undefined;
  /** Aborts this operation. */
  signal?: AbortSignal | undefined;
}

/** Parameters of the document that `list` offers under names of its own, or decides itself. */
const ownParameters = [
  'start:gte',
  'start:lte',
  'end:gte',
  'end:lte',
  'page',
  'page_size',
  'order',
  'from',
  'to',
  'source_user',
  'destination_user',
  'direction',
] as const satisfies readonly (keyof CallLogsQuery)[];

type OwnParameter = (typeof ownParameters)[number];

/**
 * Also takes further parameters of the document under the wire's names. A parameter that the document gains appears
 * here, and is sent, by regenerating.
 */
export interface ListOptions extends OwnListOptions, Omit<CallLogsQuery, OwnParameter> {}

/** A checked call of `list`: instants and wire names. */
export interface ListPlan {
  readonly range: ResolvedRange;
  /** The windows to read: the whole range, or those that a `resume` value names. */
  readonly windows: readonly ResumedWindow[];
  readonly resume: Resume | undefined;
  readonly filters: Filters;
  readonly order: 'asc' | 'desc';
  /** Whether it has to be proven that no call is missing. */
  readonly verify: boolean;
  readonly acceptRejected: boolean;
}

const aLimit = anInteger({ from: 1, to: Number.MAX_SAFE_INTEGER });

const unchecked: Check = () => undefined;

/** Instants are checked where they are resolved, and `resume` where it is read. */
const checks: Readonly<Record<keyof OwnListOptions, Check>> = {
  from: unchecked,
  to: unchecked,
  timeZone: unchecked,
  direction: oneOf(...queryParameters.direction.enum),
  fromNumber: aFilter,
  toNumber: aFilter,
  sourceUser: aFilter,
  destinationUser: aFilter,
  endFrom: unchecked,
  endTo: unchecked,
  order: oneOf('asc', 'desc'),
  verify: oneOf('count', 'off'),
  acceptRejected: aBoolean,
  resume: unchecked,
  pageSize: anInteger(pageSizeBounds),
  limit: aLimit,
  deadlineMs: aPositiveNumber,
  signal: aSignal,
};

/** Throws a `ConfigurationError` for a limit that is not a number of calls; undefined means all of them. */
export function checkLimit(limit: unknown): void {
  aLimit('limit', limit);
}

/** Throws a `ConfigurationError` for the first invalid option, before any request. */
export function planList(options: ListOptions, now: Date): ListPlan {
  const { order = 'asc', verify = 'count', acceptRejected = false, resume } = options;
  for (const [name, check] of Object.entries(checks)) {
    check(name as keyof OwnListOptions, options[name as keyof OwnListOptions]);
  }
  const range = resolveRange(options, now);
  const filters = { ...ownFilters(options), ...furtherFilters(options) };
  const windows = resume === undefined ? [range] : readResume(resume, range, filters, order);
  return { range, windows, resume, filters, order, verify: verify === 'count', acceptRejected };
}

function ownFilters({ direction, timeZone, endFrom, endTo, ...options }: ListOptions): Filters {
  const ended = {
    from: endFrom === undefined ? undefined : resolveInstant(endFrom, 'endFrom', timeZone),
    to: endTo === undefined ? undefined : resolveInstant(endTo, 'endTo', timeZone),
  };
  // This filter would match no call, and the result would look like a range without calls.
  if (ended.from && ended.to && ended.from >= ended.to) {
    throw new ConfigurationError(phrase`${option('endTo')} is not after ${option('endFrom')}`, {
      option: 'endTo',
      hint: phrase`${option('endFrom')} is inclusive and ${option('endTo')} exclusive, so ${option('endTo')} must be later.`,
    });
  }
  return present({
    'end:gte': ended.from && formatApiTime(ended.from),
    'end:lte': ended.to && lastSecondBefore(ended.to),
    direction,
    from: options.fromNumber,
    to: options.toNumber,
    source_user: options.sourceUser,
    destination_user: options.destinationUser,
  });
}

/** Returns the options that are further parameters of the document. Any other unknown name is a mistake. */
function furtherFilters(options: ListOptions): Filters {
  const further = Object.entries(options).filter(([name]) => !Object.hasOwn(checks, name));
  const own: readonly string[] = ownParameters;
  const unknown = further.find(([name]) => !Object.hasOwn(queryParameters, name) || own.includes(name));
  if (unknown === undefined) return present(Object.fromEntries(further));
  throw new ConfigurationError(`There is no option \`${unknown[0]}\``, {
    hint: 'Filters are named direction, fromNumber, toNumber, sourceUser, destinationUser, endFrom and endTo.',
  });
}

/** Checks the filters whose rule of comparison is known. It is not known how the server compares numbers and names. */
export function createFilterCheck(filters: Filters): (call: { direction?: unknown; end?: unknown }) => boolean {
  const { direction, 'end:gte': endFrom, 'end:lte': endTo } = filters;
  // Most lists have none of these filters, and checking each call costs a few per cent.
  if (direction === undefined && endFrom === undefined && endTo === undefined) return () => true;
  return (call) => {
    if (direction !== undefined && call.direction !== direction) return false;
    if (typeof call.end !== 'string' || !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/.test(call.end)) return true;
    const end = call.end.slice(0, 19);
    return !(endFrom !== undefined && end < endFrom) && !(endTo !== undefined && end > endTo);
  };
}

/** The window of a resumed reading that holds an instant. */
export function windowAt(windows: readonly ResumedWindow[], { from }: TimeWindow): ResumedWindow | undefined {
  return windows.find((window) => window.from <= from && from < window.to);
}
