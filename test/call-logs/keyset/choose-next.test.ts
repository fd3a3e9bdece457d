import { describe, expect, it } from '@jest/globals';

import { chooseNext, type Situation } from '../../../src/call-logs/keyset/choose-next.ts';
import { createGap, createLane, type Chunk, type Gap, type Hole } from '../../../src/call-logs/keyset/segment.ts';
import { callAt } from './call-at.ts';

const pageSize = 10;

interface GapSketch {
  /** Pages that are still to be read in the gap, as far as is known. */
  readonly pages: number;
  readonly length?: number;
  readonly asked?: boolean;
}

function gap({ pages, length = 1000, asked = false }: GapSketch): Gap {
  const made = createGap({ from: 0, to: length }, { lane: createLane(pages * pageSize), doubts: 0 });
  if (asked) made.askedTo = made.to;
  return made;
}

const chunk = (pages: number): Chunk => ({
  kind: 'chunk',
  from: 0,
  to: 1,
  calls: Array.from({ length: pages * pageSize }, (_, index) => callAt(index)),
  proof: undefined,
  doubts: 0,
});

const hole: Hole = { kind: 'hole', from: 0, to: 1, expected: 2, found: 1 };

/** In the middle of a large reading. */
const situation = (segments: Situation['segments'], changed: Partial<Situation> = {}): Situation => ({
  segments,
  alongAxis: true,
  pageSize,
  concurrency: 4,
  total: 10_000 * pageSize,
  lanes: 10,
  begun: true,
  mayCut: true,
  ...changed,
});

describe('what is asked for next', () => {
  it('is the first gap as it is, where the caller has nothing to take, or all behind it would wait for ever', () => {
    const first = gap({ pages: 3 });
    const unproven: Chunk = { ...chunk(1000), proof: first.proof };
    for (const waiting of [[], [unproven], [unproven, chunk(1000)], [unproven, hole]]) {
      expect(chooseNext(situation([...waiting, first]))).toEqual({ gap: first });
      expect(chooseNext(situation([...waiting, first], { mayCut: false, lanes: 1e9 }))).toEqual({ gap: first });
    }
  });

  it('is nothing where the memory is full and an answer that may empty it is on its way', () => {
    const first = gap({ pages: 3 });
    const unproven: Chunk = { ...chunk(80), proof: first.proof };
    expect(chooseNext(situation([unproven, first, gap({ pages: 3, asked: true })]))).toBeUndefined();
    expect(chooseNext(situation([unproven, first, gap({ pages: 3 })]))).toEqual({ gap: first });
  });

  it('is nothing while so much is there to be taken that more would only fill the memory', () => {
    const first = gap({ pages: 3 });
    expect(chooseNext(situation([chunk(79), first]))).toEqual({ gap: first });
    expect(chooseNext(situation([chunk(80), first]))).toBeUndefined();
    expect(chooseNext(situation([hole, chunk(80), first]))).toBeUndefined();
  });

  it('is nothing where there is no gap', () => {
    expect(chooseNext(situation([]))).toBeUndefined();
    expect(chooseNext(situation([hole, chunk(1)]))).toBeUndefined();
  });

  it('is the first gap that is not asked for, before any lane is cut off', () => {
    const waiting = gap({ pages: 50 });
    const segments = [gap({ pages: 500, asked: true }), chunk(1), waiting, gap({ pages: 1 })];
    expect(chooseNext(situation(segments))?.gap).toBe(waiting);
  });

  it('is a new lane behind ten pages of the first gap that has twenty to go', () => {
    const short = gap({ pages: 19, asked: true });
    const long = gap({ pages: 40, asked: true });
    expect(chooseNext(situation([short, long, gap({ pages: 400, asked: true })]))).toEqual({ gap: long, at: 250 });
    expect(chooseNext(situation([gap({ pages: 20, asked: true })]))?.at).toBe(500);
  });

  it('is half of the longest gap, where none has twenty pages to go but one has four', () => {
    const longest = gap({ pages: 9, asked: true });
    const segments = [gap({ pages: 4, asked: true }), longest, gap({ pages: 8, asked: true })];
    expect(chooseNext(situation(segments))).toEqual({ gap: longest, at: 500 });
    const four = gap({ pages: 4, asked: true });
    expect(chooseNext(situation([four]))).toEqual({ gap: four, at: 500 });
    expect(chooseNext(situation([gap({ pages: 3.9, asked: true })]))).toBeUndefined();
  });

  it.each([1, 0])('is no part of a gap of %i seconds', (length) => {
    expect(chooseNext(situation([gap({ pages: 50, length, asked: true })]))).toBeUndefined();
  });

  it('is no part of a gap of which nothing is known yet', () => {
    expect(chooseNext(situation([gap({ pages: Infinity, asked: true })]))).toBeUndefined();
  });

  it('is no new lane before something is proven, or where pages come in no order', () => {
    expect(chooseNext(situation([gap({ pages: 50, asked: true })], { mayCut: false }))).toBeUndefined();
  });

  it('is no new lane once there are 0.12 of them for each page of the whole', () => {
    const asked = gap({ pages: 50, asked: true });
    expect(chooseNext(situation([asked], { total: 100 * pageSize, lanes: 12 }))?.gap).toBe(asked);
    expect(chooseNext(situation([asked], { total: 100 * pageSize, lanes: 13 }))).toBeUndefined();
  });

  it('is nothing behind the first gap once twenty pages for each reader wait or are on their way', () => {
    const asked = gap({ pages: 50, asked: true });
    const behind = gap({ pages: 1 });
    const at = (pages: number): unknown => chooseNext(situation([asked, chunk(pages), behind], { concurrency: 2 }));
    expect(at(38)).toEqual({ gap: behind });
    expect(at(39)).toBeUndefined();
    const cut = (pages: number): unknown => chooseNext(situation([asked, chunk(pages)], { concurrency: 2 }));
    expect(cut(38)).toMatchObject({ at: 200 });
    expect(cut(39)).toBeUndefined();
  });

  it('always cuts inside of the gap, at a whole second', () => {
    for (const [pages, length] of [
      [1e6, 2],
      [1e6, 3],
      [1e9, 86_400],
      [20, 7],
      [5, 3],
    ] as const) {
      const { at = NaN } = chooseNext(situation([gap({ pages, length, asked: true })])) ?? {};
      expect(Number.isInteger(at)).toBe(true);
      expect(at).toBeGreaterThanOrEqual(1);
      expect(at).toBeLessThanOrEqual(length - 1);
    }
  });

  describe('against the axis', () => {
    const against = (segments: Situation['segments'], changed: Partial<Situation> = {}): unknown =>
      chooseNext(situation(segments, { alongAxis: false, ...changed }));

    it('is ten pages at the near end of a long gap, which is the later one on the axis', () => {
      const long = gap({ pages: 40 });
      expect(against([long])).toEqual({ gap: long, at: 750 });
    });

    it('is half a page at the near end before a call has been handed out: one answer brings it', () => {
      const long = gap({ pages: 50 });
      expect(against([long], { begun: false })).toEqual({ gap: long, at: 990 });
    });

    it('is a short gap as it is, and any as long as lanes may not be cut off', () => {
      const short = gap({ pages: 19 });
      expect(against([short])).toEqual({ gap: short });
      const long = gap({ pages: 40 });
      expect(against([long], { mayCut: false })).toEqual({ gap: long });
    });
  });
});
