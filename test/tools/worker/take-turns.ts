import pg from 'pg';
import { createRequestBudget } from '../../../src/tools/worker/request-budget.ts';

// A process of its own: waits until a line on stdin starts it, takes turns of one account, and records the time of
// each by the database's clock.
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
  for (let taken = 0; taken < Number(count); taken += 1) {
    await budget.take('913874', signal);
    await log.query('insert into turns values (clock_timestamp())');
  }
  await budget.close();
  await log.end();
  process.stdout.write('done\n');
}
