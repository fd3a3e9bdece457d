import { queryParameters } from '../../generated/query-parameters.ts';
import { requireInteger, requireNumber } from '../checks.ts';
import { ConfigurationError } from '../errors/index.ts';
import { pageSizeBounds } from '../options.ts';
import { formatApiTime, resolveInstant, resolveRange, type ResolvedRange } from '../time/index.ts';
import type { CallLogsQuery } from './call-log.ts';
import type { ListOptions, OwnListOptions, OwnParameter } from './list-options.ts';

/** A checked call to `list`: instants and wire names. */
export interface ListPlan {
  readonly range: ResolvedRange;
  readonly filters: Filters;
}

/** The part of the query that is the same for every page. */
export type Filters = Omit<CallLogsQuery, 'start:gte' | 'start:lte' | 'page' | 'page_size' | 'order'>;

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
  requireInteger('pageSize', options.pageSize, pageSizeBounds);
  requireInteger('limit', options.limit, { from: 1, to: Number.MAX_SAFE_INTEGER });
  requireNumber('deadlineMs', options.deadlineMs, { above: 0 });
  return { range: resolveRange(options, now), filters: { ...ownFilters(options), ...furtherFilters(options) } };
}

function ownFilters(options: ListOptions): Filters {
  const { direction, timeZone, endFrom, endTo } = options;
  const directions: readonly string[] = queryParameters.direction.enum;
  if (direction !== undefined && !directions.includes(direction)) {
    throw new ConfigurationError(`"direction" can only be filtered for ${directions.join(' or ')}`);
  }
  // The API's bounds are inclusive (fact 18), ours exclude the end.
  return present({
    'end:gte': endFrom === undefined ? undefined : formatApiTime(resolveInstant(endFrom, 'endFrom', timeZone)),
    'end:lte': endTo === undefined ? undefined : lastSecondBefore(resolveInstant(endTo, 'endTo', timeZone)),
    direction,
    from: requireText('fromNumber', options.fromNumber),
    to: requireText('toNumber', options.toNumber),
    source_user: requireText('sourceUser', options.sourceUser),
    destination_user: requireText('destinationUser', options.destinationUser),
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

/** An empty filter would be sent, and mean who knows what. */
function requireText(name: string, value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw new ConfigurationError(`"${name}" must be a text that is not empty`);
}

function present<T extends object>(fields: { [Key in keyof T]: T[Key] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
