import { describe, expect, it } from '@jest/globals';
import { directionOf, judgeOrder } from '../../../src/tools/doctor/order-of-calls.ts';

const at = (...seconds: number[]): Date[] => seconds.map((second) => new Date(second * 1000));

describe('the direction of a page', () => {
  it.each([
    ['asc', at(1, 2, 2, 3)],
    ['desc', at(3, 2, 2, 1)],
    ['mixed', at(1, 3, 2)],
    [undefined, at(1, 1)],
    [undefined, at(1)],
    [undefined, at()],
  ])('is %s for %j', (direction, times) => {
    expect(directionOf(times)).toBe(direction);
  });
});

describe('an order', () => {
  it.each([
    ['honoured', 'desc', 'asc'],
    ['ignored', 'desc', 'desc'],
    ['ignored', 'asc', 'asc'],
    ['ignored', 'mixed', 'asc'],
    ['unknown', 'desc', undefined],
    ['unknown', undefined, undefined],
  ] as const)(
    'is %s where the page in descending order runs %s and that in ascending order %s',
    (verdict, one, other) => {
      expect(judgeOrder(one, other)).toBe(verdict);
    },
  );
});
