import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createStreamOutput, OutputError } from '../../src/export/index.ts';

/** Aborted by nobody. */
const patient = new AbortController().signal;

function failing(code: string): Writable {
  return new Writable({
    write(_chunk, _encoding, callback) {
      callback(Object.assign(new Error('write failed'), { code }));
    },
  });
}

describe('a stream output', () => {
  it('waits until the reader has taken the text', async () => {
    const taken: (() => void)[] = [];
    const stream = new Writable({
      write(_chunk, _encoding, callback) {
        taken.push(callback);
      },
    });
    const order: string[] = [];
    const written = createStreamOutput(stream, patient)
      .write('a', [])
      .then((more) => order.push(`written, more: ${String(more)}`));
    order.push('slow reader');
    taken.forEach((callback) => {
      callback();
    });
    await written;
    expect(order).toEqual(['slow reader', 'written, more: true']);
  });

  it.each(['EPIPE', 'ECONNRESET'])('ends without an error when the reader is gone (%s)', async (code) => {
    const output = createStreamOutput(failing(code), patient);
    expect(await output.write('a', [])).toBe(false);
    expect(await output.write('b', [])).toBe(false);
    await output.finish();
  });

  it('fails on other errors (ENOSPC)', async () => {
    await expect(createStreamOutput(failing('ENOSPC'), patient).write('a', [])).rejects.toThrow(OutputError);
  });

  it('waits no longer for a slow reader once the signal is aborted', async () => {
    const taken: unknown[] = [];
    const stuck = new Writable({ write: (chunk) => void taken.push(String(chunk)) });
    const interruption = new AbortController();
    const written = createStreamOutput(stuck, interruption.signal).write('a', []);
    interruption.abort();
    await expect(written).rejects.toMatchObject({ code: 'aborted' });
    await expect(createStreamOutput(stuck, interruption.signal).write('b', [])).rejects.toMatchObject({
      code: 'aborted',
    });
    // What is written after an abort would be named as missing.
    expect(taken).toEqual(['a']);
  });

  it('leaves no listener on the stream', async () => {
    const stream = new Writable({
      write: (_chunk, _encoding, callback) => {
        callback();
      },
    });
    const output = createStreamOutput(stream, patient);
    await output.write('a', []);
    await output.finish();
    expect(stream.listenerCount('error')).toBe(0);
    expect(stream.writableEnded).toBe(false);
  });
});
