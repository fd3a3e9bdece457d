import fc from 'fast-check';

import { faultNames, type FaultName, type SandboxSwitches } from '../../src/sandbox.ts';

/** One draw: how the sandbox misbehaves, and what is asked of it. Plain data, so that a failure prints whole. */
export interface ChaosSettings {
  readonly seed: number;
  /** The time of the sandbox; during the month, calls appear late. */
  readonly now: string;
  /** Calls in the month that is read. */
  readonly calls: number;
  readonly switches: Partial<SandboxSwitches>;
  readonly pageSize: number;
  readonly concurrency: number;
  readonly order: 'asc' | 'desc';
  readonly range: ChaosRange;
}

export interface ChaosRange {
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
}

/** Ranges of the month, some with a change of clocks inside or at an end, some of a few hours. */
const ranges: ChaosRange[] = [
  { from: '2026-03-01', to: '2026-04-01', timeZone: 'UTC' },
  { from: '2026-03-01', to: '2026-04-01', timeZone: 'America/New_York' },
  { from: '2026-03-08', to: '2026-03-09', timeZone: 'America/New_York' },
  { from: '2026-03-08T01:30', to: '2026-03-08T02:30', timeZone: 'America/New_York' },
  { from: '2026-03-28', to: '2026-03-30T12:00', timeZone: 'Europe/Berlin' },
  { from: '2026-03-16', to: '2026-03-17', timeZone: 'Asia/Kolkata' },
];

type FaultChances = Partial<Record<FaultName, number>>;

/** The shares of all requests that are spoiled add up to at most a fifth. */
const someFaults: fc.Arbitrary<FaultChances> = fc
  .uniqueArray(fc.constantFrom(...faultNames), { maxLength: 6 })
  .chain((names) =>
    fc
      .integer({ min: 0, max: 20 })
      .map((percent) => Object.fromEntries(names.map((name) => [name, percent / 100 / names.length]))),
  );

const faultChances = fc.oneof(
  { weight: 1, arbitrary: fc.constant<FaultChances>({}) },
  { weight: 3, arbitrary: someFaults },
);

const minuteMs = 60_000;

/** The latency measured live (fact 19). */
const appearanceLatency = { medianMs: 8 * minuteMs, ninetiethPercentileMs: 10 * minuteMs, worstMs: 13 * minuteMs };

const switches: fc.Arbitrary<Partial<SandboxSwitches>> = fc.record({
  pageCountKey: fc.constantFrom('total_pages', 'total_page', 'both', 'neither'),
  largestPageSize: fc.constantFrom(10_000, 50, 17, 7),
  embeddedWhenEmpty: fc.constantFrom('empty-list', 'absent'),
  defaultOrder: fc.constantFrom('asc', 'desc'),
  order: fc.constantFrom('honoured', 'ignored', 'refused'),
  tieOrder: fc.constantFrom('stable', 'unstable'),
  tieRun: fc.constantFrom(0, 0, 20, 60),
  lateCalls: fc.constantFrom(0, 0, 0.01, 0.05),
  lateCallEveryPages: fc.integer({ min: 1, max: 4 }),
  appearanceLatency: fc.constantFrom(null, null, appearanceLatency),
  requestsPerSecond: fc.constantFrom(0, 0, 0, 200),
  pageCostMs: fc.constantFrom(0, 0, 1),
  parallelRequests: fc.constantFrom(0, 0, 3),
  throttleFault: fc.constantFrom('throttled', 'throttled-flat', 'throttled-bare', 'throttled-under-200'),
  largestOffset: fc.constantFrom(0, 0, 40),
  beyondLargestOffset: fc.constantFrom('refused', 'empty'),
  faultShape: fc.constantFrom('wrapped', 'flat'),
  xmlFaults: fc.constantFrom('unless-json-accepted', 'always'),
  reportsTokenAgeMs: fc.constantFrom(0, 0, 10 * minuteMs),
  clientAuthentication: fc.constantFrom('either', 'form'),
  reportsTokenUses: fc.constantFrom(0, 0, 3, 20),
  racingRefresh: fc.constantFrom('refused', 'server-error'),
  repeatedLogin: fc.constantFrom('new-token', 'same-token'),
  stallMs: fc.constant(100),
  faultChances,
});

export const chaosSettings: fc.Arbitrary<ChaosSettings> = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  now: fc.constantFrom('2026-04-15T12:00:00Z', '2026-04-15T12:00:00Z', '2026-03-30T18:00:00Z'),
  calls: fc.constantFrom(0, 1, 30, 200, 600, 1500),
  switches,
  pageSize: fc.constantFrom(5, 20, 33, 100),
  concurrency: fc.integer({ min: 1, max: 8 }),
  order: fc.constantFrom('asc', 'desc'),
  range: fc.constantFrom(...ranges),
});

/** Returns whether nothing is drawn that may end a reading early, or leave a second that can't be proven: then it has to complete. */
export function isHarmless({ switches }: ChaosSettings): boolean {
  const { faultChances, tieOrder, lateCalls, largestOffset, reportsTokenUses, parallelRequests, requestsPerSecond } =
    switches;
  const limits = [lateCalls, largestOffset, reportsTokenUses, parallelRequests, requestsPerSecond];
  const chances = Object.values(faultChances ?? {});
  return tieOrder === 'stable' && [...limits, ...chances].every((value) => value === 0);
}
