import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { prove } from '../../../../src/tools/sync/coverage.ts';
import { readPostgresUrl } from '../../../../src/tools/postgres/connection.ts';
import { WorkSession } from '../../../../src/tools/sync/postgres/work-session.ts';
import { type PostgresServer, queryPostgres, startPostgres } from '../../../support/postgres.ts';
import { account, callAt, replace } from '../sample-calls.ts';

let server: PostgresServer;
let url: string;
let sessions: WorkSession[];

beforeAll(async () => {
  server = await startPostgres();
});

beforeEach(async () => {
  url = await server.createSchema();
  sessions = [await WorkSession.open(readPostgresUrl(url)), await WorkSession.open(readPostgresUrl(url))];
});

afterEach(async () => {
  for (const session of sessions) await session.close();
});

afterAll(() => server.stop());

const at = new Date('2026-03-03T12:00:00Z');
const [monday, tuesday] = ['02', '03'].map((day) => ({
  from: new Date(`2026-03-${day}T00:00:00Z`),
  to: new Date(`2026-03-${day}T06:00:00Z`),
}));

describe('two workers with the same account', () => {
  test('change what is proven one after the other, each on top of what the other has proven', async () => {
    const [one, other] = sessions;
    if (!one || !other || !monday || !tuesday) throw new Error('set-up');
    const second = await other.open(account);
    let saving: Promise<void> | undefined;
    const first = await one.open(account, async () => {
      // It waits for the end of this transaction.
      saving ??= second.save((current) => prove(current, tuesday, at));
      const query = `select count(*)::int as waiting from pg_stat_activity
        where wait_event_type = 'Lock' and datname = current_database()`;
      for (let waiting = 0; waiting === 0;) {
        waiting = (await queryPostgres<{ waiting: number }>(url, query))[0]?.waiting ?? 0;
      }
    });
    await first.save((current) => prove(current, monday, at));
    await saving;
    expect((await first.coverage()).map(({ from }) => from)).toEqual([monday.from, tuesday.from]);
  });

  test('write nothing if what comes alongside fails', async () => {
    const [one] = sessions;
    const opened = await one?.open(account, () => Promise.reject(new Error('lost')));
    if (!opened) throw new Error('set-up');
    await expect(replace(opened, [callAt('09:00:00')])).rejects.toThrow('lost');
    await expect(opened.save((current) => prove(current, { from: at, to: at }, at))).rejects.toThrow('lost');
    expect(await opened.coverage()).toEqual([]);
    expect(await queryPostgres(url, 'select * from calls')).toEqual([]);
  });

  test('find out that another version has migrated the tables', async () => {
    const [one] = sessions;
    await queryPostgres(url, `update sync_meta set value = '99' where key = 'layout'`);
    await expect(one?.open(account)).rejects.toMatchObject({ code: 'version' });
    await expect(WorkSession.open(readPostgresUrl(url))).rejects.toMatchObject({ code: 'version' });
  });
});
