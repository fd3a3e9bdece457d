import { describe, expect, it } from '@jest/globals';

import { onAbort } from '../../../src/core/http/on-abort.ts';
import { countedSignal } from './listener-count.ts';

describe('waiting for the abort of a signal', () => {
  it('puts one listener on it, however many wait: Node warns of more than ten', () => {
    const { signal, listeners } = countedSignal();
    const releases = Array.from({ length: 20 }, () => onAbort(signal, () => undefined));
    expect(listeners()).toBe(1);
    for (const release of releases) release();
    expect(listeners()).toBe(0);
  });

  it('calls back each who waits once, and nobody who was released', () => {
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
