import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { halvesOf, mergeSpans, type Span } from '../../../src/call-logs/keyset/span.ts';

const span = (from: number, to: number): Span => ({ from, to });

/** Cuts a range at the given seconds. */
function pieces(end: number, cuts: readonly number[]): Span[] {
  const bounds = [...new Set([0, ...cuts, end])].sort((a, b) => a - b);
  return bounds.slice(1).map((to, index) => span(bounds[index] ?? 0, to));
}

describe('merging spans', () => {
  it.each<[string, Span[], Span[]]>([
    ['none', [], []],
    ['one', [span(3, 5)], [span(3, 5)]],
    ['neighbours become one', [span(0, 5), span(5, 9)], [span(0, 9)]],
    ['in any order', [span(5, 9), span(9, 12), span(0, 5)], [span(0, 12)]],
    ['spans with a second between them stay apart', [span(0, 5), span(6, 9)], [span(0, 5), span(6, 9)]],
    ['before 1970', [span(-9, -5), span(-5, -1)], [span(-9, -1)]],
  ])('%s', (_what, given, merged) => {
    expect(mergeSpans(given)).toEqual(merged);
  });

  it('keeps every second and adds none, whatever is cut and left out', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 59 }));
    fc.assert(
      fc.property(cuts, fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }), (at, kept) => {
        const given = pieces(60, at).filter(({ from }) => kept[from]);
        const merged = mergeSpans(given.toReversed());
        const seconds = (spans: readonly Span[]): number[] =>
          Array.from({ length: 60 }, (_, second) => second).filter((second) =>
            spans.some(({ from, to }) => from <= second && second < to),
          );
        expect(seconds(merged)).toEqual(seconds(given));
        expect(merged.every(({ from }, index) => index === 0 || from > (merged[index - 1]?.to ?? 0))).toBe(true);
      }),
      { seed: 4 },
    );
  });
});

describe('halving a span', () => {
  it.each([
    [0, 2],
    [0, 3],
    [-3, 4],
    [-5, -3],
    [1_700_000_000, 1_700_000_007],
  ])('from %i to %i gives two that are not empty and fit together', (from, to) => {
    const [early, late] = halvesOf(span(from, to));
    expect([early.from, early.to, late.to]).toEqual([from, late.from, to]);
    expect(Math.min(early.to - early.from, late.to - late.from)).toBeGreaterThan(0);
    expect(Math.abs(early.to - early.from - (late.to - late.from))).toBeLessThanOrEqual(1);
  });
});
