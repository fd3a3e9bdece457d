import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CallLog } from '../../../src/index.ts';
import { fixtureAccounts, fixtureCalls, fixtureCoverage, fixtureUnlisted, writeFixture } from './fixture-contents.ts';
import { contentOf } from './memory-store.ts';
import { day, replace } from './sample-calls.ts';
import type { StorePlace } from './store-contract.ts';

/** Stores that earlier versions made, and the one that this version makes, open with all that is in them. */
export function describeFixtures(name: string, create: (layout: number) => Promise<StorePlace>): void {
  describe.each([1, 2])(`${name} that layout %i was written to`, (layout) => {
    let place: StorePlace;

    beforeEach(async () => {
      place = await create(layout);
    });

    afterEach(async () => {
      await place.remove();
    });

    test('opens in this version, with all that is in it', async () => {
      const store = place.store();
      for (const account of fixtureAccounts) {
        const opened = await store.open(account);
        const calls: CallLog[] = [];
        for await (const page of store.callsOf(account.id, day)) calls.push(...page);
        expect(calls.map(contentOf)).toEqual([...fixtureCalls, fixtureUnlisted].map(contentOf));
        expect(await opened.coverage()).toEqual(fixtureCoverage(layout));
        expect(await opened.count(day)).toBe(fixtureCalls.length);
      }
      expect(await store.accounts()).toEqual(fixtureAccounts);
      await store.close();
      expect((await place.inspect()).runs).toHaveLength(fixtureAccounts.length);
      expect(await place.query?.('select id from inbound_calls')).not.toHaveLength(0);
    });

    test('can be used like one that this version has made', async () => {
      const store = place.store();
      const [account = { id: '', timeZone: '' }] = fixtureAccounts;
      const opened = await store.open(account);
      expect(await replace(opened, fixtureCalls, { absent: 'mark' })).toEqual({
        ...{ added: 0, changed: 0, deleted: 0, unlisted: 0 },
      });
      await writeFixture(opened);
      expect(await opened.coverage()).toEqual(fixtureCoverage(2));
      await store.close();
    });
  });
}
