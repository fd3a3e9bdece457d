import process from 'node:process';
import { it } from '@jest/globals';
import { killAndResume } from './kill.ts';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const long = process.env.LONG_TESTS === '1' ? it : it.skip;

long.each([0, 1, 2, 3])(
  'an export that is killed 250 times at random moments becomes the same file: series %i',
  async (series) => {
    await killAndResume(250, seed + series);
  },
  600_000,
);
