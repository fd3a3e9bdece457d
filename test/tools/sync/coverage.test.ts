import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import {
  bySettled,
  byWasSettled,
  type Coverage,
  cut,
  openWindows,
  prove,
  reopen,
  settledFrom,
} from '../../../src/tools/sync/coverage.ts';

const hourMs = 3_600_000;
const start = Date.UTC(2026, 0, 1);
const at = (hours: number): Date => new Date(start + hours * hourMs);
const window = (from: number, to: number) => ({ from: at(from), to: at(to) });

describe('what is proven', () => {
  test('a window that agreed long after its end is settled, and its end is not settled yet', () => {
    const coverage = prove([], window(0, 100), at(100));
    expect(coverage).toEqual([
      { ...window(0, 75), agreedAt: at(100), settled: true, wasSettled: true },
      { ...window(75, 100), agreedAt: at(100), settled: false, wasSettled: false },
    ]);
    expect(settledFrom(coverage, at(0))).toEqual(at(75));
  });

  test('neighbours that are settled become one window, with the earlier proof', () => {
    const coverage = prove(prove([], window(0, 10), at(50)), window(10, 20), at(60));
    expect(coverage).toEqual([{ ...window(0, 20), agreedAt: at(50), settled: true, wasSettled: true }]);
  });

  test('unsettled neighbours of different times stay apart', () => {
    const coverage = prove(prove([], window(90, 95), at(100)), window(95, 100), at(101));
    expect(coverage).toHaveLength(2);
  });

  test('a new proof replaces only what was known about its window', () => {
    const coverage = prove(prove([], window(0, 100), at(100)), window(70, 110), at(140));
    expect(coverage).toEqual([{ ...window(0, 110), agreedAt: at(100), settled: true, wasSettled: true }]);
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

  test('a window that is reopened is no longer proven, and is still known to have been settled', () => {
    const coverage = reopen(prove([], window(0, 100), at(100)), window(70, 110));
    expect(coverage).toEqual([
      { ...window(0, 70), agreedAt: at(100), settled: true, wasSettled: true },
      { ...window(70, 75), agreedAt: undefined, settled: false, wasSettled: true },
      { ...window(75, 110), agreedAt: undefined, settled: false, wasSettled: false },
    ]);
    expect(settledFrom(coverage, at(0))).toEqual(at(70));
    expect(openWindows(coverage)).toMatchObject([window(70, 75), window(75, 110)]);
  });

  test('a window that was ever settled is one part, whether it is proven or not', () => {
    const coverage = reopen(prove([], window(0, 75), at(100)), window(20, 30));
    expect(byWasSettled(coverage, window(10, 80))).toEqual([
      { ...window(10, 75), wasSettled: true },
      { ...window(75, 80), wasSettled: false },
    ]);
  });

  test('a clock that has gone back does not take back that a window was settled', () => {
    const coverage = prove(prove([], window(0, 50), at(100)), window(0, 50), at(60));
    expect(coverage).toEqual([
      { ...window(0, 35), agreedAt: at(60), settled: true, wasSettled: true },
      { ...window(35, 50), agreedAt: at(60), settled: false, wasSettled: true },
    ]);
  });

  test('after every sequence of proofs and reopenings, each hour has its latest state', () => {
    const hours = fc.integer({ min: 0, max: 60 });
    const event = fc.record({ from: hours, length: fc.integer({ min: 1, max: 30 }), isProof: fc.boolean() });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), (events) => {
        let coverage: Coverage = [];
        const lastWord = new Map<number, number | undefined>();
        const everSettled = new Set<number>();
        events.forEach(({ from, length, isProof }, place) => {
          const named = window(from, from + length);
          coverage = isProof ? prove(coverage, named, at(40 + place)) : reopen(coverage, named);
          for (let hour = from; hour < from + length; hour += 1) {
            lastWord.set(hour, isProof ? 40 + place : undefined);
            if (isProof && hour + 1 <= 40 + place - 25) everSettled.add(hour);
          }
        });
        for (let hour = 0; hour < 90; hour += 1) {
          const known = coverage.filter(({ from, to }) => from <= at(hour) && at(hour) < to);
          expect(known).toHaveLength(lastWord.has(hour) ? 1 : 0);
          const provenAt = lastWord.get(hour);
          const [{ agreedAt, settled, wasSettled } = { agreedAt: undefined, settled: false, wasSettled: false }] =
            known;
          expect(agreedAt !== undefined).toBe(provenAt !== undefined);
          expect(settled).toBe(provenAt !== undefined && hour + 1 <= provenAt - 25);
          expect(wasSettled).toBe(everSettled.has(hour));
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
