import { describe, expect, it } from '@jest/globals';
import { AbortedError } from '../../../src/core/errors/index.ts';
import {
  type CallPage,
  createNdjsonFormat,
  type Output,
  type RowFormat,
  writeCalls,
} from '../../../src/tools/export/index.ts';
import type { CallSource } from '../../../src/tools/export/write-calls.ts';
import { exampleCall } from './example-call.ts';

interface Recorded extends Output {
  readonly log: string[];
  /** What it was told on being abandoned. */
  readonly abandoned: unknown[];
}

function recordingOutput(pagesWanted = Infinity): Recorded {
  const log: string[] = [];
  const abandoned: unknown[] = [];
  return {
    log,
    abandoned,
    write(text) {
      log.push(text);
      return Promise.resolve(log.length <= pagesWanted);
    },
    finish: () => Promise.resolve(void log.push('finished')),
    abandon(unwritten) {
      log.push('abandoned');
      abandoned.push(unwritten);
      return Promise.resolve(undefined);
    },
  };
}

const numbered: RowFormat = { head: 'head ', rows: (calls) => `${calls.length} rows`, leftOut: new Map() };

async function* pagesOf(...sizes: number[]): AsyncGenerator<CallPage, void, undefined> {
  for (const size of sizes)
    yield await Promise.resolve({ calls: Array.from({ length: size }, () => exampleCall), totalItems: 5 });
}

/** The pages, with a `stop` that makes them end in an error naming the window. */
function sourceOf(pages: AsyncGenerator<CallPage, void, undefined>): CallSource {
  let stopped = false;
  async function* stoppable(): AsyncGenerator<CallPage, void, undefined> {
    for await (const page of pages) {
      if (stopped) throw aborted;
      yield page;
    }
  }
  return {
    pages: stoppable(),
    stop() {
      stopped = true;
    },
  };
}

const windows = [{ from: '2026-03-09T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' }];
const window = { from: new Date('2026-03-09'), to: new Date('2026-04-01') };
const aborted = new AbortedError('stopped', { resume: { version: 2, filters: 'f', order: 'asc', windows } });

describe('writing calls', () => {
  it('writes the head before the first page, one text a page, and finishes', async () => {
    const output = recordingOutput();
    const progress: unknown[] = [];
    const result = await writeCalls(sourceOf(pagesOf(3, 2)), numbered, output, (state) => progress.push(state));
    expect(output.log).toEqual(['head ', '3 rows', '2 rows', 'finished']);
    expect(result).toEqual({ ended: 'complete', calls: 5 });
    expect(progress).toEqual([
      { calls: 3, totalItems: 5 },
      { calls: 5, totalItems: 5 },
    ]);
  });

  it('writes the head even when there is no call', async () => {
    const output = recordingOutput();
    await writeCalls(sourceOf(pagesOf()), numbered, output);
    expect(output.log).toEqual(['head ', 'finished']);
  });

  it('stops reading when nobody wants more', async () => {
    let closed = false;
    async function* endless(): AsyncGenerator<CallPage, void, undefined> {
      try {
        for (;;) yield* pagesOf(1);
      } finally {
        closed = true;
      }
    }
    const output = recordingOutput(2);
    const result = await writeCalls(sourceOf(endless()), createNdjsonFormat(), output);
    expect(result).toEqual({ ended: 'reader-gone', calls: 2 });
    expect(closed).toBe(true);
  });
});

describe('writing calls that ends early', () => {
  async function* failingWith(error: Error): AsyncGenerator<CallPage, void, undefined> {
    yield* pagesOf(1);
    throw error;
  }

  it('abandons the output when reading fails, with what was not handed out', async () => {
    const output = recordingOutput();
    const result = await writeCalls(sourceOf(failingWith(aborted)), numbered, output);
    expect(output.log).toEqual(['head ', '1 rows', 'abandoned']);
    expect(output.abandoned).toEqual([{ windows: [window] }]);
    expect(result).toMatchObject({ ended: 'early', calls: 1, error: aborted, unwritten: { windows: [window] } });
  });

  it('does not pretend to know what is missing after an error that does not say', async () => {
    const output = recordingOutput();
    const result = await writeCalls(sourceOf(failingWith(new TypeError('unforeseen'))), numbered, output);
    expect(output.abandoned).toEqual([undefined]);
    expect(result).toMatchObject({ ended: 'early', unwritten: undefined });
  });

  it('stops the reading when writing fails, to learn what it has not handed out', async () => {
    const failure = new Error('disk full');
    const output = { ...recordingOutput(), write: () => Promise.reject(failure) };
    const result = await writeCalls(sourceOf(pagesOf(1, 1, 1)), numbered, output);
    expect(result).toMatchObject({ ended: 'early', calls: 0, error: failure });
    expect(output.abandoned).toEqual([{ windows: [window], from: new Date('2026-03-08T06:59:50Z') }]);
  });

  it('abandons the output too where the start of the first call that is not written cannot be read', async () => {
    const output = recordingOutput();
    const calls = [{ ...exampleCall, start: '2026-01-05 10:61:00' }];
    const pages = (async function* () {
      yield await Promise.resolve({ calls, totalItems: 1 });
    })();
    const failing: Output = { ...output, write: () => Promise.reject(new Error('no such time')) };
    const result = await writeCalls(sourceOf(pages), numbered, failing);
    expect(result).toMatchObject({ ended: 'early', unwritten: undefined });
    expect(output.log).toEqual(['abandoned']);
  });

  it('says where a part of what is missing may have gone out', async () => {
    const output = { ...recordingOutput(), torn: true, write: () => Promise.reject(aborted) };
    const result = await writeCalls(sourceOf(pagesOf(1, 1)), numbered, output);
    const unwritten = { windows: [window], from: new Date('2026-03-08T06:59:50Z'), torn: true };
    expect(result).toMatchObject({ ended: 'early', error: aborted, unwritten });
  });
});
