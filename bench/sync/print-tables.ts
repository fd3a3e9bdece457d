import { loadAll, type Target } from './load.ts';
import { loops } from './loops.ts';
import { liveThrough } from './month.ts';
import { requestsOf } from './requests.ts';
import { createSyncKeeper } from './sync-keeper.ts';

/** Prints what a store costs, beside the loops that people write: three tables, line by line as they are measured. */
export async function printTables(calls: number): Promise<void> {
  head('Requests of a run', ['calls a year', 'nothing new', 'one missing', 'ten', 'the last hour', 'one day']);
  for (const count of [10_000, 100_000]) {
    const { nothingNew, oneMissing, tenMissing, lastHourMissing, oneDayMissing } = await requestsOf(count);
    line(count, nothingNew, oneMissing, tenMissing, lastHourMissing, oneDayMissing);
  }

  head('A month of 12,000 calls', ['', 'lost', 'doubled', 'stale', 'runs', 'requests']);
  for (const create of Object.values(loops)) printOutcome(await liveThrough(create));
  for (const rechecks of [false, true])
    printOutcome(await liveThrough((sandbox) => createSyncKeeper(sandbox, rechecks)));

  head('A first load', ['', 'calls', 'seconds', 'of the export', 'processor', 'peak memory']);
  const targets: readonly Target[] = ['export to NDJSON', 'sync to DuckDB', 'sync to PostgreSQL'];
  const loads = await loadAll(calls, targets);
  const [fastest] = loads;
  for (const { target, seconds, cpuSeconds, peakMegabytes, ...load } of loads) {
    const ratio = seconds / (fastest?.seconds ?? NaN);
    line(
      target,
      load.calls,
      seconds.toFixed(1),
      ratio.toFixed(2),
      cpuSeconds.toFixed(1),
      `${Math.round(peakMegabytes)} MB`,
    );
  }
}

function printOutcome({ name, lost, doubled, stale, runs, requests }: Awaited<ReturnType<typeof liveThrough>>): void {
  line(name, lost, doubled, stale, runs, requests);
}

function head(title: string, columns: readonly string[]): void {
  console.log(`\n${title}:\n\n| ${columns.join(' | ')} |\n|---|${'--:|'.repeat(columns.length - 1)}`);
}

function line(...cells: readonly (string | number)[]): void {
  console.log(`| ${cells.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en') : cell)).join(' | ')} |`);
}
