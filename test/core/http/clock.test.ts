import { describe, expect, it } from '@jest/globals';

import { wait } from '../../../src/core/http/clock.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { countedSignal } from './listener-count.ts';

describe('a wait', () => {
  it('ends after its time, and leaves no timer and no listener', async () => {
    const clock = createFakeClock();
    const { signal, listeners } = countedSignal();
    let over = false;
    const waiting = wait(clock, 1000, signal).then(() => (over = true));
    await clock.advance(999);
    expect([over, listeners()]).toEqual([false, 1]);
    await clock.advance(1);
    await waiting;
    expect([over, listeners(), clock.pending]).toEqual([true, 0, 0]);
  });

  it("ends at once on abort, with the signal's reason, and leaves no timer", async () => {
    const clock = createFakeClock();
    const { signal, abort } = countedSignal();
    const waiting = wait(clock, 1000, signal);
    const reason = new Error('enough');
    abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(clock.pending).toBe(0);
  });

  it('does not begin with a signal that is aborted already', async () => {
    const clock = createFakeClock();
    await expect(wait(clock, 1000, AbortSignal.abort('early'))).rejects.toBe('early');
    expect(clock.delays).toEqual([]);
  });
});
