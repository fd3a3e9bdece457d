import { describe, expect, it } from '@jest/globals';
import type { CallLogPage } from '../../../src/call-logs/call-log.ts';
import { AbortedError, IncompleteError, type TimeWindow } from '../../../src/core/errors/index.ts';
import { type Output, type ReadWindow, type Remaining, writeCalls } from '../../../src/tools/export/index.ts';
import { march, pageOf, range } from './pages.ts';

const remaining: Remaining = { windows: [march(3, 11)], partlyWritten: [], kept: undefined };

/** Keeps a log of what it is told. */
function recordingOutput(windows: readonly TimeWindow[] = [range], pagesWanted = Infinity) {
  const log: unknown[] = [];
  const output: Output = {
    windows,
    earlierCalls: 0,
    write(page) {
      log.push(`${page.calls.length} calls`);
      return Promise.resolve(log.length <= pagesWanted);
    },
    reject: () => undefined,
    distrust: (distrusted) => void log.push(distrusted),
    finish: () =>
      Promise.resolve({ first: undefined, last: undefined, startedAt: new Date(0), at: void log.push('finished') }),
    endEarly: () => Promise.resolve({ ...remaining, at: void log.push('ended early') }),
  };
  return { output, log };
}

async function* pagesOf(...pages: (CallLogPage | Error)[]): AsyncGenerator<CallLogPage, void, undefined> {
  for (const page of pages) {
    if (page instanceof Error) throw page;
    yield await Promise.resolve(page);
  }
}

describe('writing calls', () => {
  it('writes page by page, and finishes', async () => {
    const { output, log } = recordingOutput();
    const seen: CallLogPage[] = [];
    const pages = [pageOf(1, 4), pageOf(4, 11)];
    const result = await writeCalls(
      () => pagesOf(...pages),
      output,
      (page) => seen.push(page),
    );
    expect(log).toEqual(['3 calls', '7 calls', 'finished']);
    expect(result).toMatchObject({ ended: 'whole', calls: 10 });
    expect(seen).toEqual(pages);
  });

  it('reads the windows that the output wants, in order', async () => {
    const windows = [march(1, 3), march(5, 7)];
    const { output } = recordingOutput(windows);
    const read: TimeWindow[] = [];
    const readWindow: ReadWindow = (window) => {
      read.push(window);
      return pagesOf(pageOf(window.from.getUTCDate(), window.to.getUTCDate()));
    };
    expect(await writeCalls(readWindow, output)).toMatchObject({ ended: 'whole', calls: 4 });
    expect(read).toEqual(windows);
  });

  it('reads nothing where nothing is missing', async () => {
    const { output, log } = recordingOutput([]);
    expect(await writeCalls(() => pagesOf(new Error('a request')), output)).toMatchObject({ ended: 'whole', calls: 0 });
    expect(log).toEqual(['finished']);
  });

  it('stops reading when the reader does not want more', async () => {
    let closed = false;
    async function* endless(): AsyncGenerator<CallLogPage, void, undefined> {
      try {
        for (;;) yield await Promise.resolve(pageOf(1, 2));
      } finally {
        closed = true;
      }
    }
    const { output, log } = recordingOutput([range, range], 1);
    expect(await writeCalls(endless, output)).toEqual({ ended: 'reader-gone', calls: 1 });
    expect(closed).toBe(true);
    expect(log).toEqual(['1 calls', '1 calls', 'ended early']);
  });
});

describe('writing calls that ends early', () => {
  it('says why, and what remains', async () => {
    const { output, log } = recordingOutput();
    const error = new AbortedError('stopped');
    const result = await writeCalls(() => pagesOf(pageOf(1, 3), error), output);
    expect(result).toMatchObject({ ended: 'early', calls: 2, error, remaining });
    expect(log).toEqual(['2 calls', [], 'ended early']);
  });

  it('stops reading when writing fails', async () => {
    const failure = new Error('disk full');
    const { output } = recordingOutput();
    let closed = false;
    async function* pages(): AsyncGenerator<CallLogPage, void, undefined> {
      try {
        yield* pagesOf(pageOf(1, 2), pageOf(2, 3));
      } finally {
        closed = true;
      }
    }
    const result = await writeCalls(pages, { ...output, write: () => Promise.reject(failure) });
    expect(result).toMatchObject({ ended: 'early', calls: 0, error: failure });
    expect(closed).toBe(true);
  });

  it.each([
    ['fails', AbortedError, march(1, 5)],
    ['is incomplete', undefined, march(1, 5)],
  ])('says which windows a reading has left open that %s, though their pages were complete', async (_, kind, open) => {
    const { output, log } = recordingOutput();
    const windows = [{ from: open.from.toISOString(), to: open.to.toISOString() }];
    const resume = { version: 2, filters: '', order: 'asc', windows } as const;
    const missing = { ...march(2, 3), expected: 3, found: 2 };
    const error = kind ? new kind('stopped', { resume }) : new IncompleteError({ windows: [missing] }, { resume });
    expect(await writeCalls(() => pagesOf(pageOf(1, 11), error), output)).toMatchObject({ ended: 'early', error });
    expect(log).toEqual(['10 calls', kind ? [open] : [missing, open], 'ended early']);
  });

  it('does not finish when calls are missing, but reads the other windows, and names all that is missing', async () => {
    const { output, log } = recordingOutput([march(1, 3), march(5, 7), march(9, 11)]);
    const missing = { ...march(1, 2), expected: 3, found: 2 };
    const rejected = [{ reason: 'id', count: 2 }] as const;
    const errors = [
      new IncompleteError({ windows: [missing], rejected }),
      undefined,
      new IncompleteError({ windows: [{ ...missing, ...march(9, 10) }], rejected }),
    ];
    const result = await writeCalls(({ from, to }) => {
      const error = errors.shift();
      const page = pageOf(from.getUTCDate(), to.getUTCDate());
      return error ? pagesOf(page, error) : pagesOf(page);
    }, output);
    expect(result).toMatchObject({ ended: 'early', calls: 6 });
    expect(result).toHaveProperty('error.windows', [missing, { ...missing, ...march(9, 10) }]);
    expect(result).toHaveProperty('error.rejected', [...rejected, ...rejected]);
    expect(log.at(1)).toEqual([missing]);
    expect(log.at(-1)).toBe('ended early');
  });
});
