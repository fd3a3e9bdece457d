import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createReportsClient } from '../../src/index.ts';
import type { CallRow, Sandbox } from '../../src/sandbox.ts';
import { createDuckDBStore, sync } from '../../src/sync.ts';
import type { Keeper } from './month.ts';
import { month } from './month.ts';

const dayMs = 24 * 3_600_000;

/** `vbc-reports sync` into a DuckDB file; `rechecks` reads the last week again each night. */
export async function createSyncKeeper(sandbox: Sandbox, rechecks: boolean): Promise<Keeper & AsyncDisposable> {
  const { baseUrl, tokenUrl, accountId, credentials, clock } = sandbox;
  const folder = await mkdtemp(join(tmpdir(), 'vbc-reports-bench-'));
  const store = createDuckDBStore(join(folder, 'calls.duckdb'));
  const time = { now: () => clock.now().getTime(), after: waitingClock };
  const client = createReportsClient({ accountId, baseUrl, tokenUrl, auth: credentials, clock: time });
  const account = { id: accountId, timeZone: 'UTC' };
  let nextRecheck = month.from.getTime() + dayMs;
  return {
    name: rechecks ? 'sync, with --recheck 7d each night' : 'sync',
    everyMinutes: 15,
    async run(now) {
      const isNight = rechecks && now.getTime() >= nextRecheck;
      if (isNight) nextRecheck += dayMs;
      const recheck = isNight ? { from: new Date(now.getTime() - 7 * dayMs), to: now } : undefined;
      await sync({ client, store, account, since: month.from, recheck, now: () => now.getTime() });
    },
    async rows() {
      const rows: CallRow[] = [];
      for await (const page of store.callsOf(accountId, month, { onlyListed: true })) rows.push(...(page as CallRow[]));
      return rows;
    },
    async [Symbol.asyncDispose]() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Waits in real time: only the date is the sandbox's. */
function waitingClock(delayMs: number, callback: () => void): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => {
    clearTimeout(timer);
  };
}
