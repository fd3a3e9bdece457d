import { describe, expect, it } from '@jest/globals';
import { AbortedError } from '../../../src/index.ts';
import { type StoreAccount, syncAccounts, type SyncOptions } from '../../../src/tools/sync/index.ts';
import { History } from './history.ts';
import { MemoryStore } from './memory-store.ts';

const now = Date.UTC(2026, 2, 11);
const accounts: readonly StoreAccount[] = ['1', '2', '3', '4', '5'].map((id) => ({ id, timeZone: 'UTC' }));

/** The options of an account with as many calls as its id says. */
function optionsOf(account: StoreAccount): SyncOptions {
  const history = new History(now);
  for (let call = 0; call < Number(account.id); call += 1) history.add({ start: now - 3_600_000 * (call + 1) });
  return { client: history.client(), account, store: new MemoryStore(), now: () => history.now };
}

describe('syncAccounts', () => {
  it('returns the outcomes in the order of the accounts, and tells each as soon as it is there', async () => {
    const told: string[] = [];
    const outcomes = await syncAccounts(accounts, optionsOf, { onOutcome: ({ account }) => told.push(account.id) });
    expect(outcomes.map(({ account, result }) => [account.id, result?.added])).toEqual([
      ['1', 1],
      ['2', 2],
      ['3', 3],
      ['4', 4],
      ['5', 5],
    ]);
    expect(told.sort()).toEqual(['1', '2', '3', '4', '5']);
  });

  it.each([
    [1, 1],
    [2, 2],
    [undefined, 4],
    [9, 5],
  ])('with parallel: %s, has %s accounts in progress at the most', async (parallel, most) => {
    let inProgress = 0;
    let highest = 0;
    const counted = async (account: StoreAccount): Promise<SyncOptions> => {
      highest = Math.max(highest, (inProgress += 1));
      // The others get their turn.
      await new Promise(setImmediate);
      return optionsOf(account);
    };
    await syncAccounts(accounts, counted, { parallel, onOutcome: () => (inProgress -= 1) });
    expect(highest).toBe(most);
  });

  it('goes on when an account fails, and returns its error', async () => {
    const failure = new Error('no settings');
    const outcomes = await syncAccounts(accounts, (account) => {
      if (account.id === '2') throw failure;
      return optionsOf(account);
    });
    expect(outcomes.map(({ error }) => error)).toEqual([undefined, failure, undefined, undefined, undefined]);
  });

  it('begins no account once it is aborted', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const outcomes = await syncAccounts(accounts, optionsOf, {
      ...{ parallel: 1, signal },
      onOutcome: () => {
        controller.abort();
      },
    });
    expect(outcomes.map(({ error }) => error instanceof AbortedError)).toEqual([false, true, true, true, true]);
  });
});
