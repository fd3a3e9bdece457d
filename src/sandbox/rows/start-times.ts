import { draw, fraction } from '../chance.ts';

import { groupPlace } from './call-groups.ts';
import type { MonthBlock } from './month-blocks.ts';
import { monthSeed } from './month-seed.ts';

const HOUR_SECONDS = 3600;
const TIE_PERCENT = 2;
const TIE_RUN_EVERY = 1024;
const JITTER = 0x11;
const TIE = 0x12;
const GROUP_GAP = 0x13;

export interface StartTimeSettings {
  readonly seed: number;
  /** How many calls start in one second, once in 1,024 calls. */
  readonly tieRun: number;
}

/** The start of every call in seconds since 1970, ascending: four bytes a call, the only thing held for each. */
export function startTimes(blocks: readonly MonthBlock[], settings: StartTimeSettings): Uint32Array {
  const last = blocks.at(-1);
  const starts = new Uint32Array(last === undefined ? 0 : last.first + last.count);
  for (const block of blocks) fillBlock(starts, block, settings);
  return starts;
}

function fillBlock(starts: Uint32Array, block: MonthBlock, settings: StartTimeSettings): void {
  const seed = monthSeed(settings.seed, block.month);
  const { running, total, fromSeconds, toSeconds } = block.shape;
  let previous = fromSeconds;
  let hour = 0;
  for (let place = 0; place < block.count; place += 1) {
    const position = ((place + fraction(seed ^ place, JITTER)) / block.count) * total;
    while ((running[hour + 1] ?? total) <= position && hour < running.length - 2) hour += 1;
    const before = running[hour] ?? 0;
    const within = (position - before) / ((running[hour + 1] ?? total) - before);
    const usual = fromSeconds + (hour + Math.min(within, 1)) * HOUR_SECONDS;
    const start = place === 0 ? usual : previous + gap(seed, place, usual - previous, settings.tieRun);
    previous = Math.min(Math.floor(start), toSeconds - 1);
    starts[block.first + place] = previous;
  }
}

/** Seconds since the previous call: none in a tie, a few in a call group (fact 26), else what the week's shape says. */
function gap(seed: number, place: number, usual: number, tieRun: number): number {
  const inTieRun = place % TIE_RUN_EVERY;
  if (inTieRun > 0 && inTieRun < tieRun) return 0;
  if ((groupPlace(seed, place)?.member ?? 0) > 0) return draw(seed ^ place, GROUP_GAP) % 3;
  return draw(seed ^ place, TIE) % 100 < TIE_PERCENT ? 0 : Math.max(0, usual);
}
