import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createLocalTimeFormatter, resolveInstant } from '../../../src/core/time/index.ts';
import { draws } from '../../support/draws.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** Since 1975 every offset and every change of clocks is a multiple of this. */
const quarterMs = 15 * minuteMs;
const zoneNames = Intl.supportedValuesOf('timeZone');

/** The oracle: what Intl itself says a zone's clocks show, in Swedish, which writes `2026-03-01 00:00:00`. */
function createClocks(timeZone: string): (instantMs: number) => number {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return (instantMs) => Date.parse(`${format.format(instantMs).replace(' ', 'T')}Z`);
}

/** Every instant at which the clocks show the wall time, found by trying each offset there could be. */
function instantsShowing(wallMs: number, clocks: (instantMs: number) => number): number[] {
  const instants: number[] = [];
  for (let at = wallMs - dayMs; at <= wallMs + dayMs; at += quarterMs) if (clocks(at) === wallMs) instants.push(at);
  return instants;
}

/** The "compatible" reading of a skipped wall time: as if the clocks had not changed yet. */
function movedOnByGap(wallMs: number, clocks: (instantMs: number) => number): number {
  let at = wallMs - dayMs;
  while (clocks(at + quarterMs) < wallMs) at += quarterMs;
  return wallMs - (clocks(at) - at);
}

function clockChanges(zone: string, year: number): number[] {
  const clocks = createClocks(zone);
  const changes: number[] = [];
  const stepMs = dayMs / 2;
  for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += stepMs) {
    if (clocks(at + stepMs) - clocks(at) === stepMs) continue;
    for (let exact = at; exact < at + stepMs; exact += quarterMs) {
      if (clocks(exact + quarterMs) - clocks(exact) !== quarterMs) changes.push(exact + quarterMs);
    }
  }
  return changes;
}

const zones = fc.constantFrom(...zoneNames);
const years = fc.integer({ min: 1975, max: 2037 });

const anyWallTime = fc.record({
  zone: zones,
  wallMs: fc
    .integer({ min: Date.UTC(1975, 0, 2) / quarterMs, max: Date.UTC(2037, 0, 1) / quarterMs })
    .map((quarters) => quarters * quarterMs),
});

/** Wall times within three hours of a change of the clocks, where there is one. */
const wallTimeNearChange = fc
  .record({ zone: zones, year: years, pick: fc.nat(), quarters: fc.integer({ min: -12, max: 12 }) })
  .map(({ zone, year, pick, quarters }) => {
    const changes = clockChanges(zone, year);
    const change = changes[pick % Math.max(changes.length, 1)] ?? Date.UTC(year, 5, 1);
    return { zone, wallMs: createClocks(zone)(change) + quarters * quarterMs };
  });

describe('a local time in any zone of the world', () => {
  it.each([
    ['anywhere', anyWallTime],
    ['near a change of the clocks', wallTimeNearChange],
  ])('is the earliest instant that shows it, or moves on by the gap: %s', (_where, wallTimes) => {
    fc.assert(
      fc.property(wallTimes, ({ zone, wallMs }) => {
        const clocks = createClocks(zone);
        const text = new Date(wallMs).toISOString().slice(0, 19);
        const [earliest = movedOnByGap(wallMs, clocks)] = instantsShowing(wallMs, clocks);
        expect({ zone, text, instant: resolveInstant(text, 'from', zone).getTime() }).toEqual({
          zone,
          text,
          instant: earliest,
        });
      }),
      { numRuns: draws(100, 400) },
    );
  });

  it('of a date alone is the first instant of that day', () => {
    fc.assert(
      fc.property(wallTimeNearChange, ({ zone, wallMs }) => {
        const clocks = createClocks(zone);
        const date = new Date(wallMs).toISOString().slice(0, 10);
        const midnightMs = Date.parse(date);
        const start = resolveInstant(date, 'from', zone).getTime();
        expect(clocks(start)).toBeGreaterThanOrEqual(midnightMs);
        expect(clocks(start - 1000)).toBeLessThan(midnightMs);
      }),
      { numRuns: draws(75, 300) },
    );
  });

  it('is written so that it reads back as the same instant', () => {
    fc.assert(
      fc.property(wallTimeNearChange, ({ zone, wallMs }) => {
        const clocks = createClocks(zone);
        const format = createLocalTimeFormatter(zone);
        for (let at = wallMs - dayMs; at < wallMs + dayMs; at += 3 * quarterMs + 1000) {
          const text = format(new Date(at));
          expect(Date.parse(text)).toBe(at);
          expect(Date.parse(`${text.slice(0, 19)}Z`)).toBe(clocks(at));
        }
      }),
      { numRuns: draws(25, 100) },
    );
  });
});
