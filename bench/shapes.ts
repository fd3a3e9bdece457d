import { apiTime } from './rows.ts';

/** The distribution of calls over a month: even, or like an office's, with nights and weekends nearly empty. */
export type Shape = 'even' | 'working week';

const monthStart = Date.UTC(2026, 0, 1) / 1000;
const monthSeconds = 31 * 86_400;
const hourSeconds = 3600;

/** The starts of `count` calls in January 2026 as the API writes them, ascending. */
export function callsOf(shape: Shape, count: number): string[] {
  const hours = Array.from({ length: monthSeconds / hourSeconds }, (_, hour) =>
    shape === 'even' ? 1 : weightOf(hour),
  );
  const total = hours.reduce((sum, weight) => sum + weight, 0);
  const starts: string[] = [];
  let upTo = 0;
  for (const [hour, weight] of hours.entries()) {
    upTo += (count * weight) / total;
    const inHour = Math.round(upTo) - starts.length;
    const begin = monthStart + hour * hourSeconds;
    for (let index = 0; index < inHour; index += 1) {
      starts.push(apiTime(begin + Math.floor((index * hourSeconds) / inHour)));
    }
  }
  return starts;
}

function weightOf(hourOfMonth: number): number {
  const date = new Date((monthStart + hourOfMonth * hourSeconds) * 1000);
  const weekend = date.getUTCDay() === 0 || date.getUTCDay() === 6;
  const hour = date.getUTCHours();
  if (weekend) return 0.02;
  if (hour >= 8 && hour < 18) return 1;
  return hour >= 6 && hour < 21 ? 0.2 : 0.01;
}
