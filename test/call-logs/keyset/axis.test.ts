import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { backwardAxis, forwardAxis } from '../../../src/call-logs/keyset/axis.ts';
import { findAxis } from '../../../src/call-logs/keyset/find-axis.ts';
import { callAt } from './call-at.ts';
import { windowOf } from './run-timeline.ts';

const seconds = fc.integer({ min: -86_400, max: 86_400 });
const positionOf = (axis: typeof forwardAxis, second: number): number => {
  const position = axis.positionOf(callAt(second).start);
  if (position === undefined) throw new Error('no position');
  return position;
};

describe.each([
  ['forward', forwardAxis],
  ['backward', backwardAxis],
])('the %s axis', (_name, axis) => {
  it('gives each window back that it was given as a span', () => {
    fc.assert(
      fc.property(seconds, fc.integer({ min: 1, max: 9999 }), (from, length) => {
        const window = windowOf(from, from + length);
        const span = axis.spanOf(window);
        expect(span.to - span.from).toBe(length);
        expect(axis.windowOf(span)).toEqual(window);
      }),
    );
  });

  it('has a start within a span if it is within the window: `from` inclusive, `to` exclusive', () => {
    fc.assert(
      fc.property(seconds, fc.integer({ min: 1, max: 20 }), fc.integer({ min: -3, max: 23 }), (from, length, at) => {
        const span = axis.spanOf(windowOf(from, from + length));
        const position = positionOf(axis, from + at);
        expect(span.from <= position && position < span.to).toBe(at >= 0 && at < length);
      }),
    );
  });

  it('tells what stands before a position as the positions do', () => {
    fc.assert(
      fc.property(seconds, seconds, (one, other) => {
        const bound = positionOf(axis, one);
        expect(axis.before(bound)(callAt(other).start)).toBe(positionOf(axis, other) < bound);
      }),
    );
  });

  it('knows no position of a text that is no time', () => {
    for (const text of ['', 'yesterday', '2026-03-01T00:00:00Z', '2026-02-30 00:00:00', '2026-03-01 00:00:00.5']) {
      expect(axis.positionOf(text)).toBeUndefined();
    }
  });
});

it('the two axes are mirrors of each other', () => {
  fc.assert(
    fc.property(seconds, seconds, (one, other) => {
      const ahead = positionOf(forwardAxis, one) - positionOf(forwardAxis, other);
      expect(positionOf(backwardAxis, other) - positionOf(backwardAxis, one)).toBe(ahead);
    }),
  );
});

describe('finding the axis by the first page', () => {
  it.each<[string, number[], 'asc' | 'desc', typeof forwardAxis]>([
    ['rises', [1, 2, 2, 3], 'asc', forwardAxis],
    ['rises, though descending order was asked for', [1, 1, 2], 'desc', forwardAxis],
    ['falls', [3, 2, 2, 1], 'desc', backwardAxis],
    ['falls, though ascending order was asked for', [3, 3, 1], 'asc', backwardAxis],
    ['is empty, as was asked for', [], 'asc', forwardAxis],
    ['is empty, as was asked for', [], 'desc', backwardAxis],
    ['holds one second, as was asked for', [5, 5, 5], 'desc', backwardAxis],
    ['does both, as was asked for', [1, 3, 2], 'asc', forwardAxis],
    ['does both, as was asked for', [1, 3, 2], 'desc', backwardAxis],
  ])('that %s', (_what, starts, order, axis) => {
    expect(
      findAxis(
        starts.map((start, index) => callAt(start, String(index))),
        order,
      ),
    ).toBe(axis);
  });
});
