import process from 'node:process';
import { it } from '@jest/globals';
import { killAndResume } from './kill.ts';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
it.each([0, 1])(
  'an export that is killed 100 times at random moments becomes the same file: series %i',
  async (series) => {
    await killAndResume(100, seed + series);
  },
  600_000,
);
