// A worker in a process of its own, for bench/workers.ts: node --import tsx bench/worker-process.ts URL ACCOUNTS
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { createReportsClient, type FetchLike, formatApiTime } from '../src/index.ts';
import { runWorker, type WorkerAccount } from '../src/tools/worker/index.ts';

/** The time that each request takes, in milliseconds. */
const delayMs = 100;
const [callsPerAccount, pageSize] = [100, 40];

/** What the accounts of these workers are like, for the caption of a table. */
export const accountsText = `${callsPerAccount} calls each, pages of ${pageSize}, ${delayMs} ms a request`;

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

/** Works until it is told to end. Says when it is ready, and at the end how many requests it has sent. */
async function work(url: string, accounts: readonly string[]): Promise<void> {
  let requests = 0;
  const fetch: FetchLike = async (target) => {
    requests += 1;
    await setTimeout(delayMs);
    return respond(new URL(target));
  };
  // Each account has a client of its own, which sends four requests at a time.
  const accountOf = (id: string): Promise<WorkerAccount> => {
    const client = createReportsClient({ accountId: id, auth: 'a-token', fetch, pageSize });
    return Promise.resolve({ id, timeZone: 'UTC', client, pageSize });
  };
  const stop = new AbortController();
  process.once('SIGTERM', () => {
    stop.abort();
  });
  const ready = (): void => {
    process.stdout.write('ready\n');
  };
  // With one job at a time, the time is that of the requests: four such workers take a small part of two cores.
  const accountIds = (): Promise<readonly string[]> => Promise.resolve(accounts);
  await runWorker({ url, signal: stop.signal, parallel: 1, accountOf, accountIds, on: { ready } });
  process.stdout.write(`${JSON.stringify({ requests, coreMs: Math.round(coreMs()) })}\n`);
}

function coreMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

const [, script, url, count] = process.argv;
if (script === import.meta.filename && url !== undefined) {
  await work(
    url,
    Array.from({ length: Number(count) }, (_account, place) => String(place + 1)),
  );
}
