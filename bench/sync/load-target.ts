// A process of its own: node --import tsx bench/sync/load-target.ts TARGET SETTINGS PLACE. Takes January 2026 to a target.
import { createReportsClient } from '../../src/index.ts';
import type { Sandbox } from '../../src/sandbox.ts';
import { createDuckDBStore, createPostgresStore, sync } from '../../src/sync.ts';
import { createNdjsonFormat, openFileOutput, writeCalls } from '../../src/tools/export/index.ts';
import type { Target } from './load.ts';

const [target, settings, place] = process.argv.slice(2) as [Target, string, string];
const { credentials: auth, ...options } = JSON.parse(settings) as Pick<
  Sandbox,
  'accountId' | 'baseUrl' | 'tokenUrl' | 'credentials'
>;
const client = createReportsClient({ ...options, auth });
const range = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2026-02-01T00:00:00Z') };

const startedAt = performance.now();
const calls = target === 'export to NDJSON' ? await toFile() : await toStore();
const seconds = (performance.now() - startedAt) / 1000;
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6;
console.log(JSON.stringify({ calls, seconds, cpuSeconds, peakMegabytes: maxRSS / 1000 }));

/** Writes a file as the command `export` does. */
async function toFile(): Promise<number> {
  const job = { account: options.accountId, filters: '', format: 'ndjson' };
  const format = createNdjsonFormat();
  const output = await openFileOutput(place, { range, format, job, now: new Date(), gzip: false, force: false });
  const result = await writeCalls((window) => client.callLogs.list(window).pages(), output);
  if (result.ended !== 'whole') throw new Error(`the export ended: ${result.ended}`);
  return result.calls;
}

async function toStore(): Promise<number> {
  const store = target === 'sync to DuckDB' ? createDuckDBStore(place) : createPostgresStore(place);
  const account = { id: options.accountId, timeZone: 'UTC' };
  const now = (): number => range.to.getTime() + 3 * 24 * 3_600_000;
  const result = await sync({ client, store, account, since: range.from, now });
  await store.close();
  if (!result.complete) throw new Error('the store is not complete');
  return result.added;
}
