import pg from 'pg';
import { createRequestBudget } from '../../../src/tools/worker/request-budget.ts';

// A process of its own: waits until a line on stdin starts it, takes turns of one account side by side, and records the
// time of each by the database's clock.
const [url = '', requestsPerSecond, burst, count] = process.argv.slice(2);

const budget = createRequestBudget(url, { requestsPerSecond: Number(requestsPerSecond), burst: Number(burst) });
const log = new pg.Client({ connectionString: url });
await log.connect();
process.stdout.write('ready\n');
process.stdin.once('data', () => {
  process.stdin.destroy();
  void takeAll();
});

async function takeAll(): Promise<void> {
  const { signal } = new AbortController();
  // The driver takes one statement at a time; a turn comes only after the one before was recorded.
  let recorded: Promise<unknown> = Promise.resolve();
  const takes = Array.from({ length: Number(count) }, async () => {
    await budget.take('913874', signal);
    recorded = recorded.then(() => log.query('insert into turns values (clock_timestamp())'));
    await recorded;
  });
  await Promise.all(takes);
  await budget.close();
  await log.end();
  process.stdout.write('done\n');
}
