import { writeSync } from 'node:fs';
import { StoreError } from '../../../src/tools/sync/index.ts';
import { account, allRounds, stepOf, storeAt, syncAfter, takeStep } from './kill-steps.ts';

// A process that is killed, or that fills the disk: `node kill-child.js <what> <place>`. It writes the number of each
// step once the store has taken it, and nothing is buffered.

const [what = '', place = ''] = process.argv.slice(2);
const report = (line: string): void => void writeSync(1, `${line}\n`);

report('ready');
if (what === 'steps') {
  const store = storeAt(place);
  const opened = await store.open(account);
  let step = stepOf(await opened.coverage());
  for (let taken = 0; taken < 40; taken += 1) {
    step += 1;
    await takeStep(opened, step);
    report(String(step));
  }
  await store.close();
} else if (what === 'sync') {
  for (let rounds = 1; rounds <= allRounds; rounds += 1) {
    await syncAfter(rounds, place);
    report(String(rounds));
  }
} else if (what === 'full') {
  // By default, a process that exceeds its limit is killed.
  process.on('SIGXFSZ', () => undefined);
  const store = await storeAt(place).open(account);
  let step = stepOf(await store.coverage());
  try {
    for (;;) {
      step += 1;
      await takeStep(store, step);
      report(String(step));
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    report(`${error.code}: ${error.message}`);
  }
} else {
  const store = storeAt(place, 'next');
  await store.open(account);
  await store.close();
}
report('done');
