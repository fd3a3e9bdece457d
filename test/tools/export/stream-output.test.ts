import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { type Output, OutputError, StreamOutput } from '../../../src/tools/export/index.ts';
import { idLines, linesOf, march, pageOf, range } from './pages.ts';

function outputTo(stream: Writable, signal = new AbortController().signal): Output {
  return new StreamOutput(stream, { range, format: idLines, now: new Date('2026-06-01'), signal });
}

/** A stream whose reader takes a text when it is told to, or at once. */
function streamTo(taken: string[], atOnce = true): Writable & { readonly release: () => void } {
  const callbacks: (() => void)[] = [];
  const stream = new Writable({
    write(chunk, _encoding, callback) {
      taken.push(String(chunk));
      if (atOnce) callback();
      else callbacks.push(callback);
    },
  });
  const release = (): void => {
    for (const callback of callbacks.splice(0)) callback();
  };
  return Object.assign(stream, { release });
}

function failing(code: string): Writable {
  return new Writable({
    write(_chunk, _encoding, callback) {
      callback(Object.assign(new Error('write failed'), { code }));
    },
  });
}

describe('a stream output', () => {
  it('writes the head before the first page', async () => {
    const taken: string[] = [];
    const output = outputTo(streamTo(taken));
    await output.write(pageOf(1, 2));
    await output.write(pageOf(2, 11));
    const { first, last } = await output.finish();
    expect(taken).toEqual([`id\n${linesOf(1, 2)}`, linesOf(2, 11)]);
    expect([first, last]).toEqual([new Date('2026-03-01T12:00:00Z'), new Date('2026-03-10T12:00:00Z')]);
  });

  it('writes the head even when there is no call', async () => {
    const taken: string[] = [];
    const output = outputTo(streamTo(taken));
    await output.write(pageOf(1, 1, { window: range }));
    expect(taken).toEqual(['id\n']);
  });

  it('waits until the reader has taken the rows', async () => {
    const stream = streamTo([], false);
    const order: string[] = [];
    const written = outputTo(stream)
      .write(pageOf(1, 2))
      .then((more) => order.push(`written, more: ${String(more)}`));
    order.push('slow reader');
    stream.release();
    await written;
    expect(order).toEqual(['slow reader', 'written, more: true']);
  });

  it.each(['EPIPE', 'ECONNRESET'])('ends without an error when the reader is gone (%s)', async (code) => {
    const output = outputTo(failing(code));
    expect(await output.write(pageOf(1, 2))).toBe(false);
    expect(await output.write(pageOf(2, 3))).toBe(false);
  });

  it('fails on other errors (ENOSPC), and the page may be partly written', async () => {
    const output = outputTo(failing('ENOSPC'));
    await expect(output.write(pageOf(1, 2))).rejects.toThrow(OutputError);
    expect(await output.endEarly()).toEqual({ windows: [range], partlyWritten: [march(1, 2)], kept: undefined });
  });

  it('leaves no listener on the stream, and the stream open', async () => {
    const stream = streamTo([]);
    const output = outputTo(stream);
    await output.write(pageOf(1, 11));
    await output.finish();
    expect(stream.listenerCount('error')).toBe(0);
    expect(stream.writableEnded).toBe(false);
  });
});

describe('a stream output that ends early', () => {
  it('knows which windows are left to read', async () => {
    const output = outputTo(streamTo([]));
    await output.write(pageOf(1, 3));
    await output.write(pageOf(3, 5));
    expect(await output.endEarly()).toEqual({ windows: [march(5, 11)], partlyWritten: [], kept: undefined });
  });

  it('waits no longer for a slow reader once the signal is aborted', async () => {
    const taken: string[] = [];
    const interruption = new AbortController();
    const output = outputTo(streamTo(taken, false), interruption.signal);
    const written = output.write(pageOf(1, 2));
    interruption.abort();
    await expect(written).rejects.toMatchObject({ code: 'aborted' });
    expect(taken).toHaveLength(1);
    expect((await output.endEarly()).partlyWritten).toEqual([march(1, 2)]);
  });

  it('lets nothing out once the signal is aborted', async () => {
    const taken: string[] = [];
    const output = outputTo(streamTo(taken), AbortSignal.abort());
    await expect(output.write(pageOf(1, 2))).rejects.toMatchObject({ code: 'aborted' });
    expect(taken).toEqual([]);
    expect(await output.endEarly()).toMatchObject({ windows: [range], partlyWritten: [] });
  });

  it('names the windows that are partly written: not ended, not proven, said to be incomplete', async () => {
    const output = outputTo(streamTo([]));
    await output.write(pageOf(1, 2, { complete: false }));
    await output.write(pageOf(2, 4));
    output.distrust([march(4, 5)]);
    await output.write(pageOf(4, 5));
    await output.write(pageOf(5, 6, { window: march(5, 8), endsWindow: false }));
    output.distrust([march(2, 3)]);
    const { windows, partlyWritten } = await output.endEarly();
    expect(windows).toEqual([march(1, 3), march(4, 11)]);
    expect(partlyWritten).toEqual([march(1, 3), march(4, 8)]);
  });
});
