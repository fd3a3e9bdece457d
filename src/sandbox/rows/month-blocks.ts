import { zoneOffset } from '../wire-time/zone-offset.ts';
import type { ZoneOffset } from '../wire-time/zone-offset.ts';

import { weekShape } from './week-shape.ts';
import type { WeekShape } from './week-shape.ts';

/**
 * The calls of one calendar month, or of the part of it that is covered. Rows follow from the seed, the month and the
 * place in the month, so that January stays the same January whatever else the sandbox covers.
 */
export interface MonthBlock {
  /** Months since January of year 0. */
  readonly month: number;
  readonly shape: WeekShape;
  /** Index of the block's first call among all calls. */
  readonly first: number;
  readonly count: number;
}

const CALLS_PER_MONTH = 2_000;

/** Cuts a range (seconds, `to` exclusive) into months and spreads the calls over them; without a number, 2,000 a month. */
export function monthBlocks(from: number, to: number, calls: number | undefined, officeTimeZone: string): MonthBlock[] {
  const months = monthsOf(from, to, zoneOffset(officeTimeZone));
  const whole = months.reduce((sum, { shape }) => sum + shape.total, 0);
  let first = 0;
  let before = 0;
  return months.map(({ month, shape }) => {
    before += shape.total;
    const end = calls === undefined ? first + usualCalls(month, shape) : Math.round((calls * before) / whole);
    const block = { month, shape, first, count: end - first };
    first = end;
    return block;
  });
}

function monthsOf(from: number, to: number, offset: ZoneOffset): { month: number; shape: WeekShape }[] {
  const start = new Date(from * 1000);
  const months = [];
  let month = start.getUTCFullYear() * 12 + start.getUTCMonth();
  for (let second = from; second < to; month += 1) {
    const end = Math.min(to, monthStart(month + 1));
    months.push({ month, shape: weekShape(second, end, offset) });
    second = end;
  }
  return months;
}

function usualCalls(month: number, { fromSeconds, toSeconds }: WeekShape): number {
  return Math.round((CALLS_PER_MONTH * (toSeconds - fromSeconds)) / (monthStart(month + 1) - monthStart(month)));
}

function monthStart(month: number): number {
  return Date.UTC(Math.floor(month / 12), month % 12) / 1000;
}

/** The block that holds the call with this index. */
export function blockOf(blocks: readonly MonthBlock[], index: number): MonthBlock {
  let low = 0;
  let high = blocks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((blocks[middle]?.first ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  const block = blocks[low];
  if (block === undefined) throw new RangeError(`There is no call ${index}.`);
  return block;
}
