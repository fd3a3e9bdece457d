import type { CallLog, TimeWindow } from '../../../src/index.ts';
import {
  type AccountStore,
  type Coverage,
  createDuckDBStore,
  createPostgresStore,
  type Store,
  type StoreReader,
  sync,
  type SyncOptions,
  type SyncResult,
} from '../../../src/tools/sync/index.ts';
import { type Migration, migrations } from '../../../src/tools/sync/sql/tables.ts';
import { documentColumns } from '../../../src/tools/sync/sql/columns.ts';
import { History } from './history.ts';

/** The work that a process does on a store until it is killed. It depends only on the number of the step. */

export const account = { id: '913874', timeZone: 'UTC' };
const beginning = Date.parse('2026-03-02T00:00:00Z');
const hourMs = 3_600_000;
export const day: TimeWindow = { from: new Date(beginning), to: new Date(beginning + 24 * hourMs) };

/** Opens the store at a place, in this version's layout or the next one. */
export function storeAt(place: string, layout: 'this' | 'next' = 'this'): Store & StoreReader {
  const create = place.startsWith('postgres:') ? createPostgresStore : createDuckDBStore;
  return create(place, layout === 'this' ? {} : nextLayout);
}

/** A layout that touches every call: a gained field, a new column, and an update of all rows. */
const nextLayout = {
  columns: [...documentColumns, { name: 'queue', kind: 'text' as const }],
  migrations: [
    ...migrations,
    (async ({ connection }) => {
      await connection.run('alter table calls add column seconds bigint');
      await connection.run('update calls set seconds = length');
      await connection.run('alter table sync_runs add column host text');
    }) satisfies Migration,
  ],
};

/** The number of replacements that a store has seen is in its coverage, as seconds: it is written with the calls. */
export function stepOf(coverage: Coverage): number {
  return ((coverage[0]?.agreedAt?.getTime() ?? beginning) - beginning) / 1000;
}

/** Makes one replacement: of one hour, with other calls each time, and each kind of absence in turn. */
export async function takeStep(store: AccountStore, step: number): Promise<void> {
  const hour = (step * 7) % 24;
  const from = beginning + hour * hourMs;
  const stage = await store.stage();
  await stage.add(Array.from({ length: 300 }, (_none, place) => callOf(step, from, place)).filter(isListedAt(step)));
  await stage.commit({
    window: { from: new Date(from), to: new Date(from + hourMs) },
    absent: (['delete', 'mark', 'keep'] as const)[step % 3] ?? 'keep',
    coverage: () => [{ ...day, agreedAt: new Date(beginning + step * 1000), settled: true, wasSettled: true }],
    at: new Date(beginning + step * 1000),
  });
}

function callOf(step: number, from: number, place: number): CallLog {
  const start = new Date(from + place * 10_000).toISOString().slice(0, 19).replace('T', ' ');
  const fields = { direction: 'Inbound', result: place % 5 === step % 5 ? 'Missed' : 'Answered', length: place };
  return { id: `call-${from / hourMs}-${place}`, start, end: start, ...fields, ...(place % 3 && { queue: 'sales' }) };
}

function isListedAt(step: number): (call: CallLog, place: number) => boolean {
  return (_call, place) => (place * 31 + step) % 11 !== 0;
}

/**
 * An account after a number of rounds: each brings calls, late ones among them. None goes, because counts cannot see a call
 * that a late one has replaced.
 */
export function historyAfter(rounds: number): History {
  const history = new History(beginning);
  for (let round = 1; round <= rounds; round += 1) {
    for (let place = 0; place < 120; place += 1) {
      history.add({ start: history.now + place * 20_000, latencyMs: place % 10 === 0 ? 5 * hourMs : 0 });
    }
    history.now += hourMs;
  }
  return history;
}

export const allRounds = 10;

/** Brings a store to what the account is after a number of rounds. */
export async function syncAfter(
  rounds: number,
  place: string,
  options: Pick<SyncOptions, 'mirror' | 'recheck'> = {},
): Promise<SyncResult> {
  const history = historyAfter(rounds);
  const store = storeAt(place);
  try {
    const now = (): number => history.now;
    return await sync({ client: history.client(), account, store, pageSize: 100, now, ...options });
  } finally {
    await store.close();
  }
}
