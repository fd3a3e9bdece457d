import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { CallLog } from '../../../src/call-logs/call-log.ts';
import { backwardAxis, forwardAxis } from '../../../src/call-logs/keyset/axis.ts';
import { judgePage, type Verdict } from '../../../src/call-logs/keyset/judge-page.ts';
import { callAt, epoch } from './call-at.ts';
import { windowOf } from './run-timeline.ts';

const callsAt = (...starts: readonly number[]): CallLog[] =>
  starts.map((start, index) => callAt(start, `call-${index}`));

/** Judges a page of the seconds 0 to `end`, 100 if not told. */
function judge(calls: readonly CallLog[], total: number, { end = 100, axis = forwardAxis } = {}): Verdict {
  return judgePage({ span: axis.spanOf(windowOf(0, end)), calls, total }, axis);
}

describe('a page of a span', () => {
  it.each<[string, Verdict['kind'], readonly CallLog[], number]>([
    ['with as many calls as the total', 'whole', callsAt(1, 2, 3), 3],
    ['with as many calls as the total, in any order', 'whole', callsAt(3, 1, 2), 3],
    ['that is empty, of none', 'whole', [], 0],
    ['in order, of more', 'part', callsAt(1, 2, 3), 9],
    ['in order, where no total is known', 'part', callsAt(1, 2, 3), Infinity],
    ['in no order, of more', 'unordered', callsAt(1, 3, 2), 9],
    ['that falls, of more', 'unordered', callsAt(3, 2, 1), 9],
    ['of one second, of more', 'crowded', callsAt(7, 7, 7), 9],
    ['of one call, of more', 'crowded', callsAt(7), 9],
    ['that is empty, of many', 'doubtful', [], 9],
    ['that is empty, where no total is known', 'doubtful', [], Infinity],
    ['with more calls than the total', 'doubtful', callsAt(1, 2, 3), 2],
    ['with a call twice', 'doubtful', [callAt(1, 'a'), callAt(2, 'b'), callAt(2, 'c'), callAt(2, 'b')], 4],
    ['with a call twice, side by side', 'doubtful', [callAt(1, 'a'), callAt(2, 'b'), callAt(2, 'b')], 3],
    ['of one second, with a call twice', 'doubtful', [callAt(2, 'a'), callAt(2, 'b'), callAt(2, 'a')], 3],
    ['in no order, with a call twice', 'doubtful', [callAt(3, 'a'), callAt(2, 'b'), callAt(3, 'a')], 3],
    ['with a call before the span', 'doubtful', callsAt(-1, 2, 3), 3],
    ['with a call in the first second after the span', 'doubtful', callsAt(1, 2, 100), 3],
    ['in no order, with a call outside', 'doubtful', callsAt(1, 100, 3), 3],
    [
      'with a start that is no time behind the others',
      'doubtful',
      [callAt(1, 'a'), { ...callAt(2), start: '2026-03-01 00:00:02.5' }],
      9,
    ],
  ])('%s is %s', (_what, kind, calls, total) => {
    expect(judge(calls, total).kind).toBe(kind);
  });

  it('in the first and the last second of the span is within it', () => {
    expect(judge(callsAt(0, 99), 2).kind).toBe('whole');
  });

  it('keeps what stands before the last second seen, for that may go on', () => {
    expect(judge(callsAt(1, 2, 5, 5), 9)).toEqual({ kind: 'part', kept: 2, upTo: epoch + 5 });
    expect(judge(callsAt(0, 2), 9)).toEqual({ kind: 'part', kept: 1, upTo: epoch + 2 });
  });

  it('keeps the same of its mirror on the backward axis', () => {
    const verdict = judge(callsAt(98, 97, 94, 94), 9, { axis: backwardAxis });
    expect(verdict).toEqual({ kind: 'part', kept: 2, upTo: -(epoch + 94) - 1 });
  });

  it('that one second fills names the second, wherever it stands', () => {
    expect(judge(callsAt(7, 7), 9)).toEqual({ kind: 'crowded', second: epoch + 7 });
    expect(judge(callsAt(0, 0), 9)).toEqual({ kind: 'crowded', second: epoch });
  });

  it('of a span of one second is crowded even where its starts cannot be read', () => {
    const odd = ['2026-03-01 00:00:00.7', '2026-03-01 00:00:00.2'];
    const calls = odd.map((start) => ({ ...callAt(0, start), start }));
    expect(judge(calls, 9, { end: 1 }).kind).toBe('crowded');
  });
});

describe.each([
  ['forward', forwardAxis],
  ['backward', backwardAxis],
])('on the %s axis, with totals that are true', (_name, axis) => {
  const starts = fc.array(fc.integer({ min: 0, max: 99 }), { maxLength: 60 });
  const inOrder = (calls: CallLog[]): CallLog[] => {
    const ascending = calls.toSorted((a, b) => (a.start < b.start ? -1 : 1));
    return axis.forward ? ascending : ascending.reverse();
  };

  it('what a page in order keeps is all that stands before, and ties stay together', () => {
    fc.assert(
      fc.property(starts, fc.integer({ min: 1, max: 20 }), (seconds, pageSize) => {
        const all = inOrder(callsAt(...seconds));
        const page = all.slice(0, pageSize);
        const verdict = judge(page, all.length, { axis });
        expect(['whole', 'part', 'crowded']).toContain(verdict.kind);
        if (verdict.kind === 'whole') expect(page).toEqual(all);
        if (verdict.kind !== 'part') return;
        const isBefore = axis.before(verdict.upTo);
        expect(page.slice(0, verdict.kept)).toEqual(all.filter(({ start }) => isBefore(start)));
        expect(verdict.kept).toBeGreaterThan(0);
      }),
      { numRuns: 500, seed: 4 },
    );
  });

  it('what a page in any order keeps adds up with the total behind it only if nothing is lost', () => {
    fc.assert(
      fc.property(starts, fc.integer({ min: 1, max: 5 }), fc.nat(), (seconds, pageSize, turn) => {
        const all = callsAt(...seconds);
        const at = all.length === 0 ? 0 : turn % all.length;
        const page = [...all.slice(at), ...all.slice(0, at)].slice(0, pageSize);
        const verdict = judge(page, all.length, { axis });
        if (verdict.kind !== 'part') return;
        const isBefore = axis.before(verdict.upTo);
        const before = all.filter(({ start }) => isBefore(start));
        const behind = all.length - before.length;
        const addsUp = all.length - verdict.kept === behind;
        expect(addsUp).toBe(verdict.kept === before.length);
        if (addsUp) expect(new Set(page.slice(0, verdict.kept))).toEqual(new Set(before));
      }),
      { numRuns: 1000, seed: 4 },
    );
  });
});
