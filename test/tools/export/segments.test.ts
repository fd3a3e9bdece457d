import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gapsIn, overlaps, parseSegmentName, type Segment, segmentName } from '../../../src/tools/export/segments.ts';
import { march } from './pages.ts';

const second = fc.integer({ min: Date.UTC(1970, 0) / 1000, max: Date.UTC(2100, 0) / 1000 });
const date = second.map((seconds) => new Date(seconds * 1000));

const segment: fc.Arbitrary<Segment> = fc.record({
  window: fc.record({ from: date, to: date }),
  calls: fc.nat(),
  first: date,
  last: date,
  bytes: fc.nat(),
  state: fc.constantFrom('rows', 'incomplete', 'previous'),
});

describe("a segment's name", () => {
  it('says its window, its calls, their first and last start, and its size', () => {
    const starts = { first: new Date('2026-03-01T08:15:00Z'), last: new Date('2026-03-02T11:59:59Z') };
    const given = { window: march(1, 3), calls: 12, ...starts, bytes: 345, state: 'rows' as const };
    const name = '20260301T000000Z-20260303T000000Z.12-calls.20260301T081500Z-20260302T115959Z.345-bytes';
    expect(segmentName(given)).toBe(`${name}.rows`);
    expect(segmentName({ ...given, state: 'incomplete' })).toBe(`${name}.incomplete`);
  });

  it('reads back as the segment', () => {
    fc.assert(
      fc.property(segment, (given) => {
        expect(parseSegmentName(segmentName(given))).toEqual(given);
      }),
    );
  });

  it.each([
    'job.json',
    'lock',
    'segment.tmp',
    'calls.csv',
    '20260301T000000Z-20260303T000000Z.12-calls.345-bytes.rows.tmp',
  ])('is not %s', (name) => {
    expect(parseSegmentName(name)).toBeUndefined();
  });
});

describe('the gaps between windows', () => {
  it('are the range without them', () => {
    expect(gapsIn(march(1, 11), [])).toEqual([march(1, 11)]);
    expect(gapsIn(march(1, 11), [march(5, 6), march(1, 3), march(9, 11)])).toEqual([march(3, 5), march(6, 9)]);
    expect(gapsIn(march(1, 11), [march(1, 11)])).toEqual([]);
  });

  it('hold exactly the instants of the range that no window holds, in order and without overlaps', () => {
    const window = fc.tuple(fc.integer({ min: 1, max: 25 }), fc.integer({ min: 1, max: 5 }));
    fc.assert(
      fc.property(fc.array(window.map(([from, days]) => march(from, from + days))), (windows) => {
        const gaps = gapsIn(march(3, 20), windows);
        for (let day = 1; day < 31; day += 1) {
          const isMissing = day >= 3 && day < 20 && !windows.some((one) => overlaps(one, march(day, day + 1)));
          expect(gaps.filter((gap) => overlaps(gap, march(day, day + 1)))).toHaveLength(isMissing ? 1 : 0);
        }
        for (const [index, gap] of gaps.entries()) {
          const next = gaps[index + 1];
          if (next) expect(gap.to.getTime()).toBeLessThan(next.from.getTime());
        }
      }),
    );
  });
});
