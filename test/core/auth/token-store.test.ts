import { describe, expect, it } from '@jest/globals';
import { fingerprintOf } from '../../../src/core/auth/login-block.ts';
import { createMemoryTokenStore, storeKey } from '../../../src/core/auth/token-store.ts';
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

describe('the key of a user', () => {
  const key = (tokenUrl: string, user = 'jane'): Promise<string> => storeKey(tokenUrl, 'client', user);

  it('is 64 hexadecimal digits', async () => {
    await expect(key('https://api.example.com/token')).resolves.toMatch(/^[0-9a-f]{64}$/);
  });

  it('is the same for every spelling of the token URL', async () => {
    const spellings = [
      'https://api.example.com/token/',
      'https://API.example.com:443/token',
      'https://api.example.com/token//',
    ];
    const one = await key('https://api.example.com/token');
    for (const spelling of spellings) expect(await key(spelling)).toBe(one);
  });

  it('differs by token URL, client and user', async () => {
    const all = await Promise.all([
      key('https://api.example.com/token'),
      key('https://api.example.com/oauth2/token'),
      key('https://api.example.com/token', 'joe'),
      storeKey('https://api.example.com/token', 'clien', 'tjane'),
    ]);
    expect(new Set(all).size).toBe(4);
  });
});

describe('the fingerprint of credentials', () => {
  it('differs by salt and by secret', async () => {
    const all = await Promise.all([
      fingerprintOf('salt', 'a'),
      fingerprintOf('salt', 'b'),
      fingerprintOf('other', 'a'),
      fingerprintOf('salt', 'a', ''),
    ]);
    expect(new Set(all).size).toBe(4);
    expect(await fingerprintOf('salt', 'a')).toBe(all[0]);
  });
});
