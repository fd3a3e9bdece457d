import { mulberry32 } from '../../support/draws.ts';

/** A year of calls, for simulations. */
export const year = { from: new Date('2025-01-01T00:00:00Z'), to: new Date('2026-01-01T00:00:00Z') };

/** Returns starts in seconds since 1970, sorted: many in working hours, few at night and at the weekend. */
export function startsOfYear(calls: number, seed = 1): number[] {
  const random = mulberry32(seed);
  const first = year.from.getTime() / 1000;
  const seconds = (year.to.getTime() - year.from.getTime()) / 1000;
  const starts: number[] = [];
  while (starts.length < calls) {
    const start = first + Math.floor(random() * seconds);
    if (random() < rateAt(start)) starts.push(start);
  }
  return starts.sort((a, b) => a - b);
}

/** The rate of calls beside that of a working hour. */
function rateAt(start: number): number {
  const date = new Date(start * 1000);
  const isWeekend = date.getUTCDay() === 0 || date.getUTCDay() === 6;
  const isOffice = date.getUTCHours() >= 8 && date.getUTCHours() < 18;
  return (isWeekend ? 0.08 : 1) * (isOffice ? 1 : 0.06);
}
