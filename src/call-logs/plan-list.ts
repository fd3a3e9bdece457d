import { queryParameters } from '../../generated/query-parameters.ts';
import { aFilter, anInteger, aPositiveNumber, oneOf } from '../core/checks.ts';
import { ConfigurationError, type OptionName, type TimeWindow } from '../core/errors/index.ts';
import { formatApiTime, resolveInstant, resolveRange, type ResolvedRange } from '../core/time/index.ts';
import type { Filters } from './filters.ts';
import type { ListOptions, OwnListOptions, OwnParameter } from './list-options.ts';
import { pageSizeBounds } from '../core/options.ts';
import { requireLimit } from './require-limit.ts';
import { readResume } from './resume.ts';

/** A checked call to `list`: instants and wire names. */
export interface ListPlan {
  readonly range: ResolvedRange;
  /** What is to be read of the range: all of it, or what a `resume` value names. */
  readonly windows: readonly TimeWindow[];
  readonly filters: Filters;
  readonly order: 'asc' | 'desc';
  /** Whether calls have to be proven to be all there. */
  readonly verify: boolean;
}

const ownOptions = new Set<string>([
  'from',
  'to',
  'timeZone',
  'direction',
  'fromNumber',
  'toNumber',
  'sourceUser',
  'destinationUser',
  'endFrom',
  'endTo',
  'pageSize',
  'limit',
  'order',
  'verify',
  'resume',
  'deadlineMs',
  'signal',
] satisfies (keyof OwnListOptions)[]);

const ownParameters = new Set<string>([
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
] satisfies OwnParameter[]);

const oneSecondMs = 1000;

/** Throws a `ConfigurationError` for what can't be meant, before any request. */
export function planList(options: ListOptions, now: Date): ListPlan {
  const { order = 'asc', verify = 'count', resume } = options;
  oneOf('asc', 'desc')('order', order);
  oneOf('count', 'off')('verify', verify);
  anInteger(pageSizeBounds)('pageSize', options.pageSize);
  requireLimit(options.limit);
  aPositiveNumber('deadlineMs', options.deadlineMs);
  const range = resolveRange(options, now);
  const filters = { ...ownFilters(options), ...furtherFilters(options) };
  const windows = resume === undefined ? [range] : readResume(resume, range, filters, order);
  return { range, windows, filters, order, verify: verify === 'count' };
}

/** Such a filter would list nothing, and look like a range without calls. */
function requireOrder(from: Date | undefined, to: Date | undefined): void {
  if (!from || !to || from < to) return;
  throw new ConfigurationError('"endTo" is not after "endFrom"', {
    hint: '"endFrom" is inclusive and "endTo" exclusive, so "endTo" must be later.',
  });
}

function ownFilters(options: ListOptions): Filters {
  const { direction, timeZone, endFrom, endTo } = options;
  oneOf(...queryParameters.direction.enum)('direction', direction);
  const ended = {
    from: endFrom === undefined ? undefined : resolveInstant(endFrom, 'endFrom', timeZone),
    to: endTo === undefined ? undefined : resolveInstant(endTo, 'endTo', timeZone),
  };
  requireOrder(ended.from, ended.to);
  // The API's bounds are inclusive (fact 18), ours exclude the end.
  return present({
    'end:gte': ended.from && formatApiTime(ended.from),
    'end:lte': ended.to && lastSecondBefore(ended.to),
    direction,
    from: checkedFilter('fromNumber', options.fromNumber),
    to: checkedFilter('toNumber', options.toNumber),
    source_user: checkedFilter('sourceUser', options.sourceUser),
    destination_user: checkedFilter('destinationUser', options.destinationUser),
  });
}

/** What the document has beyond the parameters that `list` knows; a name in neither is a mistake. */
function furtherFilters(options: ListOptions): Filters {
  const further = Object.entries(options).filter(([name]) => !ownOptions.has(name));
  const unknown = further.find(([name]) => !(name in queryParameters) || ownParameters.has(name));
  if (unknown) {
    throw new ConfigurationError(`There is no option "${unknown[0]}"`, {
      hint: 'Filters are named direction, fromNumber, toNumber, sourceUser, destinationUser, endFrom and endTo.',
    });
  }
  return present(Object.fromEntries(further));
}

/** The last second of a range with an exclusive end, as the API writes it. */
export function lastSecondBefore(end: Date): string {
  return formatApiTime(new Date(end.getTime() - oneSecondMs));
}

function checkedFilter(name: OptionName, value: string | undefined): string | undefined {
  aFilter(name, value);
  return value;
}

function present<T extends object>(fields: { [Key in keyof T]: T[Key] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
