import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CallLog } from '../../../src/index.ts';
import type { Store, StoreReader } from '../../../src/tools/sync/index.ts';
import { documentColumns } from '../../../src/tools/sync/sql/columns.ts';
import { type Migration, migrations } from '../../../src/tools/sync/sql/tables.ts';
import { contentOf } from './memory-store.ts';
import { account, callAt, day, replace } from './sample-calls.ts';
import type { StorePlace } from './store-contract.ts';

type Row = Readonly<Record<string, unknown>>;

/** The promises of stores in databases, in addition to those of every store: their tables, as people see them. */
export function describeSqlStore(name: string, create: () => Promise<StorePlace>): void {
  describe(`the tables of ${name}`, () => {
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

    async function query(sql: string): Promise<readonly Row[]> {
      await store.close();
      return (await place.query?.(sql)) ?? [];
    }

    async function storedCalls(): Promise<CallLog[]> {
      const calls: CallLog[] = [];
      for await (const page of store.callsOf(account.id, day)) calls.push(...page);
      return calls;
    }

    test('have a column for each field of the document, of the type of its values', async () => {
      await replace(await store.open(account), [
        callAt('09:00:00', { from: '17325550100', length: 61, charge: 0.5, recorded: true, queue: 'sales' }),
      ]);
      const [row] = await query(
        `select c.*, cast(extra as text) as extra_text, "end" - "start" > interval '1 hour' as is_long from calls c`,
      );
      expect(Object.keys(row ?? {})).toEqual(expect.arrayContaining(documentColumns.map((column) => column.name)));
      expect(row).toMatchObject({
        ...{ account_id: account.id, start: new Date('2026-03-02T09:00:00Z'), from: '17325550100', charge: 0.5 },
        ...{ recorded: true, is_long: true, copy: 0, synced_at: new Date('2026-03-03T06:00:00Z') },
        ...{ unlisted_since: null, source_user: null },
      });
      expect(Number(row?.length)).toBe(61);
      expect(JSON.parse(String(row?.extra_text))).toEqual({ queue: 'sales' });
    });

    test('NUL and lone surrogates, which databases refuse, become U+FFFD', async () => {
      const opened = await store.open(account);
      const strings = {
        custom_tag: 'a\0b',
        source_user: '\ud83dx\udc00',
        queue: '\0\ud83d',
        to: '\\u0000 \\\\ud83d 😀',
      };
      await replace(opened, [callAt('09:00:00', strings)]);
      expect(await storedCalls()).toEqual([
        callAt('09:00:00', {
          ...{ custom_tag: 'a\ufffdb', source_user: '\ufffdx\ufffd', queue: '\ufffd\ufffd' },
          to: '\\u0000 \\\\ud83d 😀',
        }),
      ]);
    });

    test('accounts are kept apart, each with its lock', async () => {
      const other = { id: '42', timeZone: 'Asia/Tokyo' };
      const [one, two] = [await store.open(account), await store.open(other)];
      await replace(one, [callAt('09:00:00')], {
        coverage: () => [{ ...day, agreedAt: day.to, settled: true, wasSettled: true }],
      });
      await Promise.all([
        replace(one, [callAt('10:00:00')], { absent: 'mark' }),
        replace(two, [callAt('09:00:00'), callAt('10:00:00')]),
      ]);
      await replace(two, [callAt('10:00:00')]);
      expect(await one.count(day)).toBe(1);
      expect(await two.count(day)).toBe(1);
      expect((await storedCalls()).length).toBe(2);
      expect(await store.accounts()).toEqual([other, account].sort((a, b) => (a.id < b.id ? -1 : 1)));
    });

    describe('the view calls_local', () => {
      test('shows times in the zone of the account, and names that need no quotes', async () => {
        await replace(await store.open(account), [callAt('04:30:00', { from: '17325550100', to: '1000' })]);
        const [row] = await query(`select cast(started as text) as started, cast(ended as text) as ended,
          from_number, to_number, time_zone, id, synced_at from calls_local`);
        expect(row).toMatchObject({
          ...{ started: '2026-03-01 23:30:00', ended: '2026-03-02 18:59:59', from_number: '17325550100' },
          ...{ to_number: '1000', time_zone: account.timeZone, id: 'call-04:30:00' },
        });
      });

      test('follows the zone that the account was last opened with', async () => {
        await replace(await store.open(account), [callAt('04:30:00')]);
        await store.close();
        store = place.store();
        await store.open({ ...account, timeZone: 'Asia/Tokyo' });
        const [row] = await query('select cast(started as text) as started from calls_local');
        expect(row).toEqual({ started: '2026-03-02 13:30:00' });
      });
    });

    describe('the view inbound_calls', () => {
      const ring = (time: string, fields: Row = {}): CallLog => callAt(time, { from: '17325550100', ...fields });

      async function inboundCalls(calls: readonly CallLog[]): Promise<string[]> {
        const opened = await store.open(account);
        await replace(opened, [callAt('01:00:00', { from: '1' }), ...calls]);
        await replace(opened, calls, { absent: 'mark' });
        const rows = await query(`select cast(started as text) as started, result, length, rings, is_estimate, id
          from inbound_calls order by "start", id`);
        return rows.map(({ started, result, length, rings, is_estimate, id }) =>
          [String(started).slice(11), result, length, rings, is_estimate, id].join(' '),
        );
      }

      test('folds rows of one caller that start within ten seconds of each other', async () => {
        const missed = { result: 'Missed', length: 0 };
        const calls = [
          ring('15:00:00', missed),
          ring('15:00:10', { length: 90 }),
          ring('15:00:20', missed),
          ring('15:00:31', missed),
        ];
        expect(await inboundCalls(calls)).toEqual([
          '10:00:00 Answered 90 3 true call-15:00:10',
          '10:00:31 Missed 0 1 false call-15:00:31',
        ]);
      });

      test('takes the strongest result, and its longest row', async () => {
        const calls = [
          ring('15:00:00', { result: 'Missed', length: 99 }),
          ring('15:00:01', { result: 'Blocked', length: 98 }),
          ring('15:00:02', { result: 'Voicemail', length: 5 }),
          ring('15:00:03', { result: 'Voicemail', length: 7 }),
          ring('16:00:00', { result: 'Missed', length: 9 }),
          ring('16:00:01', { result: 'Rejected', length: 1 }),
        ];
        expect(await inboundCalls(calls)).toEqual([
          '10:00:00 Voicemail 7 4 true call-15:00:03',
          '11:00:00 Rejected 1 2 true call-16:00:01',
        ]);
      });

      test('folds no rows of different callers, without a number, or in other directions', async () => {
        const calls = [
          ring('15:00:00'),
          ring('15:00:01', { from: '17325550101' }),
          ring('15:00:02', { from: null }),
          ring('15:00:03', { from: null }),
          ring('15:00:04', { from: '' }),
          ring('15:00:05', { from: '' }),
          ring('15:00:06', { direction: 'Outbound' }),
          ring('15:00:07', { from: 'anonymous' }),
          ring('15:00:08', { from: 'anonymous' }),
        ];
        const rings = (await inboundCalls(calls)).map((line) => line.split(' ')[3]);
        expect(rings).toEqual(['1', '1', '1', '1', '1', '1', '1', '1']);
      });

      test('of rows of equal strength and length, takes the first by start, then id; no length is the shortest', async () => {
        const missed = { result: 'Missed', length: 0 };
        const calls = [
          ring('15:00:00', { ...missed, length: null }),
          ring('15:00:01', { ...missed, id: 'b' }),
          ring('15:00:01', { ...missed, id: 'B' }),
          ring('16:00:00', { ...missed, id: 'd' }),
          ring('16:00:00', { ...missed, id: 'C' }),
          ring('16:00:01', { ...missed, id: 'A' }),
        ];
        expect(await inboundCalls(calls)).toEqual([
          '10:00:00 Missed  3 true call-15:00:00',
          '11:00:00 Missed 0 3 true C',
        ]);
      });
    });

    describe('another version', () => {
      const withQueue = [...documentColumns, { name: 'queue', kind: 'text' as const }];
      const calls = [
        callAt('09:00:00', { queue: 'sales', other: 1 }),
        callAt('10:00:00', { queue: 7 }),
        callAt('11:00:00', { queue: 'service' }),
        callAt('12:00:00'),
      ];

      test('a field that the document gains becomes a column, with the values that are there already', async () => {
        await replace(await store.open(account), calls);
        await store.close();
        store = place.store({ columns: withQueue });
        const opened = await store.open(account);
        expect((await storedCalls()).map(contentOf)).toEqual(calls.map(contentOf));
        expect(await replace(opened, calls)).toEqual({ added: 0, changed: 0, deleted: 0, unlisted: 0 });
        const rows = await query('select queue, cast(extra as text) as extra from calls_local order by started');
        const extras = rows.map(({ queue, extra }): unknown[] => [queue, extra && JSON.parse(extra as string)]);
        expect(extras).toEqual([
          ['sales', { other: 1 }],
          [null, { queue: 7 }],
          ['service', null],
          [null, null],
        ]);
      });

      test.each([
        ['number', [1.5, 'x', true, null]],
        ['whole', [3, 1.5, 'x', null]],
        ['boolean', [true, 0, 'true', null]],
        ['json', [{ a: [1] }, 'x', 1, true]],
        ['text', ['x', '', 0, null]],
      ] as const)('values of all types survive a new column for the type %s', async (kind, values) => {
        const written = values.map((value, place) => callAt(`09:00:0${place}`, { gained: value, other: value }));
        await replace(await store.open(account), written);
        await store.close();
        store = place.store({ columns: [...documentColumns, { name: 'gained', kind }, { name: 'other', kind }] });
        const opened = await store.open(account);
        expect((await storedCalls()).map(contentOf)).toEqual(written.map(contentOf));
        expect(await replace(opened, written)).toEqual({ added: 0, changed: 0, deleted: 0, unlisted: 0 });
      });

      test('a column that a newer version has gained keeps its values in an older one', async () => {
        await store.close();
        store = place.store({ columns: withQueue });
        await (await store.open(account)).release();
        await store.close();
        store = place.store();
        await replace(await store.open(account), calls);
        expect((await storedCalls()).map(contentOf)).toEqual(calls.map(contentOf));
        expect(await query('select count(queue) as queues from calls')).toHaveLength(1);
      });

      test('a column that somebody has added is left alone', async () => {
        await replace(await store.open(account), calls.slice(0, 1));
        await query('alter table calls add column queue integer');
        await query('update calls set queue = 5');
        store = place.store({ columns: withQueue });
        const changed = [callAt('09:00:00', { queue: 'service' }), ...calls.slice(1)];
        await replace(await store.open(account), changed);
        expect((await storedCalls()).map(contentOf)).toEqual(changed.map(contentOf));
        expect(await query('select queue from calls where queue is not null')).toEqual([{ queue: 5 }]);
      });

      test('a column whose type somebody has changed loses no value', async () => {
        await replace(await store.open(account), [callAt('09:00:00', { rate: 1 })]);
        for (const view of ['inbound_calls', 'calls_local']) await query(`drop view ${view}`);
        await query('alter table calls alter column rate type numeric');
        store = place.store();
        const changed = [callAt('09:00:00', { rate: 2.5 }), callAt('10:00:00', { rate: 1e-9 })];
        await replace(await store.open(account), changed);
        expect((await storedCalls()).map(contentOf)).toEqual(changed.map(contentOf));
      });

      const toNextLayout: Migration = async ({ connection }) => {
        await connection.run('alter table sync_runs add column host text');
        await connection.run(`update sync_runs set host = 'unknown'`);
      };

      test('its tables are brought to the next layout, with all that is in them', async () => {
        await replace(await store.open(account), calls);
        await store.close();
        store = place.store({ migrations: [...migrations, toNextLayout] });
        await store.open(account);
        expect((await storedCalls()).map(contentOf)).toEqual(calls.map(contentOf));
        const [meta] = await query(`select value from sync_meta where key = 'layout'`);
        expect(meta).toEqual({ value: String(migrations.length + 1) });
        expect(await query('select host from sync_runs')).toEqual([]);
      });

      test('a failed step changes nothing', async () => {
        await replace(await store.open(account), calls);
        await store.close();
        const failing: Migration = async (upgrade) => {
          await toNextLayout(upgrade);
          throw new Error('the migration stops here');
        };
        store = place.store({ migrations: [...migrations, failing], columns: withQueue });
        await expect(store.open(account)).rejects.toThrow('the migration stops here');
        await store.close();
        store = place.store();
        await store.open(account);
        expect((await storedCalls()).map(contentOf)).toEqual(calls.map(contentOf));
        const columns = await query(`select column_name from information_schema.columns
          where table_schema = current_schema() and table_name in ('sync_runs', 'calls')
            and column_name in ('host', 'queue')`);
        expect(columns).toEqual([]);
      });

      test('tables of a newer version are refused', async () => {
        await store.close();
        store = place.store({ migrations: [...migrations, toNextLayout] });
        await store.open(account);
        await store.close();
        store = place.store();
        await expect(store.open(account)).rejects.toMatchObject({
          code: 'version',
          hint: expect.stringContaining(`layout ${migrations.length + 1}, and this version knows ${migrations.length}`),
        });
      });
    });

    test.each(['calls', 'sync_meta', 'sync_runs', 'calls_local'])(
      'a table %s of another program is refused, and left alone',
      async (table) => {
        await query(`create table ${table} (key text, value text)`);
        await query(`insert into ${table} values ('layout', '1')`);
        store = place.store();
        await expect(store.open(account)).rejects.toMatchObject({
          code: 'foreign',
          message: expect.stringContaining(`"${table}"`) as unknown,
        });
        expect(await query(`select * from ${table}`)).toEqual([{ key: 'layout', value: '1' }]);
      },
    );

    test('tables of other names do not matter', async () => {
      await query('create table customers (id text)');
      store = place.store();
      await expect(store.open(account)).resolves.toBeDefined();
    });
  });
}
