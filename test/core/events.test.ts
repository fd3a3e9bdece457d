import { describe, expect, it } from '@jest/globals';

import { createEmit, type PageEvent } from '../../src/core/events.ts';
import { settle } from '../support/fake-clock.ts';

const event: PageEvent = { page: 1, calls: 3, totalItems: 3, window: { from: new Date(0), to: new Date(1) } };

describe('an event', () => {
  it('reaches the callback of its name, and no other', () => {
    const seen: unknown[] = [];
    const emit = createEmit({ page: (page) => seen.push(page), retry: () => seen.push('retry') });
    emit('page', event);
    emit('warning', { code: 'order-refused', message: 'nobody listens' });
    expect(seen).toEqual([event]);
  });

  it('never breaks the run where a callback throws', () => {
    const emit = createEmit({
      page: () => {
        throw new Error('mistake of the caller');
      },
    });
    expect(() => {
      emit('page', event);
    }).not.toThrow();
  });

  it('leaves no unhandled rejection if an async callback rejects', async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', listen);
    const asyncCallback = (): void => Promise.reject(new Error('mistake of the caller')) as unknown as undefined;
    createEmit({ page: asyncCallback })('page', event);
    await settle();
    process.off('unhandledRejection', listen);
    expect(unhandled).toEqual([]);
  });
});
