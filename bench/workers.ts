// npm run bench -- --workers: what workers cost, and how much faster several of them are. Linux only.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createReportsClient } from '../src/index.ts';
import { requestSync, runWorker } from '../src/tools/worker/index.ts';
import { type LocalPostgresServer, queryPostgres, startLocalPostgres } from '../test/support/postgres.ts';
import { Scene } from '../test/tools/worker/disturbed.ts';
import { startManyAccounts } from '../test/tools/worker/many-accounts.ts';
import { bundleCli } from '../test/tools/worker/processes.ts';
import { processorTimeOfDatabase } from '../test/tools/worker/processor-time.ts';

/** The time that each request takes, in milliseconds. */
const delayMs = 100;

const undisturbed = { leaseSeconds: 600, delayMs, kills: 0, suspends: false, restarts: false };

/** Returns tables in Markdown. `accounts` is the largest number of accounts. */
export async function workerTables(accounts: number): Promise<string> {
  const server = await startLocalPostgres();
  const folder = await mkdtemp(join(tmpdir(), 'vbc-workers-'));
  try {
    const program = await bundleCli(folder);
    return [await planningTable(server, accounts), await throughputTable(server, folder, program)].join('\n');
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a piece of work took of the database. */
async function ofDatabase(url: string, work: () => Promise<void>): Promise<{ coreMs: number; walBytes: number }> {
  const written = async (): Promise<number> =>
    Number((await queryPostgres<{ at: string }>(url, `select pg_current_wal_lsn() - '0/0' as at`))[0]?.at);
  const [coreBefore, walBefore] = [await processorTimeOfDatabase(url), await written()];
  await work();
  return { coreMs: (await processorTimeOfDatabase(url)) - coreBefore, walBytes: (await written()) - walBefore };
}

/** Compares accounts with nothing new: one request each, and what it takes. */
async function planningTable(server: LocalPostgresServer, most: number): Promise<string> {
  const lines: string[] = [];
  for (const accounts of [10, 100, 1_000, 10_000].filter((count) => count <= most)) {
    const costs = await planOnce(await server.createDatabase(), accounts);
    const perAccount = costs.map((value) => (value / accounts).toFixed(2));
    lines.push(`| ${accounts.toLocaleString('en')} | ${perAccount.join(' | ')} |`);
  }
  const head =
    '| accounts | requests | ms of a core | ms of a core of the database | bytes of WAL | ms |\n|--:|--:|--:|--:|--:|--:|';
  return `One worker with 4 jobs at a time, nothing new, per account:\n\n${head}\n${lines.join('\n')}\n`;
}

async function planOnce(url: string, count: number): Promise<readonly number[]> {
  let requests = 0;
  const empty = { page: 1, page_size: 1, total_items: 0, total_pages: 0, _embedded: { call_logs: [] } };
  const client = createReportsClient({
    ...{ accountId: '1', auth: 'a-token' },
    fetch: () => {
      requests += 1;
      return Promise.resolve(Response.json(empty));
    },
  });
  const accounts = Array.from({ length: count }, (_account, place) => String(place + 1));
  const stop = new AbortController();
  const worker = runWorker({
    ...{ url, signal: stop.signal, pollMs: 50 },
    accountOf: (id) => Promise.resolve({ id, timeZone: 'UTC', client }),
    accountIds: () => Promise.resolve(accounts),
  });
  const request = { url, accounts, signal: new AbortController().signal, pollMs: 200 };
  // The first time makes the rows of the accounts.
  await requestSync(request);
  requests = 0;
  const [processor, startedAt] = [process.cpuUsage(), performance.now()];
  const { coreMs, walBytes } = await ofDatabase(url, () => requestSync(request).then(() => undefined));
  const { user, system } = process.cpuUsage(processor);
  const wallMs = performance.now() - startedAt;
  stop.abort();
  await worker;
  return [requests, (user + system) / 1_000, coreMs, walBytes, wallMs];
}

async function throughputTable(server: LocalPostgresServer, folder: string, program: string): Promise<string> {
  const size = { accounts: 48, callsPerAccount: 2_000, pageSize: 100 };
  const served = await startManyAccounts(folder, { ...size, delayMs });
  const lines: string[] = [];
  let alone = NaN;
  try {
    for (const workers of [1, 4]) {
      const scene = new Scene({ ...size, ...undisturbed, workers }, server, program, served, 0);
      const url = await server.createDatabase();
      let run = { durationMs: NaN, requests: NaN, rows: NaN, workersMs: NaN };
      const { coreMs, walBytes } = await ofDatabase(url, async () => {
        run = await scene.run(url);
      });
      alone = workers === 1 ? run.durationMs : alone;
      const perCall = [run.workersMs, coreMs, walBytes].map((value) => (value / run.rows).toFixed(3));
      const speed = [`${(run.durationMs / 1_000).toFixed(1)} s`, (alone / run.durationMs).toFixed(2)];
      lines.push(`| ${[workers, run.requests, ...speed, ...perCall].join(' | ')} |`);
    }
  } finally {
    await served.stop();
  }
  const head =
    '| workers | requests | time | times as fast | ms of a core per call | of the database | bytes of WAL |\n|--:|--:|--:|--:|--:|--:|--:|';
  const what = `${size.accounts} accounts with ${size.callsPerAccount.toLocaleString('en')} calls each, pages of ${size.pageSize}, ${delayMs} ms a request`;
  return `${what}:\n\n${head}\n${lines.join('\n')}\n`;
}
