/** A sync of its own process, which may be killed at any moment: a step in the life of a store. */
import process from 'node:process';
import { type Store, sync, type SyncResult } from '../../../src/tools/sync/index.ts';
import { createPostgresStore } from '../../../src/tools/sync/postgres/store.ts';
import { documentColumns } from '../../../src/tools/sync/sql/columns.ts';
import { History } from './history.ts';

export const account = { id: '913874', timeZone: 'America/New_York' };

/** The steps in order. In the last one, a field that calls had all along has become a column. */
export const steps = ['first load', 'catching up', 'migration'] as const;
export type Step = (typeof steps)[number];

/** A store by its kind and its place, for another process. */
export interface StorePlace {
  readonly kind: keyof typeof kinds;
  readonly at: string;
}

const kinds = { postgres: createPostgresStore };

export function openPlace({ kind, at }: StorePlace, step: Step): Store {
  const columns = [...documentColumns, { name: 'queue', kind: 'text' as const }];
  return kinds[kind](at, step === 'migration' ? { columns } : {});
}

const hour = 3_600_000;
const begin = Date.UTC(2026, 2, 1);

/** The account as it is at a step. Each night adds calls, and changes some that are there. */
export function historyAt(step: Step): History {
  const history = new History(begin + 10 * 24 * hour);
  for (let place = 0; place < 2000; place += 1) {
    history.add({
      start: begin + place * 400_000,
      latencyMs: (place % 7) * 1000,
      fields: { queue: `queue ${place % 5}` },
    });
  }
  for (let night = 0; night < steps.indexOf(step); night += 1) {
    for (let place = 0; place < 40; place += 1) {
      history.add({ start: begin + ((place * 37) % 240) * hour + night, fields: { queue: 'late' } });
    }
    for (const place of [3, 500, 1900]) history.change(place + night, 'remove');
    history.now += 24 * hour;
  }
  return history;
}

/** Brings a store to what the account is at a step. */
export async function runStep(place: StorePlace, step: Step): Promise<SyncResult> {
  const history = historyAt(step);
  const store = openPlace(place, step);
  try {
    const common = { client: history.client(), account, store, now: () => history.now, pageSize: 100 };
    return await sync({ ...common, mirror: true });
  } finally {
    await store.close();
  }
}

const [given] = process.argv.slice(2);
if (process.env.KILLABLE_SYNC === '1' && given !== undefined) {
  const { place, step } = JSON.parse(given) as { place: StorePlace; step: Step };
  process.stdout.write('begun\n');
  await runStep(place, step);
}
