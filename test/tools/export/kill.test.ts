import process from 'node:process';
import { it } from '@jest/globals';
import { killAndResume } from './kill.ts';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);

it('an export that is killed 10 times at random moments loses no call, repeats none, and becomes the same file', async () => {
  await killAndResume(10, seed);
});
