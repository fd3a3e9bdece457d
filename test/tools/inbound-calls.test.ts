import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createFold, type FoldableRow, type FoldedCall, foldingRule } from '../../src/tools/inbound-calls.ts';

interface Row extends FoldableRow {
  readonly id: number;
  readonly second: number;
}

const anyRows = fc
  .array(
    fc.record({
      gap: fc.constantFrom(0, 1, 5, 9, 10, 11, 12, 60),
      direction: fc.constantFrom('Inbound', 'Inbound', 'Inbound', 'Outbound', 'Extension'),
      result: fc.constantFrom('Answered', 'Voicemail', 'Missed', 'Missed', 'Blocked', 'Parked'),
      length: fc.integer({ min: 0, max: 4 }),
      from: fc.constantFrom('1', '2', '+3', 'anonymous', '', undefined),
    }),
    { maxLength: 40 },
  )
  .map((rows) => {
    let second = 0;
    return rows.map(({ gap, from, ...fields }, id): Row => {
      second += gap;
      return { ...fields, ...(from !== undefined && { from }), id, second };
    });
  });

interface Call {
  readonly first: number;
  readonly decides: number;
  readonly rows: number;
}

function fold(rows: readonly Row[], onCall: (call: FoldedCall<Row>) => void = () => undefined): Call[] {
  const calls: Call[] = [];
  const folding = createFold<Row>((call) => {
    onCall(call);
    calls.push({ first: call.startMs / 1000, decides: call.row.id, rows: call.rows });
  });
  for (const row of rows) folding.add(row, row.second * 1000);
  folding.end();
  return calls.sort(byRow);
}

function byRow(a: Call, b: Call): number {
  return a.decides - b.decides;
}

/** The rule, read literally: look at all rows of a caller, cut them where the gap is too long, pick the best. */
function foldNaively(rows: readonly Row[]): Call[] {
  const inbound = rows.filter(({ direction, from }) => direction === 'Inbound' && /[0-9]/.test(from ?? ''));
  const others = rows.filter((row) => !inbound.includes(row));
  const groups: Row[][] = [];
  for (const caller of new Set(inbound.map(({ from }) => from))) {
    let last: Row | undefined;
    for (const row of inbound.filter(({ from }) => from === caller)) {
      if (last === undefined || row.second - last.second > 10) groups.push([]);
      groups.at(-1)?.push(row);
      last = row;
    }
  }
  const calls = groups.map((group): Call => {
    const [best] = group.toSorted((a, b) => strength(a) - strength(b) || b.length - a.length || a.id - b.id);
    return { first: group[0]?.second ?? NaN, decides: best?.id ?? NaN, rows: group.length };
  });
  return [...calls, ...others.map(({ id, second }) => ({ first: second, decides: id, rows: 1 }))].sort(byRow);
}

function strength({ result }: Row): number {
  const place = ['Answered', 'Voicemail', 'another', 'Missed'].indexOf(result);
  return place === -1 ? 2 : place;
}

function inbound(second: number, result = 'Missed', length = 0, from = '1'): Row {
  return { id: second * 100 + length, second, direction: 'Inbound', result, length, from };
}

describe('the rows of a call group', () => {
  it('are one call with the result, length and row of the answered one', () => {
    expect(fold([inbound(100), inbound(101, 'Answered', 60), inbound(103)])).toEqual([
      { first: 100, decides: 10_160, rows: 3 },
    ]);
  });

  it('are one call as long as each starts within the gap after the one before, however long that goes on', () => {
    const rows = Array.from({ length: 50 }, (_, index) => inbound(100 + index * foldingRule.largestGapSeconds));
    expect(fold(rows)).toEqual([{ first: 100, decides: 10_000, rows: 50 }]);
  });

  it('are two calls where the gap is one second longer', () => {
    expect(fold([inbound(100), inbound(111)])).toHaveLength(2);
  });

  it('fold as the rule says, read literally, for any rows', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        expect(fold(rows)).toEqual(foldNaively(rows));
      }),
      { numRuns: 1_000 },
    );
  });

  it('are handed out as soon as no further row can belong to them, so few are held', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        let handedOut = 0;
        const folding = createFold<Row>(({ rows: count }) => {
          handedOut += count;
        });
        rows.forEach((row, index) => {
          folding.add(row, row.second * 1000);
          const held = index + 1 - handedOut;
          const { largestGapSeconds } = foldingRule;
          const chained = rows.slice(0, index + 1).filter(({ from }, place) => {
            const later = rows.slice(place, index + 1).filter((other) => other.from === from);
            return later.some(({ second }) => row.second - second <= largestGapSeconds);
          });
          expect(held).toBeLessThanOrEqual(chained.length);
        });
      }),
    );
  });

  it('leave a settled instant before which every call has been handed out', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        let settledMs = -Infinity;
        const folding = createFold<Row>(({ startMs }) => {
          expect(startMs).toBeGreaterThanOrEqual(settledMs);
        });
        for (const row of rows) {
          folding.add(row, row.second * 1000);
          settledMs = folding.settledMs();
        }
        folding.end();
      }),
    );
  });
});
