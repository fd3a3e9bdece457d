import { join } from 'node:path';
import type { AccountStore, Coverage, RunRecord } from '../../../src/tools/sync/index.ts';
import { callAt, day, replace } from './sample-calls.ts';

/** The contents of the stores in test/fixtures/, whatever version made them. */

export const fixtureAccounts = [
  { id: '42', timeZone: 'Asia/Tokyo' },
  { id: '913874', timeZone: 'America/New_York' },
];

const settledDay = { ...day, agreedAt: new Date('2026-03-04T02:00:00Z'), settled: true, wasSettled: true };
/** The day after, which was settled once and could not be proven when it was last read. Layout 1 could not tell. */
const openDay = {
  ...{ from: day.to, to: new Date('2026-03-04T00:00:00Z') },
  ...{ agreedAt: undefined, settled: false, wasSettled: true },
};

/** What is known of the history in the store of a layout. */
export function fixtureCoverage(layout: number): Coverage {
  return layout === 1 ? [settledDay] : [settledDay, openDay];
}

export const fixtureCalls = [
  callAt('09:00:00', { from: '17325550100', to: '1000', charge: 0.5, recorded: true, queue: 'sales' }),
  callAt('09:00:05', { from: '17325550100', result: 'Missed', length: 0, end: 'unknown' }),
  callAt('10:00:00', { source_user_full_name: 'Zoë 😀', custom_tag: '', source_extension: 1000 }),
];

/** A call that was listed once, and is no longer. */
export const fixtureUnlisted = callAt('12:00:00', { direction: 'Outbound' });

export const fixtureRun: RunRecord = {
  ...{ startedAt: new Date('2026-03-04T02:00:00Z'), endedAt: new Date('2026-03-04T02:00:09Z'), mode: 'sync' },
  ...{ outcome: 'complete', problem: undefined, requests: 7, settledUntil: day.to },
  ...{ added: 4, changed: 0, deleted: 0, unlisted: 1 },
};

/** The path of a store in test/fixtures/: a compressed DuckDB file, or statements for PostgreSQL. */
export function fixturePath(layout: number, ending: 'duckdb.gz' | 'postgres.sql'): string {
  return join(import.meta.dirname, `../../fixtures/layout-${layout}.${ending}`);
}

/** Writes the contents of a store in test/fixtures/, as this version knows them. */
export async function writeFixture(opened: AccountStore): Promise<void> {
  await replace(opened, [...fixtureCalls, fixtureUnlisted]);
  await replace(opened, fixtureCalls, { absent: 'mark', coverage: () => [settledDay, openDay] });
}
