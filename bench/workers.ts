// npm run bench -- --workers: what workers cost, and how much faster several of them are. Linux only.
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { createReportsClient, type FetchLike, formatApiTime } from '../src/index.ts';
import { requestSync, runWorker, type WorkerAccount } from '../src/tools/worker/index.ts';
import { type LocalPostgresServer, queryPostgres, startLocalPostgres } from '../test/support/postgres.ts';
import { processorTimeOfDatabase } from '../test/tools/worker/processor-time.ts';

/** The time that each request takes, in milliseconds. */
const delayMs = 100;

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

/** Reads the first calls of accounts whose requests take 100 ms each, with one worker and with several. */
async function throughputTable(server: LocalPostgresServer): Promise<string> {
  const accounts = Array.from({ length: 240 }, (_account, place) => String(place + 1));
  const lines: string[] = [];
  let alone = NaN;
  for (const workers of [1, 2, 4]) {
    const { requests, seconds } = await readAll(await server.createDatabase(), accounts, workers);
    alone = workers === 1 ? seconds : alone;
    lines.push(`| ${workers} | ${requests} | ${seconds.toFixed(1)} s | ${(alone / seconds).toFixed(2)} |`);
  }
  const head = '| workers | requests | time | times as fast |\n|--:|--:|--:|--:|';
  const what = `First load of ${accounts.length} accounts with ${callsPerAccount} calls each, pages of ${pageSize}, ${delayMs} ms a request`;
  return `${what}:\n\n${head}\n${lines.join('\n')}\n`;
}

const [callsPerAccount, pageSize] = [100, 40];

async function readAll(
  url: string,
  accounts: readonly string[],
  workers: number,
): Promise<{ requests: number; seconds: number }> {
  let requests = 0;
  const fetch: FetchLike = async (target) => {
    requests += 1;
    await setTimeout(delayMs);
    return respond(new URL(target));
  };
  const stop = new AbortController();
  const options = { url, signal: stop.signal, pollMs: 50, accountIds: () => Promise.resolve(accounts) };
  // Each account has a client of its own, which sends four requests at a time.
  const accountOf = (id: string): Promise<WorkerAccount> => {
    const client = createReportsClient({ accountId: id, auth: 'a-token', fetch, pageSize });
    return Promise.resolve({ id, timeZone: 'UTC', client, pageSize });
  };
  const running = Array.from({ length: workers }, () => runWorker({ ...options, accountOf }));
  const startedAt = performance.now();
  await requestSync({ url, accounts, signal: new AbortController().signal, pollMs: 50 });
  const seconds = (performance.now() - startedAt) / 1_000;
  stop.abort();
  await Promise.all(running);
  return { requests, seconds };
}

const calls = Array.from({ length: callsPerAccount }, (_call, place) => {
  const [start, end] = [0, 60].map((second) => new Date(Date.UTC(2026, 0, 1) + place * 3_600_000 + second * 1_000));
  const times = { start: formatApiTime(start ?? new Date(0)), end: formatApiTime(end ?? new Date(0)) };
  return { id: `call-${place}`, ...times, direction: 'Inbound', result: 'Answered', length: 60 };
});

/** Lists the calls as the API does. */
function respond({ searchParams: query }: URL): Response {
  const ask = (name: string): string => query.get(name) ?? '';
  const [size, page] = [Number(ask('page_size')), Number(ask('page'))];
  const rows = calls.filter(({ start }) => start >= ask('start:gte') && start <= ask('start:lte'));
  if (ask('order') === 'desc') rows.reverse();
  const listed = rows.slice((page - 1) * size, page * size);
  const totals = { total_items: rows.length, total_pages: Math.ceil(rows.length / size) };
  return Response.json({ page, page_size: size, ...totals, _embedded: { call_logs: listed } });
}
