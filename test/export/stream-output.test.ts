import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createStreamOutput, OutputError } from '../../src/export/index.ts';

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
    const written = createStreamOutput(stream)
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
    const output = createStreamOutput(failing(code));
    expect(await output.write('a', [])).toBe(false);
    expect(await output.write('b', [])).toBe(false);
    await output.finish();
  });

  it('fails on other errors (ENOSPC)', async () => {
    await expect(createStreamOutput(failing('ENOSPC')).write('a', [])).rejects.toThrow(OutputError);
  });

  it('leaves no listener on the stream', async () => {
    const stream = new Writable({
      write: (_chunk, _encoding, callback) => {
        callback();
      },
    });
    const output = createStreamOutput(stream);
    await output.write('a', []);
    await output.finish();
    expect(stream.listenerCount('error')).toBe(0);
    expect(stream.writableEnded).toBe(false);
  });
});
