import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { backwardAxis, forwardAxis } from '../../../src/call-logs/keyset/axis.ts';
import { axisOf, findAxis } from '../../../src/call-logs/keyset/find-axis.ts';
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

describe('finding the axis by a page', () => {
  it.each<[string, number[], typeof forwardAxis | undefined]>([
    ['rises', [1, 2, 2, 3], forwardAxis],
    ['falls', [3, 2, 2, 1], backwardAxis],
    ['is empty', [], undefined],
    ['holds one call', [5], undefined],
    ['holds one second', [5, 5, 5], undefined],
    ['does both', [1, 3, 2], undefined],
  ])('that %s', (_what, starts, axis) => {
    expect(findAxis(starts.map((start, index) => callAt(start, String(index))))).toBe(axis);
  });

  it('is the axis of the order that was asked for, where pages do not tell', () => {
    expect([axisOf('asc'), axisOf('desc')]).toEqual([forwardAxis, backwardAxis]);
  });
});
