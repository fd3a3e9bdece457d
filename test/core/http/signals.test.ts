import { describe, expect, it } from '@jest/globals';

import { linkSignals, onAbort } from '../../../src/core/http/signals.ts';
import { countedSignal } from './listener-count.ts';

describe('waiting for the abort of a signal', () => {
  it('puts one listener on it, however many wait: Node warns of more than ten', () => {
    const { signal, listeners } = countedSignal();
    const releases = Array.from({ length: 20 }, () => onAbort(signal, () => undefined));
    expect(listeners()).toBe(1);
    for (const release of releases) release();
    expect(listeners()).toBe(0);
  });

  it('calls each waiter back once, and no waiter that was released', () => {
    const { signal, abort } = countedSignal();
    const called: string[] = [];
    const add = (name: string) => onAbort(signal, () => called.push(name));
    add('first');
    const release = add('released');
    add('second');
    release();
    release();
    abort();
    expect(called).toEqual(['first', 'second']);
  });

  it('counts a function that waits twice as two', () => {
    const { signal, abort } = countedSignal();
    let calls = 0;
    const count = (): void => {
      calls += 1;
    };
    onAbort(signal, count);
    onAbort(signal, count)();
    abort();
    expect(calls).toBe(1);
  });

  it('takes up listening again after everybody was released', () => {
    const { signal, abort, listeners } = countedSignal();
    onAbort(signal, () => undefined)();
    let called = false;
    onAbort(signal, () => (called = true));
    expect(listeners()).toBe(1);
    abort();
    expect(called).toBe(true);
  });

  it('keeps signals apart', () => {
    const [one, other] = [countedSignal(), countedSignal()];
    let called = false;
    onAbort(one.signal, () => (called = true));
    other.abort();
    expect(called).toBe(false);
  });
});

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
