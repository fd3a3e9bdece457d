import type { Writable } from 'node:stream';
import { AbortedError } from '../../core/errors/index.ts';
import type { Output } from './output.ts';
import { outputError, systemErrorCode } from './output-error.ts';

/**
 * Writes to a stream that stays open: standard output. Waits while the reader is slow, unless the signal is aborted, and
 * ends without an error when the reader is gone (`| head`).
 */
export function createStreamOutput(stream: Writable, signal: AbortSignal): Output {
  let failure: Error | undefined;
  let torn = false;
  const onError = (error: Error): void => {
    failure ??= error;
  };
  stream.on('error', onError);

  async function write(text: string): Promise<boolean> {
    // Nothing of this has gone out, so it is known what is missing.
    if (signal.aborted) throw new AbortedError('Aborted before writing to standard output');
    torn = true;
    // The callback comes when the text has gone to the operating system: one page at a time, and every failure is seen.
    failure ??= await new Promise<Error | undefined>((resolve) => {
      const onAbort = (): void => {
        resolve(new AbortedError('Aborted while writing to standard output'));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      stream.write(text, (error) => {
        signal.removeEventListener('abort', onAbort);
        resolve(error ?? undefined);
      });
    });
    torn = failure !== undefined;
    if (failure === undefined) return true;
    if (failure instanceof AbortedError) throw failure;
    if (isReaderGone(failure)) return false;
    throw outputError('Cannot write to standard output', failure);
  }

  const release = (): Promise<undefined> => {
    stream.off('error', onError);
    return Promise.resolve(undefined);
  };

  return {
    write,
    finish: release,
    abandon: release,
    get torn() {
      return torn;
    },
  };
}

function isReaderGone(error: Error): boolean {
  return ['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED'].includes(systemErrorCode(error) ?? '');
}
