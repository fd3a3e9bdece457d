import { describe, expect, it } from '@jest/globals';

import { createCall } from '../../../src/core/http/call.ts';
import { linkSignals } from '../../../src/core/http/link-signals.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { countedSignal } from './listener-count.ts';

describe('a linked signal', () => {
  it('aborts with the first of its sources, and with its reason', () => {
    const [first, second] = [countedSignal(), countedSignal()];
    const linked = linkSignals(first.signal, undefined, second.signal);
    second.abort('second');
    first.abort('first');
    expect(linked.signal.reason).toBe('second');
  });

  it('is aborted from the start where a source is', () => {
    expect(linkSignals(AbortSignal.abort('before')).signal.reason).toBe('before');
  });

  it('can be aborted by hand, which leaves its sources alone', () => {
    const source = countedSignal();
    const linked = linkSignals(source.signal);
    linked.abort('by hand');
    expect([linked.signal.reason, source.signal.aborted]).toEqual(['by hand', false]);
  });

  it('leaves no listener on its sources once released, a thousand times over', () => {
    const source = countedSignal();
    for (let time = 0; time < 1000; time += 1) {
      const linked = linkSignals(source.signal, source.signal);
      expect(source.listeners()).toBe(1);
      linked.release();
    }
    expect(source.listeners()).toBe(0);
  });
});

describe('the signal of a call', () => {
  it('aborts at deadlineMs with a TimeoutError that names it', async () => {
    const clock = createFakeClock();
    const call = createCall(clock, 5000);
    expect(call.deadlineAt).toBe(clock.now() + 5000);
    await clock.advance(4999);
    expect(call.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(call.signal.reason).toMatchObject({ code: 'timeout' });
    expect(String(call.signal.reason)).toContain('5000 ms');
  });

  it.each([undefined, Infinity])('has no deadline with deadlineMs %s, and sets no timer', (deadlineMs) => {
    const clock = createFakeClock();
    expect(createCall(clock, deadlineMs).deadlineAt).toBe(Infinity);
    expect(clock.pending).toBe(0);
  });

  it('aborts what is still under way at its end, and leaves no timer and no listener', () => {
    const clock = createFakeClock();
    const source = countedSignal();
    const call = createCall(clock, 5000, source.signal);
    expect([clock.pending, source.listeners()]).toEqual([1, 1]);
    call.end();
    expect(call.signal.aborted).toBe(true);
    expect([clock.pending, source.listeners()]).toEqual([0, 0]);
  });
});
