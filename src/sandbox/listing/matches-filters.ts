import type { CallPattern } from '../rows/call-patterns.ts';

/** The filters of a query that look at more than the start. Times are seconds since 1970, both bounds inclusive. */
export interface CallFilters {
  readonly endFrom?: number;
  readonly endTo?: number;
  readonly from?: string;
  readonly to?: string;
  readonly sourceUser?: string;
  readonly destinationUser?: string;
  readonly direction?: string;
}

/** Whether a call of this pattern that ends at this second passes every filter that is given. */
export function matchesFilters(call: CallPattern, end: number, filters: CallFilters): boolean {
  const allows = (wanted: string | undefined, value: string | null): boolean =>
    wanted === undefined || wanted === value;
  return (
    end >= (filters.endFrom ?? -Infinity) &&
    end <= (filters.endTo ?? Infinity) &&
    allows(filters.from, call.source.number) &&
    allows(filters.to, call.destination.number) &&
    allows(filters.sourceUser, call.source.user) &&
    allows(filters.destinationUser, call.destination.user) &&
    allows(filters.direction, call.direction)
  );
}
