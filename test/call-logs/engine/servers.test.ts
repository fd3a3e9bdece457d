import { describe, expect, it } from '@jest/globals';

import { mulberry32 } from '../../support/draws.ts';
import { runReading, type Run } from './run-reading.ts';
import { createSimulatedServer, makeCall, secondMs, whole, type StoredCall, type Traits } from './simulated-server.ts';

const from = Date.UTC(2026, 0, 1);
const to = Date.UTC(2026, 1, 1);

interface Case {
  readonly calls: number;
  readonly pageSize: number;
  readonly traits?: Traits;
  readonly extra?: readonly StoredCall[];
  readonly order?: 'asc' | 'desc';
}

/** Reads January from a server that holds so many calls, spread evenly. */
function read({ calls: count, pageSize, traits = {}, extra = [], order = 'asc' }: Case): Run & { lost: StoredCall[] } {
  const random = mulberry32(1);
  const stored = Array.from({ length: count }, (_, index) => {
    const startMs = Math.floor(from + random() * (to - from));
    return makeCall(`call-${index}`, traits.precision === 'millisecond' ? startMs : whole(startMs), random);
  });
  const calls = [...stored, ...extra];
  const server = createSimulatedServer(calls, traits, random);
  const windows = [{ from: new Date(from), to: new Date(to) }];
  const plan = { windows, order, pageSize, concurrency: 4, verify: true };
  const run = runReading({ server, plan, maxRequests: 10_000 });
  const ids = new Set(run.handedOut.map(({ id }) => id));
  expect(ids.size).toBe(run.handedOut.length);
  return { ...run, lost: calls.filter(({ id }) => !ids.has(id)) };
}

function expectComplete({ missing, lost }: ReturnType<typeof read>): void {
  expect(lost).toEqual([]);
  expect(missing).toEqual([]);
}

function expectNamed({ missing, lost }: ReturnType<typeof read>): void {
  expect(missing.length).toBeGreaterThan(0);
  const isNamed = ({ startMs }: StoredCall): boolean =>
    missing.some((window) => startMs >= window.from.getTime() && startMs < window.to.getTime());
  expect(lost.filter((call) => !isNamed(call))).toEqual([]);
}

/** Calls in one second, spread over its milliseconds. */
function inOneSecond(count: number, startMs: number): StoredCall[] {
  return Array.from({ length: count }, (_, index) => makeCall(`crowd-${index}`, startMs + (index % 1000), () => 0.3));
}

describe('servers that used to lose calls without an error', () => {
  it('reads all calls where the upper bound is held against fractions of a second', () => {
    expectComplete(read({ calls: 60_000, pageSize: 1000, traits: { precision: 'millisecond' } }));
    expectComplete(read({ calls: 12_000, pageSize: 100, traits: { precision: 'millisecond' } }));
  });

  it('reads all calls where the upper bound is exclusive', () => {
    expectComplete(read({ calls: 12_000, pageSize: 100, traits: { upperBound: 'exclusive' } }));
  });

  it('names what is missing where only the first answer comes from a replica that does not lag', () => {
    const run = read({ calls: 3000, pageSize: 100, traits: { replica: { lacks: 50, share: 1, firstIsFresh: true } } });
    expectNamed(run);
    expect(run.lost).toHaveLength(50);
  });

  it('names what is missing where such a replica lags by three calls', () => {
    const traits = { replica: { lacks: 3, share: 1, firstIsFresh: true } };
    expectNamed(read({ calls: 12_000, pageSize: 1000, traits }));
  });

  it('does not believe a total that page count, next link or a full page contradicts', () => {
    expectComplete(read({ calls: 25, pageSize: 10, traits: { totals: 'page', pageCount: 'honest', nextLink: true } }));
  });

  it('reads all calls if the newest are always listed first, and keeps fractions', () => {
    expectComplete(read({ calls: 12_000, pageSize: 1000, traits: { precision: 'millisecond', order: 'desc' } }));
  });

  it('reads all calls where the lower bound is exclusive', () => {
    expectComplete(read({ calls: 12_000, pageSize: 1000, traits: { lowerBound: 'exclusive' } }));
  });

  it('reads all calls where the total counts the rows of the page', () => {
    expectComplete(read({ calls: 12_000, pageSize: 1000, traits: { totals: 'page', pageCount: 'honest' } }));
  });

  it('reads all calls where totals stop counting at 10,000', () => {
    const traits = { totals: 'capped', pageCount: 'honest' } as const;
    expectComplete(read({ calls: 20_000, pageSize: 10_000, traits }));
    expectComplete(read({ calls: 20_000, pageSize: 1000, traits }));
  });

  it('finds a call in the fractions of the last second of the range', () => {
    const extra = [makeCall('last', to - 600, () => 0.3)];
    expectComplete(read({ calls: 500, pageSize: 1000, traits: { precision: 'millisecond' }, extra }));
  });

  it('reads a second that holds more calls than a page, where fractions are kept', () => {
    const extra = inOneSecond(1500, from + 14 * 86_400 * secondMs);
    expectComplete(read({ calls: 3000, pageSize: 1000, traits: { precision: 'millisecond' }, extra }));
  });

  it('reads all calls where both bounds are rounded down to the minute', () => {
    expectComplete(read({ calls: 12_000, pageSize: 1000, traits: { boundRounding: 'minute' } }));
  });

  it('reads 100,000 calls under an exclusive upper bound', () => {
    expectComplete(read({ calls: 100_000, pageSize: 1000, traits: { upperBound: 'exclusive' } }));
  });

  it('reads all calls where they are listed by end while others arrive', () => {
    expectComplete(read({ calls: 5000, pageSize: 100, traits: { order: 'end', arrivalEvery: 50 } }));
  });

  it('hands out every call of a server whose total counts the whole account, and says that they are not proven', () => {
    const later = Array.from({ length: 500 }, (_, index) => makeCall(`later-${index}`, to + index * 90_000, () => 0.3));
    const run = read({ calls: 12_000, pageSize: 1000, traits: { totals: 'account' }, extra: later });
    expect(run.handedOut).toHaveLength(12_000);
    expect(run.missing.length).toBeGreaterThan(0);
    expect(run.requests).toBeLessThanOrEqual(170);
  });
});

describe('servers that used to withhold good calls', () => {
  it('hands out all calls of a server that repeats rows', () => {
    const run = read({ calls: 5000, pageSize: 100, traits: { doubling: 0.05 } });
    expectComplete(run);
  });

  it.each(['no-id', 'null-id', 'numeric-id', 'no-start', 'bad-start', 'start-elsewhere'] as const)(
    'sets one row with %s apart and hands out all others',
    (kind) => {
      const run = read({ calls: 1000, pageSize: 100, traits: { unusable: new Map([[500, kind]]) } });
      expect(run.handedOut).toHaveLength(999);
      expect(run.rejected).toHaveLength(1);
    },
  );

  it.each(['T', 'Z', 'fraction'] as const)('reads starts written in the form %s', (startFormat) => {
    expectComplete(read({ calls: 1000, pageSize: 100, traits: { startFormat } }));
  });
});
