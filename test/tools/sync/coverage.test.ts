import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { type Coverage, bySettled, cut, forget, prove, settledFrom } from '../../../src/tools/sync/coverage.ts';

const hourMs = 3_600_000;
const start = Date.UTC(2026, 0, 1);
const at = (hours: number): Date => new Date(start + hours * hourMs);
const window = (from: number, to: number) => ({ from: at(from), to: at(to) });

describe('what is proven', () => {
  test('a window that agreed long after its end is settled, and its end is not settled yet', () => {
    const coverage = prove([], window(0, 100), at(100));
    expect(coverage).toEqual([
      { ...window(0, 75), agreedAt: at(100), settled: true },
      { ...window(75, 100), agreedAt: at(100), settled: false },
    ]);
    expect(settledFrom(coverage, at(0))).toEqual(at(75));
  });

  test('neighbours that are settled become one window, with the earlier proof', () => {
    const coverage = prove(prove([], window(0, 10), at(50)), window(10, 20), at(60));
    expect(coverage).toEqual([{ ...window(0, 20), agreedAt: at(50), settled: true }]);
  });

  test('unsettled neighbours of different times stay apart', () => {
    const coverage = prove(prove([], window(90, 95), at(100)), window(95, 100), at(101));
    expect(coverage).toHaveLength(2);
  });

  test('a new proof replaces only what was known about its window', () => {
    const coverage = prove(prove([], window(0, 100), at(100)), window(70, 110), at(140));
    expect(coverage).toEqual([{ ...window(0, 110), agreedAt: at(100), settled: true }]);
  });

  test('a gap ends the settled stretch', () => {
    const coverage = prove(prove([], window(0, 10), at(100)), window(20, 30), at(100));
    expect(settledFrom(coverage, at(0))).toEqual(at(10));
    expect(settledFrom(coverage, at(15))).toBeUndefined();
  });

  test('a window is cut into what was settled and what was not', () => {
    const coverage = prove([], window(0, 10), at(100));
    expect(bySettled(coverage, window(-5, 15))).toEqual([
      { ...window(-5, 0), settled: false },
      { ...window(0, 10), settled: true },
      { ...window(10, 15), settled: false },
    ]);
  });

  test('after every sequence of proofs and removals, each hour has its latest state', () => {
    const hours = fc.integer({ min: 0, max: 60 });
    const event = fc.record({ from: hours, length: fc.integer({ min: 1, max: 30 }), isProof: fc.boolean() });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), (events) => {
        let coverage: Coverage = [];
        const lastWord = new Map<number, number | undefined>();
        events.forEach(({ from, length, isProof }, place) => {
          const named = window(from, from + length);
          coverage = isProof ? prove(coverage, named, at(40 + place)) : forget(coverage, named);
          for (let hour = from; hour < from + length; hour += 1) lastWord.set(hour, isProof ? 40 + place : undefined);
        });
        for (let hour = 0; hour < 90; hour += 1) {
          const known = coverage.filter(({ from, to }) => from <= at(hour) && at(hour) < to);
          const provenAt = lastWord.get(hour);
          expect(known).toHaveLength(provenAt === undefined ? 0 : 1);
          if (provenAt !== undefined) expect(known[0]?.settled).toBe(hour + 1 <= provenAt - 25);
        }
        expect(coverage.every(({ from, to }, place) => from < to && to <= (coverage[place + 1]?.from ?? to))).toBe(
          true,
        );
      }),
    );
  });

  test('cutting a window loses no part of it', () => {
    expect(cut(window(0, 10), [at(3), at(10), at(12), at(3), at(7)])).toEqual([
      window(0, 3),
      window(3, 7),
      window(7, 10),
    ]);
  });
});
