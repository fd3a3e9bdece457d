import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { StoredAccess, TokenStore } from '../../../src/core/auth/token-store.ts';
import { errorOf, setUp, wrongPassword } from '../../core/auth/set-up.ts';
import { draws } from '../../support/draws.ts';
import { settle } from '../../support/fake-clock.ts';

/** A key as clients make them. */
export const key = 'a1'.repeat(32);

export const access: StoredAccess = {
  tokens: { accessToken: 'token-1', refreshToken: 'refresh-1', renewAt: 1, expiresAt: 2, scope: 'openid' },
  refusals: [{ fingerprint: 'ff', at: 3, locked: true, status: 400, faultCode: 'invalid_grant' }],
  unanswered: { at: 4, count: 2 },
};

/** The tests that a store passes whose tokens several processes share. `createStore` makes one of the same place. */
export function describeSharedStore(name: string, createStore: () => TokenStore): void {
  describe(`the contents of ${name}`, () => {
    it('can be replaced and removed, and is the same for another process', async () => {
      const store = createStore();
      await expect(store.read(key)).resolves.toBeUndefined();
      await store.write(key, access);
      await expect(createStore().read(key)).resolves.toEqual(access);
      await store.write(key, { refusals: [] });
      await expect(store.read(key)).resolves.toEqual({ refusals: [] });
      await store.write(key, undefined);
      await expect(store.read(key)).resolves.toBeUndefined();
      await store.write(key, undefined);
    });

    it('is read as it was written, with any content', async () => {
      const [one, other] = [createStore(), createStore()];
      await fc.assert(
        fc.asyncProperty(anyAccess, async (written) => {
          await one.withLock(key, () => one.write(key, written));
          await expect(other.read(key)).resolves.toEqual(written);
        }),
        { numRuns: draws(25, 250) },
      );
    });

    it('is kept apart from that of another key', async () => {
      const store = createStore();
      await store.write(key, access);
      await store.write('b2', { tokens: { accessToken: 'other' } });
      await expect(store.read(key)).resolves.toEqual(access);
    });

    it('blocks the login of a later process that was refused before, until it is reset', async () => {
      const first = setUp({ store: createStore(), respond: wrongPassword, autoAdvanceUpToMs: 1_000 });
      await errorOf(first.authorise());
      const second = setUp({ store: createStore(), autoAdvanceUpToMs: 1_000 });
      await expect(second.authorise()).rejects.toMatchObject({ code: 'authentication-refused' });
      expect(second.requests).toHaveLength(0);
      await second.authoriser.reset();
      await expect(second.authorise()).resolves.toBe('token-1');
    });
  });

  describe(`the lock of ${name}`, () => {
    it('lets one holder in at a time, over several processes, also after one failed', async () => {
      let inside = 0;
      let most = 0;
      const hold = (number: number): Promise<void> =>
        createStore().withLock(key, async () => {
          inside += 1;
          most = Math.max(most, inside);
          await settle(3);
          inside -= 1;
          if (number === 2) throw new Error('failed inside');
        });
      const ends = await Promise.allSettled([1, 2, 3, 4].map(hold));
      expect(most).toBe(1);
      expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    });

    it('is one for each key', async () => {
      const store = createStore();
      const inner = store.withLock(key, () => store.withLock('b2', () => Promise.resolve('both')));
      await expect(inner).resolves.toBe('both');
    });

    it('is no longer waited for after an abort, which ends the wait with its reason', async () => {
      const [store, abort] = [createStore(), new AbortController()];
      const reason = new Error('enough');
      let entered = false;
      await store.withLock(key, async () => {
        const waiting = errorOf(createStore().withLock(key, () => Promise.resolve((entered = true)), abort.signal));
        await settle(3);
        abort.abort(reason);
        await expect(waiting).resolves.toBe(reason);
      });
      await expect(store.withLock(key, () => Promise.resolve('free'))).resolves.toBe('free');
      await expect(errorOf(store.withLock(key, () => Promise.resolve(), abort.signal))).resolves.toBe(reason);
      expect(entered).toBe(false);
    });
  });
}

const anyText = fc.string({ unit: 'binary' });
const time = fc.integer({ min: 0, max: 8.64e15 });

const anyAccess: fc.Arbitrary<StoredAccess> = fc.record(
  {
    tokens: fc.record(
      { accessToken: anyText, refreshToken: anyText, scope: anyText, renewAt: time, expiresAt: time },
      { requiredKeys: ['accessToken'] },
    ),
    refusals: fc.array(
      fc.record(
        { fingerprint: anyText, at: time, locked: fc.boolean(), status: fc.nat(599), faultCode: anyText },
        { requiredKeys: ['fingerprint', 'at', 'locked'] },
      ),
      { maxLength: 8 },
    ),
    unanswered: fc.record({ at: time, count: fc.nat() }),
  },
  { requiredKeys: [], noNullPrototype: true },
);
