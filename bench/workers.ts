// npm run bench -- --workers: what workers cost, and how much faster several of them are. Linux only.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { createReportsClient } from '../src/index.ts';
import { requestSync, runWorker } from '../src/tools/worker/index.ts';
import { type LocalPostgresServer, queryPostgres, startLocalPostgres } from '../test/support/postgres.ts';
import { processorTimeOfDatabase } from '../test/tools/worker/processor-time.ts';
import { median } from './measure.ts';
import { accountsText } from './worker-process.ts';

/** Returns tables in Markdown. `accounts` is the largest number of accounts. */
export async function workerTables(accounts: number): Promise<string> {
  const server = await startLocalPostgres();
  try {
    return [await planningTable(server, accounts), await throughputTable(server)].join('\n');
  } finally {
    await server.stop();
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
    const perAccount = costs.perAccount.map((value) => (value / accounts).toFixed(2));
    lines.push(`| ${accounts.toLocaleString('en')} | ${perAccount.join(' | ')} | ${costs.peakMb.toFixed(0)} |`);
  }
  const head =
    '| accounts | requests | ms of a core | ms of a core of the database | bytes of WAL | ms | peak memory, MB |\n|--:|--:|--:|--:|--:|--:|--:|';
  return `One worker with 4 jobs at a time, nothing new, per account; the memory is that of the process:\n\n${head}\n${lines.join('\n')}\n`;
}

async function planOnce(url: string, count: number): Promise<{ perAccount: readonly number[]; peakMb: number }> {
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
  return {
    perAccount: [requests, (user + system) / 1_000, coreMs, walBytes, wallMs],
    peakMb: process.resourceUsage().maxRSS / 1024,
  };
}

/** Reads the first calls of accounts, with one worker and with several, each in a process of its own, several times in turn. */
async function throughputTable(server: LocalPostgresServer, rounds = 3): Promise<string> {
  const counts = [1, 2, 4];
  const runs: { workers: number; requests: number; seconds: number; coreMs: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const workers of counts) runs.push({ workers, ...(await readAll(await server.createDatabase(), workers)) });
  }
  const alone = median(runs.filter(({ workers }) => workers === 1).map(({ seconds }) => seconds));
  const lines = counts.map((count) => {
    const those = runs.filter(({ workers }) => workers === count);
    const seconds = those.map((run) => run.seconds).sort((one, other) => one - other);
    const requests = Math.max(...those.map((run) => run.requests));
    const core = median(those.map(({ coreMs }) => coreMs)) / loadedAccounts;
    const range = `${seconds[0]?.toFixed(1)} to ${seconds.at(-1)?.toFixed(1)} s`;
    return `| ${count} | ${requests} | ${median(seconds).toFixed(1)} s | ${range} | ${core.toFixed(1)} | ${(alone / median(seconds)).toFixed(2)} |`;
  });
  const head =
    '| workers | requests | median time | range | ms of a core, an account | times as fast |\n|--:|--:|--:|--:|--:|--:|';
  return `First load of ${loadedAccounts} accounts with ${accountsText}, one job at a time in each worker, ${rounds} times:\n\n${head}\n${lines.join('\n')}\n`;
}

const loadedAccounts = 80;

async function readAll(url: string, workers: number): Promise<{ requests: number; seconds: number; coreMs: number }> {
  const script = join(import.meta.dirname, 'worker-process.ts');
  const running = Array.from({ length: workers }, () => {
    const args = ['--import', 'tsx', script, url, String(loadedAccounts)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const ready = once(child.stdout, 'data');
    const ended = once(child, 'close').then(
      () => JSON.parse(output.trim().split('\n').at(-1) ?? '') as { requests: number; coreMs: number },
    );
    return { child, ready, ended };
  });
  await Promise.all(running.map(({ ready }) => ready));
  const accounts = Array.from({ length: loadedAccounts }, (_account, place) => String(place + 1));
  const startedAt = performance.now();
  await requestSync({ url, accounts, signal: new AbortController().signal, pollMs: 100 });
  const seconds = (performance.now() - startedAt) / 1_000;
  for (const { child } of running) child.kill('SIGTERM');
  const ends = await Promise.all(running.map(({ ended }) => ended));
  const sum = (name: 'requests' | 'coreMs'): number => ends.reduce((all, end) => all + end[name], 0);
  return { requests: sum('requests'), seconds, coreMs: sum('coreMs') };
}
