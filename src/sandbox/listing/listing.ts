import { atLeast } from './sorted.ts';

/** The calls that match a query, in order of start: how many, and those at given places, as indices of calls. */
export interface Listing {
  readonly total: number;
  /** Up to `count` calls from place `offset` on. */
  take(offset: number, count: number): number[];
}

/** The calls from `low` (inclusive) to `high` (exclusive) but the hidden ones, counted in O(log n). */
export function rangeListing(low: number, high: number, hidden: readonly number[]): Listing {
  const firstHidden = atLeast(hidden, low);
  const total = Math.max(0, high - low - (atLeast(hidden, high) - firstHidden));
  return {
    total,
    take: (offset, count) => {
      const taken: number[] = [];
      const wanted = Math.min(count, total - offset);
      const start = skipHidden(low + offset, firstHidden, hidden);
      let nextHidden = atLeast(hidden, start);
      for (let index = start; taken.length < wanted; index += 1) {
        if (hidden[nextHidden] === index) nextHidden += 1;
        else taken.push(index);
      }
      return taken;
    },
  };
}

/** Moves an index on by the hidden calls before it: after k hidden ones, the index is k further. */
function skipHidden(index: number, firstHidden: number, hidden: readonly number[]): number {
  let low = firstHidden;
  let high = hidden.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((hidden[middle] ?? Infinity) - (middle - firstHidden) <= index) low = middle + 1;
    else high = middle;
  }
  return index + (low - firstHidden);
}

/** A listing of calls found one by one, ascending. */
export function listingOf(indices: readonly number[]): Listing {
  return { total: indices.length, take: (offset, count) => indices.slice(offset, offset + count) };
}

/** The same calls, latest start first. */
export function reversed(listing: Listing): Listing {
  return {
    total: listing.total,
    take: (offset, count) => {
      const end = Math.max(0, listing.total - offset);
      const begin = Math.max(0, end - count);
      return listing.take(begin, end - begin).reverse();
    },
  };
}
