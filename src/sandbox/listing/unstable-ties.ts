import { draw } from '../chance.ts';

import type { Listing } from './listing.ts';

/** The same calls, but those of one second stand in an order that changes with every turn (fact 16). */
export function unstableTies(listing: Listing, startOf: (index: number) => number, turn: number): Listing {
  const startAt = (place: number): number | undefined => {
    const [index] = listing.take(place, 1);
    return index === undefined ? undefined : startOf(index);
  };
  return {
    total: listing.total,
    take: (offset, count) => {
      const stop = Math.min(offset + count, listing.total);
      if (offset >= stop) return [];
      const begin = runBegin(startAt, offset);
      const end = runEnd(startAt, stop, listing.total);
      const turned = turnRuns(listing.take(begin, end - begin), startOf, turn);
      return turned.slice(offset - begin, stop - begin);
    },
  };
}

type StartAt = (place: number) => number | undefined;

function runBegin(startAt: StartAt, place: number): number {
  const start = startAt(place);
  let begin = place;
  while (begin > 0 && startAt(begin - 1) === start) begin -= 1;
  return begin;
}

function runEnd(startAt: StartAt, stop: number, total: number): number {
  const start = startAt(stop - 1);
  let end = stop;
  while (end < total && startAt(end) === start) end += 1;
  return end;
}

function turnRuns(indices: readonly number[], startOf: (index: number) => number, turn: number): number[] {
  const turned: number[] = [];
  for (let begin = 0; begin < indices.length;) {
    const start = startOf(indices[begin] ?? 0);
    let end = begin + 1;
    while (end < indices.length && startOf(indices[end] ?? 0) === start) end += 1;
    const cut = begin + (draw(turn, start) % (end - begin));
    turned.push(...indices.slice(cut, end), ...indices.slice(begin, cut));
    begin = end;
  }
  return turned;
}
