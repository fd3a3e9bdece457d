import type { ZoneOffset } from '../wire-time/zone-offset.ts';

const HOUR_SECONDS = 3600;

/** How busy an hour of a working day is, from midnight on. */
const WORKING_DAY = [1, 1, 1, 1, 1, 1, 2, 5, 18, 40, 46, 42, 28, 36, 42, 40, 34, 18, 8, 5, 4, 3, 2, 1];
/** How busy a day is, from Sunday on. */
const WEEK = [0.08, 1, 1, 0.95, 0.95, 0.9, 0.2];

/** The running total of how busy the hours of a range are: entry n counts the hours before hour n. */
export interface WeekShape {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly running: Float64Array;
  readonly total: number;
}

/** The week's shape over a range, in the office's own hours. */
export function weekShape(fromSeconds: number, toSeconds: number, offset: ZoneOffset): WeekShape {
  const hours = Math.ceil((toSeconds - fromSeconds) / HOUR_SECONDS);
  const running = new Float64Array(hours + 1);
  for (let hour = 0; hour < hours; hour += 1) {
    const second = fromSeconds + hour * HOUR_SECONDS;
    const day = Math.floor(second / 86_400);
    const wall = new Date((second + offset(day * 86_400)) * 1000);
    const share = Math.min(1, (toSeconds - second) / HOUR_SECONDS);
    running[hour + 1] = (running[hour] ?? 0) + busyness(wall) * share;
  }
  return { fromSeconds, toSeconds, running, total: running[hours] ?? 0 };
}

function busyness(wall: Date): number {
  return (WORKING_DAY[wall.getUTCHours()] ?? 1) * (WEEK[wall.getUTCDay()] ?? 1);
}
