import type { Writable } from 'node:stream';
import type { CallLogPage } from '../../call-logs/call-log-page.ts';
import { AbortedError, type TimeWindow } from '../../core/errors/index.ts';
import type { Finished, Output, Remaining } from './output.ts';
import { outputError, systemErrorCode } from './output-error.ts';
import type { RowFormat } from './row-format.ts';
import { joinStarts, startsOf } from './segment-writer.ts';
import { gapsIn, overlaps } from './segments.ts';

export interface StreamOutputOptions {
  readonly range: TimeWindow;
  readonly format: RowFormat;
  readonly now: Date;
  /** Ends the waiting for a slow reader. */
  readonly signal: AbortSignal;
}

/**
 * Writes to a stream that stays open: standard output. Waits while the reader is slow, unless the signal is aborted, and
 * ends without an error when the reader is gone (`| head`). Keeps nothing, but knows which windows were written.
 */
export function createStreamOutput(stream: Writable, options: StreamOutputOptions): Output {
  return new StreamOutput(stream, options);
}

class StreamOutput implements Output {
  readonly windows: readonly TimeWindow[];
  readonly earlierCalls = 0;
  readonly #stream: Writable;
  readonly #options: StreamOutputOptions;
  /** Windows whose calls have all been written, and those of which some may have been. */
  #written: readonly TimeWindow[] = [];
  #partlyWritten: readonly TimeWindow[] = [];
  /** Windows with rejected rows, which are incomplete though their pages may say otherwise. */
  #distrusted: readonly TimeWindow[] = [];
  #headWritten = false;
  #starts: Finished['starts'];
  #failure: Error | undefined;

  constructor(stream: Writable, options: StreamOutputOptions) {
    this.windows = [options.range];
    this.#stream = stream;
    this.#options = options;
    stream.on('error', this.#onError);
  }

  readonly #onError = (error: Error): void => {
    this.#failure ??= error;
  };

  async write({ calls, window, endsWindow, complete }: CallLogPage): Promise<boolean> {
    const { format, signal } = this.#options;
    // Nothing of this page has gone out, so that its window may not even have been begun.
    if (signal.aborted) throw new AbortedError('Aborted before writing to standard output');
    // The head goes out with the first page, so that a refused login writes no header into a pipe.
    const rows = `${this.#headWritten ? '' : format.head}${format.rows(calls)}`;
    this.#headWritten = true;
    if (rows !== '') this.#partlyWritten = [...without(this.#partlyWritten, [window]), window];
    if (!(await this.#send(rows))) return false;
    this.#starts = joinStarts(this.#starts, startsOf(calls));
    if (endsWindow && complete && !this.#distrusted.some((one) => overlaps(one, window))) {
      this.#partlyWritten = without(this.#partlyWritten, [window]);
      this.#written = joined(this.#written, window);
    }
    return true;
  }

  reject(_row: unknown, window: TimeWindow, accepted: boolean): void {
    if (!accepted && this.#distrusted.at(-1) !== window) this.#distrusted = [...this.#distrusted, window];
  }

  distrust(windows: readonly TimeWindow[]): Promise<void> {
    this.#written = without(this.#written, windows);
    this.#partlyWritten = [...without(this.#partlyWritten, windows), ...windows];
    return Promise.resolve();
  }

  finish(): Promise<Finished> {
    this.#stream.off('error', this.#onError);
    return Promise.resolve({ starts: this.#starts, startedAt: this.#options.now });
  }

  endEarly(): Promise<Remaining> {
    this.#stream.off('error', this.#onError);
    const { range } = this.#options;
    const windows = gapsIn(range, without(this.#written, this.#partlyWritten));
    // The gaps between the gaps: windows that touch become one.
    const partlyWritten = gapsIn(range, gapsIn(range, this.#partlyWritten));
    return Promise.resolve({ windows, partlyWritten, kept: undefined });
  }

  /** Waits until the operating system has taken the rows: one page at a time, and every failure is seen. */
  async #send(rows: string): Promise<boolean> {
    if (rows === '') return true;
    const { signal } = this.#options;
    this.#failure ??= await new Promise<Error | undefined>((resolve) => {
      const onAbort = (): void => {
        resolve(new AbortedError('Aborted while writing to standard output'));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#stream.write(rows, (error) => {
        signal.removeEventListener('abort', onAbort);
        resolve(error ?? undefined);
      });
    });
    if (this.#failure === undefined) return true;
    if (this.#failure instanceof AbortedError) throw this.#failure;
    if (isReaderGone(this.#failure)) return false;
    throw outputError('Cannot write to standard output', this.#failure);
  }
}

function isReaderGone(error: Error): boolean {
  return ['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED'].includes(systemErrorCode(error) ?? '');
}

function without(windows: readonly TimeWindow[], others: readonly TimeWindow[]): TimeWindow[] {
  return windows.flatMap((window) => gapsIn(window, others));
}

/** Successive windows become one, so that memory does not grow with the range. */
function joined(windows: readonly TimeWindow[], window: TimeWindow): readonly TimeWindow[] {
  const last = windows.at(-1);
  if (last?.to.getTime() !== window.from.getTime()) return [...windows, window];
  return [...windows.slice(0, -1), { from: last.from, to: window.to }];
}
