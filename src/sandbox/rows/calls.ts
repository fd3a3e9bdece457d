import { draw } from '../chance.ts';

import { groupPlace } from './call-groups.ts';
import { callId } from './call-id.ts';
import { SINGLE_COUNT, createPatterns, groupPattern } from './call-patterns.ts';
import type { CallPattern } from './call-patterns.ts';
import { blockOf } from './month-blocks.ts';
import type { MonthBlock } from './month-blocks.ts';
import { monthSeed } from './month-seed.ts';
import { createParties } from './parties.ts';
import { startTimes } from './start-times.ts';

const SINGLE = 0x15;

export interface CallsSettings {
  readonly seed: number;
  readonly blocks: readonly MonthBlock[];
  /** How many calls start in one second, once in 1,024 calls. */
  readonly tieRun: number;
}

/**
 * All calls of a sandbox, in order of start, known by their index. Only the starts are held; the rest of a call follows
 * from the seed, its month and its place in the month.
 */
export class Calls {
  readonly seed: number;
  /** Seconds since 1970, ascending. */
  readonly starts: Uint32Array;
  readonly patterns: readonly CallPattern[];
  readonly #blocks: readonly MonthBlock[];

  constructor({ seed, blocks, tieRun }: CallsSettings) {
    this.seed = seed;
    this.#blocks = blocks;
    this.starts = startTimes(blocks, { seed, tieRun });
    this.patterns = createPatterns(seed, createParties(seed));
  }

  /** Seconds since 1970. */
  start(index: number): number {
    return this.starts[index] ?? 0;
  }

  /** Seconds since 1970. */
  end(index: number): number {
    return this.start(index) + this.pattern(index).length;
  }

  id(index: number): string {
    const block = blockOf(this.#blocks, index);
    return callId(this.seed, block.month, index - block.first);
  }

  pattern(index: number): CallPattern {
    const pattern = this.patterns[this.patternNumber(index)];
    if (pattern === undefined) throw new RangeError(`There is no call ${index}.`);
    return pattern;
  }

  patternNumber(index: number): number {
    const block = blockOf(this.#blocks, index);
    const ofMonth = monthSeed(this.seed, block.month);
    const place = index - block.first;
    const group = groupPlace(ofMonth, place);
    return group === undefined ? draw(ofMonth ^ place, SINGLE) % SINGLE_COUNT : groupPattern(group);
  }
}
