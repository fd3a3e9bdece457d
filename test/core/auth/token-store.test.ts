import { describe, expect, it } from '@jest/globals';
import { fingerprint, hash } from '../../../src/core/auth/hash.ts';
import { createMemoryTokenStore } from '../../../src/core/auth/token-store.ts';
import { settle } from '../../support/fake-clock.ts';

describe('the memory store', () => {
  it('keeps, replaces and removes', async () => {
    const store = createMemoryTokenStore();
    await expect(store.read('k')).resolves.toBeUndefined();
    await store.write('k', { tokens: { accessToken: 'one' } });
    await store.write('k', { tokens: { accessToken: 'two' } });
    await expect(store.read('k')).resolves.toEqual({ tokens: { accessToken: 'two' } });
    await store.write('k', undefined);
    await expect(store.read('k')).resolves.toBeUndefined();
  });

  it('lets one holder in at a time for a key, in the order they came, also after one failed', async () => {
    const store = createMemoryTokenStore();
    const log: string[] = [];
    const hold = (name: string): Promise<void> =>
      store.withLock('k', async () => {
        log.push(`${name} in`);
        await settle(1);
        log.push(`${name} out`);
        if (name === 'b') throw new Error('failed inside');
      });
    const ends = await Promise.allSettled(['a', 'b', 'c'].map(hold));
    expect(log).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('lets two keys be held at once', async () => {
    const store = createMemoryTokenStore();
    const inner = store.withLock('a', () => store.withLock('b', () => Promise.resolve('both')));
    await expect(inner).resolves.toBe('both');
  });
});

describe('a hash', () => {
  it('is 64 hexadecimal digits and minds the border between two parts', async () => {
    await expect(hash('ab', 'c')).resolves.toMatch(/^[0-9a-f]{64}$/);
    expect(await hash('ab', 'c')).not.toBe(await hash('a', 'bc'));
    expect(await hash('ab', 'c')).toBe(await hash('ab', 'c'));
  });

  it('of credentials differs by salt and by secret', async () => {
    const all = await Promise.all([fingerprint('salt', 'a'), fingerprint('salt', 'b'), fingerprint('other', 'a')]);
    expect(new Set(all).size).toBe(3);
    expect(await fingerprint('salt', 'a')).toBe(all[0]);
  });
});
