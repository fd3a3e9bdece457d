import process from 'node:process';
import { it } from '@jest/globals';
import { draws } from '../../support/draws.ts';
import { killAndResume } from './kill.ts';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);

const times = draws(5, 100);

it(
  `an export that is killed ${times} times at random moments loses no call, repeats none, and becomes the same file`,
  () => killAndResume(times, seed),
  600_000,
);
