/** A sync of its own process, which may be killed at any moment: a step in the life of a store. */
import process from 'node:process';
import {
  createDuckDBStore,
  createPostgresStore,
  type Store,
  type StoreReader,
  sync,
  type SyncResult,
} from '../../../src/tools/sync/index.ts';
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

const kinds = { duckdb: createDuckDBStore, postgres: createPostgresStore };

export function openPlace({ kind, at }: StorePlace, step: Step): Store & StoreReader {
  const columns = [...documentColumns, { name: 'queue', kind: 'text' as const }];
  return kinds[kind](at, step === 'migration' ? { columns } : {});
}

const hour = 3_600_000;
const begin = Date.UTC(2026, 2, 1);

/** The account as it is at a step. Counts cannot see a call that another replaces, so it gains calls or loses some. */
export function historyAt(step: Step): History {
  const history = new History(begin + 10 * 24 * hour);
  for (let place = 0; place < 700; place += 1) {
    history.add({ start: begin + place * 1_200_000, fields: { queue: `queue ${place % 5}` } });
  }
  if (step === 'first load') return history;
  for (let place = 0; place < 40; place += 1) {
    history.add({ start: begin + ((place * 37) % 240) * hour, fields: { queue: 'late' } });
  }
  history.now += 24 * hour;
  if (step === 'migration') for (const place of [3, 200, 650]) history.change(place, 'remove');
  return history;
}

/** Brings a store to what the account is at a step. */
export async function runStep(place: StorePlace, step: Step): Promise<SyncResult> {
  const history = historyAt(step);
  const store = openPlace(place, step);
  try {
    const common = { client: history.client(), account, store, now: () => history.now, pageSize: 50 };
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
