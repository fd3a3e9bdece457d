import { describe, expect, it } from '@jest/globals';

import type { CallLogPage } from '../../src/call-logs/call-log.ts';
import { iterateCalls } from '../../src/call-logs/list.ts';
import { callAt } from './call-at.ts';

async function* pagesOf(...sizes: readonly number[]): AsyncGenerator<CallLogPage, void, undefined> {
  let second = 0;
  for (const size of sizes) {
    await Promise.resolve();
    const calls = Array.from({ length: size }, () => callAt((second += 1)));
    yield pageOf(calls);
  }
}

function pageOf(calls: CallLogPage['calls']): CallLogPage {
  const window = { from: new Date(0), to: new Date(1000) };
  return { calls, totalItems: 0, window, endsWindow: true, complete: true };
}

const done = { done: true, value: undefined };

describe('iterating over the calls of pages', () => {
  it('gives each call once, over empty pages and past the end', async () => {
    const calls = iterateCalls(pagesOf(0, 2, 0, 1, 0), new AbortController());
    const found = [];
    for (let next = await calls.next(); next.done !== true; next = await calls.next()) found.push(next.value.id);
    expect(found).toEqual(['call-at-1', 'call-at-2', 'call-at-3']);
    expect(await calls.next()).toEqual(done);
  });

  it('gives each call once to a caller who does not wait for one before asking for the next', async () => {
    const calls = iterateCalls(pagesOf(2, 1, 3), new AbortController());
    const asked = await Promise.all(Array.from({ length: 8 }, () => calls.next()));
    expect(asked.map(({ value }) => value?.id)).toEqual([
      'call-at-1',
      'call-at-2',
      'call-at-3',
      'call-at-4',
      'call-at-5',
      'call-at-6',
      undefined,
      undefined,
    ]);
  });

  it('ends for good when it is left, however often', async () => {
    const calls = iterateCalls(pagesOf(3, 3), new AbortController());
    await calls.next();
    expect(await calls.return?.()).toEqual(done);
    expect(await calls.return?.()).toEqual(done);
    expect(await calls.next()).toEqual(done);
  });

  it('stops a page that is being read when the loop is left, and ends every pending wait for it', async () => {
    const stop = new AbortController();
    const pages = (async function* (): AsyncGenerator<CallLogPage, void, undefined> {
      yield pageOf([callAt(1)]);
      await new Promise((_resolve, reject) => {
        stop.signal.addEventListener('abort', () => {
          reject(new Error('aborted'));
        });
      });
    })();
    const calls = iterateCalls(pages, stop);
    await calls.next();
    const waiting = calls.next();
    expect(await calls.return?.()).toEqual(done);
    expect(await waiting).toEqual(done);
  });
});
