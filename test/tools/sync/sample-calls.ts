import type { CallLog, TimeWindow } from '../../../src/index.ts';
import type { AccountStore, Changes, Replacement } from '../../../src/tools/sync/index.ts';

export const account = { id: '913874', timeZone: 'America/New_York' };

/** The day of the sample calls. */
export const day: TimeWindow = { from: new Date('2026-03-02T00:00:00Z'), to: new Date('2026-03-03T00:00:00Z') };

/** A call of the day that starts at a time such as `09:30:00`. */
export function callAt(time: string, fields: Readonly<Record<string, unknown>> = {}): CallLog {
  const start = `2026-03-02 ${time}`;
  const call = { id: `call-${time}`, start, end: `2026-03-02 23:59:59`, direction: 'Inbound', result: 'Answered' };
  return { ...call, length: 60, ...fields };
}

/** Replaces the calls of a window. */
export async function replace(
  store: AccountStore,
  calls: readonly CallLog[],
  replacement: Partial<Replacement> = {},
): Promise<Changes> {
  const stage = await store.stage();
  await stage.add(calls);
  return await stage.commit({
    window: day,
    absent: 'delete',
    coverage: () => [],
    at: new Date(day.to.getTime() + 6 * 3_600_000),
    ...replacement,
  });
}
