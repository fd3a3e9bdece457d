import { describe, expect, it } from '@jest/globals';

import { startOperation } from '../../../src/core/http/operation.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { countedSignal } from './listener-count.ts';

describe('the signal of an operation', () => {
  it('aborts at deadlineMs with a TimeoutError that names it', async () => {
    const clock = createFakeClock();
    const operation = startOperation(clock, 5000);
    expect(operation.deadlineAt).toBe(clock.now() + 5000);
    await clock.advance(4999);
    expect(operation.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(operation.signal.reason).toMatchObject({ code: 'timeout' });
    expect(String(operation.signal.reason)).toContain('5000 ms');
  });

  it.each([undefined, Infinity])('has no deadline with deadlineMs %s, and sets no timer', (deadlineMs) => {
    const clock = createFakeClock();
    expect(startOperation(clock, deadlineMs).deadlineAt).toBe(Infinity);
    expect(clock.pending).toBe(0);
  });

  it('aborts what is still under way at its end, and leaves no timer and no listener', () => {
    const clock = createFakeClock();
    const source = countedSignal();
    const operation = startOperation(clock, 5000, source.signal);
    expect([clock.pending, source.listeners()]).toEqual([1, 1]);
    operation.end();
    expect(operation.signal.aborted).toBe(true);
    expect([clock.pending, source.listeners()]).toEqual([0, 0]);
  });
});
