import { describe, expect, it } from '@jest/globals';
import { type CallPage, createNdjsonFormat, type Output, type RowFormat, writeCalls } from '../../src/export/index.ts';
import { exampleCall } from './example-call.ts';

interface Recorded extends Output {
  readonly log: string[];
}

function recordingOutput(pagesWanted = Infinity): Recorded {
  const log: string[] = [];
  return {
    log,
    write(text) {
      log.push(text);
      return Promise.resolve(log.length <= pagesWanted);
    },
    finish: () => Promise.resolve(void log.push('finished')),
    abandon: () => Promise.resolve(void log.push('abandoned')),
  };
}

const numbered: RowFormat = { head: 'head ', rows: (calls) => `${calls.length} rows`, leftOut: new Map() };

async function* pagesOf(...sizes: number[]): AsyncGenerator<CallPage> {
  for (const size of sizes)
    yield await Promise.resolve({ calls: Array.from({ length: size }, () => exampleCall), totalItems: 5 });
}

describe('writing calls', () => {
  it('writes the head with the first page, one text a page, and finishes', async () => {
    const output = recordingOutput();
    const progress: unknown[] = [];
    const result = await writeCalls(pagesOf(3, 2), numbered, output, (state) => progress.push(state));
    expect(output.log).toEqual(['head 3 rows', '2 rows', 'finished']);
    expect(result).toEqual({ calls: 5, readerGone: false });
    expect(progress).toEqual([
      { calls: 3, totalItems: 5 },
      { calls: 5, totalItems: 5 },
    ]);
  });

  it('writes the head even when there is no call', async () => {
    const output = recordingOutput();
    await writeCalls(pagesOf(), numbered, output);
    expect(output.log).toEqual(['head ', 'finished']);
  });

  it('abandons the output when reading fails, and passes the failure on', async () => {
    async function* failing(): AsyncGenerator<CallPage> {
      yield* pagesOf(1);
      throw new Error('page 2 failed');
    }
    const output = recordingOutput();
    await expect(writeCalls(failing(), numbered, output)).rejects.toThrow('page 2 failed');
    expect(output.log).toEqual(['head 1 rows', 'abandoned']);
  });

  it('stops reading when nobody wants more', async () => {
    let closed = false;
    async function* endless(): AsyncGenerator<CallPage> {
      try {
        for (;;) yield* pagesOf(1);
      } finally {
        closed = true;
      }
    }
    const output = recordingOutput(2);
    expect(await writeCalls(endless(), createNdjsonFormat(), output)).toEqual({ calls: 2, readerGone: true });
    expect(closed).toBe(true);
  });
});
