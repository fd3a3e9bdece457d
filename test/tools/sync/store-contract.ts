import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CallLog } from '../../../src/index.ts';
import type { AccountStore, Changes, RunRecord, Store, StoreReader } from '../../../src/tools/sync/index.ts';
import type { LayoutOptions } from '../../../src/tools/sync/sql/tables.ts';
import { draws } from '../../support/draws.ts';
import { contentOf, MemoryStore } from './memory-store.ts';
import { account, callAt, day, replace } from './sample-calls.ts';

/** A place where a store keeps its calls. */
export interface StorePlace {
  /** Returns a store for the place. What an earlier one wrote is there. The options are for stores in databases. */
  store(options?: LayoutOptions): Store & StoreReader;
  /** All calls and runs of the place. No store is open meanwhile. */
  inspect(): Promise<Inspection>;
  /** Runs a query in the database; undefined if it is not one. No store is open meanwhile. */
  query: ((sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>) | undefined;
  remove(): Promise<void>;
}

export interface Inspection {
  readonly calls: readonly { readonly id: string; readonly isListed: boolean; readonly syncedAt: Date }[];
  readonly runs: readonly { readonly startedAt: Date; readonly outcome: string }[];
}

const noChanges: Changes = { added: 0, changed: 0, deleted: 0, unlisted: 0 };
const [morning, noon, evening] = [6, 12, 18].map((hour) => new Date(day.to.getTime() + hour * 3_600_000)) as [
  Date,
  Date,
  Date,
];

/** The promises of every store. */
export function describeStore(name: string, create: () => Promise<StorePlace>): void {
  describe(`${name} as a store`, () => {
    let place: StorePlace;
    let store: Store & StoreReader;

    beforeEach(async () => {
      place = await create();
      store = place.store();
    });

    afterEach(async () => {
      await store.close();
      await place.remove();
    });

    async function reopened(): Promise<AccountStore> {
      await store.close();
      store = place.store();
      return await store.open(account);
    }

    async function inspect(): Promise<Inspection> {
      await store.close();
      return await place.inspect();
    }

    async function storedCalls(onlyListed = false, window = day): Promise<CallLog[]> {
      const calls: CallLog[] = [];
      for await (const page of store.callsOf(account.id, window, { onlyListed })) calls.push(...page);
      return calls;
    }

    describe('counting a window', () => {
      test('an empty window has no calls and no median', async () => {
        const opened = await store.open(account);
        expect([await opened.count(day), await opened.median(day)]).toEqual([0, undefined]);
      });

      test('its beginning belongs to it and its end does not', async () => {
        const opened = await store.open(account);
        await replace(opened, [callAt('09:00:00'), callAt('10:00:00'), callAt('11:00:00')]);
        const window = { from: new Date('2026-03-02T09:00:00Z'), to: new Date('2026-03-02T11:00:00Z') };
        expect(await opened.count(window)).toBe(2);
      });

      test('the median is the start of the middle call, wherever most of them are', async () => {
        const opened = await store.open(account);
        await replace(opened, [callAt('09:00:00'), callAt('20:00:00'), callAt('21:00:00')]);
        expect(await opened.median(day)).toEqual(new Date('2026-03-02T20:00:00Z'));
      });

      test('calls that are no longer listed do not count', async () => {
        const opened = await store.open(account);
        await replace(opened, [callAt('09:00:00'), callAt('10:00:00')]);
        await replace(opened, [callAt('10:00:00')], { absent: 'mark' });
        expect(await opened.count(day)).toBe(1);
      });
    });

    describe('replacing a window', () => {
      const before = [callAt('09:00:00'), callAt('10:00:00'), callAt('11:00:00')];
      const after = [callAt('09:00:00'), callAt('10:00:00', { result: 'Missed' }), callAt('12:00:00')];

      test('staged calls cannot be seen before they are committed', async () => {
        const opened = await store.open(account);
        const stage = await opened.stage();
        await stage.add(before);
        expect(await opened.count(day)).toBe(0);
        await stage.discard();
        expect(await opened.count(day)).toBe(0);
      });

      test('a stage takes calls in several parts', async () => {
        const opened = await store.open(account);
        const stage = await opened.stage();
        for (const call of before) await stage.add([call]);
        await stage.add([]);
        const changes = await stage.commit({ window: day, absent: 'delete', coverage: () => [], at: morning });
        expect(changes).toEqual({ ...noChanges, added: 3 });
      });

      test('it counts what was added, changed and deleted', async () => {
        const opened = await store.open(account);
        expect(await replace(opened, before)).toEqual({ ...noChanges, added: 3 });
        expect(await replace(opened, after)).toEqual({ added: 1, changed: 1, deleted: 1, unlisted: 0 });
        expect((await storedCalls()).map(contentOf)).toEqual(after.map(contentOf));
      });

      test('absent calls are marked if they are to be kept', async () => {
        const opened = await store.open(account);
        await replace(opened, before);
        expect(await replace(opened, after, { absent: 'mark' })).toEqual({
          ...noChanges,
          added: 1,
          changed: 1,
          unlisted: 1,
        });
        expect((await storedCalls()).map(({ id }) => id)).toEqual(
          ['09:00:00', '10:00:00', '11:00:00', '12:00:00'].map((time) => `call-${time}`),
        );
        expect((await storedCalls(true)).map(contentOf)).toEqual(after.map(contentOf));
      });

      test('a call is marked once', async () => {
        const opened = await store.open(account);
        await replace(opened, before);
        await replace(opened, [], { absent: 'mark' });
        expect(await replace(opened, [], { absent: 'mark' })).toEqual(noChanges);
      });

      test('absent calls stay as they are if the staged ones may be incomplete', async () => {
        const opened = await store.open(account);
        await replace(opened, before);
        expect(await replace(opened, after, { absent: 'keep' })).toEqual({ ...noChanges, added: 1, changed: 1 });
        expect((await storedCalls(true)).length).toBe(4);
      });

      test('a window in which nothing was staged becomes empty', async () => {
        const opened = await store.open(account);
        await replace(opened, before);
        expect(await replace(opened, [])).toEqual({ ...noChanges, deleted: 3 });
      });

      test('calls outside the window are left alone', async () => {
        const opened = await store.open(account);
        await replace(opened, before);
        const window = { from: new Date('2026-03-02T09:00:00Z'), to: new Date('2026-03-02T11:00:00Z') };
        expect(await replace(opened, [], { window })).toEqual({ ...noChanges, deleted: 2 });
        expect((await storedCalls()).map(({ id }) => id)).toEqual(['call-11:00:00']);
      });

      test('a call that is listed again has changed', async () => {
        const opened = await store.open(account);
        await replace(opened, before);
        await replace(opened, [], { absent: 'mark' });
        expect(await replace(opened, before)).toEqual({ ...noChanges, changed: 3 });
        expect((await storedCalls(true)).length).toBe(3);
      });

      test('a staged call outside the window is an error, and nothing is written', async () => {
        const opened = await store.open(account);
        await replace(opened, before);
        const window = { from: day.from, to: new Date('2026-03-02T08:00:00Z') };
        await expect(replace(opened, [callAt('09:30:00')], { window })).rejects.toThrow(RangeError);
        expect((await storedCalls()).map(contentOf)).toEqual(before.map(contentOf));
      });

      test('only calls with other contents get a new time', async () => {
        const opened = await store.open(account);
        await replace(opened, before, { at: morning });
        await replace(opened, after, { at: noon });
        await replace(opened, after.slice(0, 2), { at: evening, absent: 'mark' });
        const { calls } = await inspect();
        expect([...calls].sort((one, other) => (one.id < other.id ? -1 : 1))).toEqual([
          { id: 'call-09:00:00', isListed: true, syncedAt: morning },
          { id: 'call-10:00:00', isListed: true, syncedAt: noon },
          { id: 'call-12:00:00', isListed: false, syncedAt: noon },
        ]);
      });

      test('equal calls are stored once, and different calls with the same id and start are all stored', async () => {
        const opened = await store.open(account);
        const copies = [callAt('09:00:00'), callAt('09:00:00', { result: 'Missed' })];
        expect(await replace(opened, [...copies, callAt('09:00:00')])).toEqual({ ...noChanges, added: 2 });
        expect(await replace(opened, [...copies].reverse())).toEqual(noChanges);
        expect((await storedCalls()).map(({ result }) => result).sort()).toEqual(['Answered', 'Missed']);
      });

      test('one of two copies does not take the place of the other', async () => {
        const opened = await store.open(account);
        const copies = [callAt('09:00:00'), callAt('09:00:00', { result: 'Missed' })];
        await replace(opened, copies);
        expect(await replace(opened, copies.slice(1), { absent: 'keep' })).toEqual(noChanges);
        expect(await replace(opened, copies.slice(1), { absent: 'mark' })).toEqual({ ...noChanges, unlisted: 1 });
        expect((await storedCalls()).map(({ result }) => result).sort()).toEqual(['Answered', 'Missed']);
        expect((await storedCalls(true)).map(({ result }) => result)).toEqual(['Missed']);
      });
    });

    describe('what a call holds', () => {
      const full = callAt('09:00:00', {
        ...{ from: '17325550100', to: '1000', charge: 0.25, rate: 1e-7, recorded: true, in_network: false },
        ...{ source_user_full_name: 'Zoë "Z" O\'Neil, \\ \t\n\r 😀 =1+1', custom_tag: '' },
      });

      test('comes back as it was, with or without nulls', async () => {
        await replace(await store.open(account), [{ ...full, source_user: null }]);
        expect((await storedCalls()).map(contentOf)).toEqual([contentOf(full)]);
      });

      test.each([
        ['fields that the document does not know', { queue: 'sales', nested: { deep: [1, null, 'x'] }, extra: 'mine' }],
        ['a number in place of a string', { source_extension: 123 }],
        ['a string in place of a number', { length: '60', charge: 'free' }],
        ['a fraction in place of a whole number', { length: 60.5 }],
        ['a string in place of a boolean', { recorded: 'yes' }],
        ['an end that cannot be read', { end: '2026-02-30 10:00:00' }],
        ['an end of another form', { end: '2026-03-02T10:00:00Z' }],
        ['an end that is not a string', { end: 0 }],
        ['names of columns that are ours', { account_id: 'x', copy: 1, synced_at: 'x', unlisted_since: 'x' }],
      ])('%s are not lost', async (_case, fields) => {
        const call = callAt('09:00:00', fields);
        await replace(await store.open(account), [call, callAt('10:00:00')]);
        expect(await storedCalls()).toEqual([call, callAt('10:00:00')]);
      });

      test('another order of its fields is not a change, and another value of an unknown one is', async () => {
        const opened = await store.open(account);
        await replace(opened, [callAt('09:00:00', { queue: 'sales', agent: 'x' })]);
        expect(await replace(opened, [callAt('09:00:00', { agent: 'x', queue: 'sales' })])).toEqual(noChanges);
        expect(await replace(opened, [callAt('09:00:00', { agent: 'x', queue: 'service' })])).toEqual({
          ...noChanges,
          changed: 1,
        });
      });
    });

    describe('what is proven', () => {
      const proven = { ...day, agreedAt: noon, settled: true, wasSettled: true };
      // A window that was settled once, and could not be proven when it was last read.
      const later = { from: day.to, to: evening, agreedAt: undefined, settled: false, wasSettled: true };

      test('is saved together with the calls', async () => {
        const opened = await store.open(account);
        await replace(opened, [callAt('09:00:00')], { coverage: () => [proven] });
        expect(await opened.coverage()).toEqual([proven]);
        const wrong = { window: { from: day.to, to: evening }, coverage: () => [proven, later] };
        await expect(replace(opened, [callAt('10:00:00')], wrong)).rejects.toThrow(RangeError);
        expect(await opened.coverage()).toEqual([proven]);
      });

      test('is saved even if there are no calls to write, and is there when the store is opened again', async () => {
        const opened = await store.open(account);
        await opened.save(() => [proven]);
        await opened.save((current) => [...current, later]);
        expect(await (await reopened()).coverage()).toEqual([proven, later]);
        expect(await store.coverageOf(account.id)).toEqual([proven, later]);
        expect(await store.coverageOf('1')).toEqual([]);
        expect(await store.accounts()).toEqual([account]);
      });
    });

    describe('runs', () => {
      const run: RunRecord = {
        ...{ startedAt: morning, endedAt: undefined, mode: 'sync', outcome: 'running', problem: undefined },
        ...{ requests: 0, settledUntil: undefined, ...noChanges },
      };

      test('a run is recorded once, with its outcome', async () => {
        const opened = await store.open(account);
        await opened.record(run);
        await opened.record({ ...run, endedAt: noon, outcome: 'complete', requests: 7, settledUntil: day.to });
        expect((await inspect()).runs).toEqual([{ startedAt: morning, outcome: 'complete' }]);
      });

      test('a run that never ended is marked as interrupted when its account is opened again', async () => {
        await (await store.open(account)).record(run);
        await (await reopened()).record({ ...run, startedAt: noon });
        expect((await inspect()).runs).toEqual([
          { startedAt: morning, outcome: 'interrupted' },
          { startedAt: noon, outcome: 'running' },
        ]);
      });
    });

    describe('the lock', () => {
      test('an account is opened once at a time', async () => {
        const opened = await store.open(account);
        await expect(store.open(account)).rejects.toMatchObject({ code: 'locked' });
        await opened.release();
        await expect(store.open(account)).resolves.toBeDefined();
      });

      test('a stage that is open is discarded when the account is released', async () => {
        const opened = await store.open(account);
        await (await opened.stage()).add([callAt('09:00:00')]);
        await opened.release();
        expect(await (await store.open(account)).count(day)).toBe(0);
      });
    });

    test('calls are read in pages, by start, then id', async () => {
      const opened = await store.open(account);
      const calls = Array.from({ length: 5500 }, (_none, place) => {
        const time = new Date(day.from.getTime() + Math.floor(place / 3) * 1000).toISOString().slice(11, 19);
        return callAt(time, { id: String(place).padStart(8, '0') });
      });
      await replace(opened, [...calls].reverse());
      expect((await storedCalls()).map(({ id }) => id)).toEqual(calls.map(({ id }) => id));
    });

    test('after any replacements it holds the same as the simplest store', async () => {
      const times = ['09:00:00', '09:00:01', '11:00:00', '12:30:00', '23:59:59'];
      const call = fc.record({
        time: fc.constantFrom(...times),
        result: fc.constantFrom('Answered', 'Missed'),
        queue: fc.option(fc.constantFrom('sales', 7), { nil: undefined }),
        end: fc.constantFrom('2026-03-02 23:59:59', 'soon'),
      });
      const step = fc.record({
        calls: fc.uniqueArray(call, { selector: ({ time }) => time }),
        bounds: fc.constantFrom('00:00:00 24:00:00', '09:00:00 09:00:01', '09:00:01 12:30:00'),
        absent: fc.constantFrom('delete' as const, 'mark' as const, 'keep' as const),
      });
      const model = new MemoryStore();
      const modelled = await model.open(account);
      const opened = await store.open(account);
      let minutes = 0;
      await fc.assert(
        fc.asyncProperty(step, async ({ calls, bounds, absent }) => {
          const [from = '', to = ''] = bounds.split(' ');
          const window = { from: instantOf(from), to: instantOf(to) };
          const staged = calls
            .filter(({ time }) => from <= time && time < to)
            .map(({ time, ...fields }) => callAt(time, fields));
          minutes += 1;
          const replacement = { window, absent, at: new Date(noon.getTime() + minutes * 60_000) };
          expect(await replace(opened, staged, replacement)).toEqual(await replace(modelled, staged, replacement));
          expect(await opened.count(day)).toBe(await modelled.count(day));
          expect(await opened.median(day)).toEqual(await modelled.median(day));
          expect((await storedCalls()).map(contentOf)).toEqual((await callsIn(model)).map(contentOf));
        }),
        { numRuns: draws(15, 400) },
      );
      const written = (calls: Inspection['calls']): string[] =>
        calls.map(({ id, isListed, syncedAt }) => `${id} ${isListed} ${syncedAt.toISOString()}`).sort();
      expect(written((await inspect()).calls)).toEqual(written(inspectMemory(model).calls));
    });
  });
}

/** The contents of a store in memory. */
export function inspectMemory({ calls, runs }: MemoryStore): Inspection {
  return {
    calls: calls.map(({ call, isListed, syncedAt }) => ({ id: call.id, isListed, syncedAt })),
    runs: runs.map(({ startedAt, outcome }) => ({ startedAt, outcome })),
  };
}

async function callsIn(model: MemoryStore): Promise<CallLog[]> {
  const calls: CallLog[] = [];
  for await (const page of model.callsOf(account.id, day)) calls.push(...page);
  return calls;
}

function instantOf(time: string): Date {
  return time === '24:00:00' ? day.to : new Date(`2026-03-02T${time}Z`);
}
