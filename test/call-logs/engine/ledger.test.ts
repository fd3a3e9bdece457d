import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { CallLog } from '../../../src/call-logs/call-log.ts';
import { keyOf } from '../../../src/call-logs/engine/axis.ts';
import {
  accountFor,
  addDebt,
  gapOf,
  shortfallOf,
  unsettled,
  type Block,
  type Debt,
  type Segment,
  type Shortfall,
} from '../../../src/call-logs/engine/ledger.ts';
import type { PageRequest } from '../../../src/call-logs/engine/state.ts';
import { draws } from '../../support/draws.ts';
import { runReading } from './run-reading.ts';
import { makeCall, toRow, type Query, type WirePage } from './simulated-server.ts';

const fromMs = Date.UTC(2026, 0, 15);
const seconds = 60;
const plan = {
  windows: [{ from: new Date(fromMs), to: new Date(fromMs + seconds * 1000) }],
  pageSize: 3,
  concurrency: 2,
  verify: true,
} as const;

function block(from: number, to: number, listed: number): Block {
  return { kind: 'block', from, to, calls: [], rejected: [], listed, behind: 0, tries: 0, proof: 'totals' };
}

function shortfall(from: number, to: number, owed: number, found: number): Shortfall {
  return { ...shortfallOf({ from, to }, owed), found };
}

describe('a debt', () => {
  const debt = { from: 0, to: 30, owed: 10, rereads: 0 };
  const account = (debts: readonly Debt[], segments: readonly Segment[]): number | undefined =>
    accountFor(debt, { debts, segments, openEnded: false });

  it('is accounted for by the rows found in its pieces', () => {
    expect(account([debt], [block(0, 10, 4), block(10, 30, 6)])).toBe(10);
  });

  it('counts the number stated for a piece if it is higher than the number found', () => {
    const inner = { ...debt, from: 10, owed: 7 };
    expect(account([debt, inner], [block(0, 10, 4), block(10, 30, 6)])).toBe(11);
  });

  it('waits while a piece has been neither read nor stated', () => {
    expect(account([debt], [block(0, 10, 4)])).toBe(4);
    const gap = gapOf({ from: 10, to: 30 });
    expect(account([debt], [block(0, 10, 4), gap])).toBeUndefined();
  });

  it('keeps the highest total that was ever stated for its span', () => {
    const debts = addDebt(addDebt([], debt, 10), debt, 8);
    expect(debts).toEqual([debt]);
  });

  it('that stays short is named by the spans within it, where these lack just as much together', () => {
    const [inner, other] = [shortfall(10, 20, 5, 2), shortfall(40, 50, 2, 1)];
    expect(unsettled([shortfall(0, 30, 12, 9), inner, other, shortfall(60, 70, 1, 1)])).toEqual([inner, other]);
  });

  it('that stays short is named instead of the spans within it if their shortfalls add up to less or more', () => {
    const outer = shortfall(0, 30, 12, 8);
    expect(unsettled([outer, shortfall(10, 20, 5, 2)])).toEqual([outer]);
    expect(unsettled([outer, shortfall(10, 20, 9, 2)])).toEqual([shortfall(0, 30, 15, 8)]);
  });
});

/** One answer of a server that knows no rules. */
interface Answer {
  readonly starts: readonly number[];
  readonly total: number;
  readonly totalPages: number | undefined;
}

const answers: fc.Arbitrary<readonly Answer[]> = fc.array(
  fc.record({
    starts: fc.array(fc.integer({ min: -3, max: seconds + 3 }), { maxLength: 5 }),
    total: fc.nat({ max: 8 }),
    totalPages: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 30 },
);

/** Gives the answers in turn, and the last one for ever; a call at a second always has the same id. */
function scripted(script: readonly Answer[]): { answer(query: Query): WirePage; answered(): number } {
  let answered = 0;
  return {
    answered: () => answered,
    answer() {
      const { starts, total, totalPages } = script[Math.min(answered, script.length - 1)] ?? { starts: [], total: 0 };
      answered += 1;
      const rows = starts.map((second) => toRow(makeCall(`call-${second}`, fromMs + second * 1000, () => 0.5)));
      const counts = totalPages === undefined ? {} : { total_pages: totalPages };
      return { _embedded: { call_logs: rows }, page: 1, page_size: 3, total_items: total, ...counts };
    },
  };
}

describe('a reading of arbitrary answers', () => {
  it('hands out distinct calls of the range, and its blocks follow each other in the order asked for', () => {
    const order = fc.constantFrom('asc' as const, 'desc' as const);
    const property = fc.property(answers, order, (script, asked) => {
      const { handedOut, blocks } = runReading({ server: scripted(script), plan: { ...plan, order: asked } });
      expect(new Set(handedOut.map(({ id }) => id)).size).toBe(handedOut.length);
      for (const call of handedOut) expect(isInRange(call)).toBe(true);
      const sign = asked === 'asc' ? 1 : -1;
      const ends = blocks.map(({ calls }) => calls.map(keyOf).sort());
      for (const [index, keys] of ends.entries()) {
        const before = ends.slice(0, index).flat();
        for (const key of keys)
          expect(before.every((other) => sign * (key < other ? -1 : 1) > 0 || key === other)).toBe(true);
      }
    });
    fc.assert(property, { numRuns: draws(80, 600), seed: 20_261_125 });
  });

  it('ends complete only if the highest total of the whole range has been handed out', () => {
    const property = fc.property(answers, (script) => {
      const requests: PageRequest[] = [];
      const server = scripted(script);
      const run = runReading({
        server,
        plan: { ...plan, order: 'asc' },
        onRequest: (request) => requests.push(request),
      });
      if (run.missing.length > 0) return;
      const first = script[0];
      const listed = first?.starts.length ?? 0;
      if (first === undefined || listed > first.total || first.starts.some((second) => second < 0)) return;
      // A total that the answer itself contradicts is not owed.
      if (listed === first.total && (first.totalPages ?? 1) > 1) return;
      const outside = script.flatMap(({ starts }) => starts).filter((second) => second >= seconds).length;
      expect(run.state.handedOut + run.strays.length + outside).toBeGreaterThanOrEqual(first.total);
    });
    fc.assert(property, { numRuns: draws(80, 600), seed: 20_261_125 });
  });
});

function isInRange(call: CallLog): boolean {
  const second = (Date.parse(`${keyOf(call).replace(' ', 'T')}Z`) - fromMs) / 1000;
  return second >= 0 && second < seconds;
}
