import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createStreamOutput, OutputError } from '../../../src/tools/export/index.ts';

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
    const output = createStreamOutput(failing('ENOSPC'), patient);
    await expect(output.write('a', [])).rejects.toThrow(OutputError);
    expect(output.torn).toBe(true);
  });

  it('waits no longer for a slow reader once the signal is aborted', async () => {
    const taken: unknown[] = [];
    const stuck = new Writable({ write: (chunk) => void taken.push(String(chunk)) });
    const interruption = new AbortController();
    const output = createStreamOutput(stuck, interruption.signal);
    const written = output.write('a', []);
    interruption.abort();
    await expect(written).rejects.toMatchObject({ code: 'aborted' });
    expect({ taken, torn: output.torn }).toEqual({ taken: ['a'], torn: true });
  });

  it('lets nothing out once the signal is aborted', async () => {
    const taken: unknown[] = [];
    const stream = new Writable({ write: (chunk) => void taken.push(String(chunk)) });
    const output = createStreamOutput(stream, AbortSignal.abort());
    await expect(output.write('a', [])).rejects.toMatchObject({ code: 'aborted' });
    // What went out now would be named as missing all the same.
    expect({ taken, torn: output.torn }).toEqual({ taken: [], torn: false });
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
