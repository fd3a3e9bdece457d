import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createReportsClient, parseApiTime, type TimeWindow } from '../../src/index.ts';
import { type CallRow, startSandbox } from '../../src/sandbox.ts';
import { createDuckDBStore, type Store, sync } from '../../src/sync.ts';

/** The requests of a run over a year of calls, by what the store lacks. */
export interface Requests {
  readonly calls: number;
  readonly nothingNew: number;
  readonly oneMissing: number;
  readonly tenMissing: number;
  readonly lastHourMissing: number;
  readonly oneDayMissing: number;
}

const year: TimeWindow = { from: new Date('2025-01-01T00:00:00Z'), to: new Date('2026-01-01T00:00:00Z') };
const account = { id: '913874', timeZone: 'UTC' };

/** Fills a store from a sandbox, takes calls out of it, and counts the requests that bring them back. */
export async function requestsOf(calls: number): Promise<Requests> {
  await using synced = await openSyncedYear(calls);
  const { truth, run, without } = synced;
  const hourBefore = parseApiTime(truth.at(-1)?.start ?? '').getTime() - 3_600_000;
  const places = Array.from({ length: 10 }, (_, each) => (each * 245_489 + 5) % calls);
  return {
    calls,
    nothingNew: await run(),
    oneMissing: await without(truth.filter((_call, place) => place === Math.floor(calls / 3))),
    tenMissing: await without(truth.filter((_call, place) => places.includes(place))),
    lastHourMissing: await without(truth.filter(({ start }) => parseApiTime(start).getTime() > hourBefore)),
    oneDayMissing: await without(truth.filter(({ start }) => start.startsWith('2025-05-14'))),
  };
}

interface SyncedYear extends AsyncDisposable {
  /** The calls that the server lists. */
  readonly truth: readonly CallRow[];
  /** Brings the store up to date. Returns the number of requests that it took. */
  readonly run: () => Promise<number>;
  /** Does so after calls were taken out of the store. */
  readonly without: (missing: readonly CallRow[]) => Promise<number>;
}

async function openSyncedYear(calls: number): Promise<SyncedYear> {
  let requests = 0;
  const onRequest = ({ path }: { readonly path: string }): void => {
    if (path.endsWith('/call-logs')) requests += 1;
  };
  const sandbox = await startSandbox({ calls, ...year, now: year.to, onRequest });
  const { baseUrl, tokenUrl, credentials: auth } = sandbox;
  const client = createReportsClient({ accountId: account.id, baseUrl, tokenUrl, auth });
  const folder = await mkdtemp(join(tmpdir(), 'vbc-reports-bench-'));
  const store = createDuckDBStore(join(folder, 'calls.duckdb'));
  sandbox.clock.freeze();
  const truth = sandbox.calls(year);
  const run = async (): Promise<number> => {
    const before = requests;
    const { complete, stored } = await sync({ client, store, account, since: year.from, now: () => year.to.getTime() });
    if (!complete || stored !== truth.length) throw new Error('the store is not complete');
    return requests - before;
  };
  await run();
  return {
    truth,
    run,
    async without(missing) {
      await forget(store, missing);
      return await run();
    },
    async [Symbol.asyncDispose]() {
      await store.close();
      await sandbox.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** Takes calls out of a store, with all others of their seconds, as if they had never arrived. */
async function forget(store: Store, calls: readonly CallRow[]): Promise<void> {
  const opened = await store.open(account);
  for (const { start } of calls) {
    const from = parseApiTime(start);
    const window = { from, to: new Date(from.getTime() + 1000) };
    const stage = await opened.stage();
    await stage.commit({ window, absent: 'delete', coverage: (current) => current, at: year.to });
  }
  await opened.release();
}
