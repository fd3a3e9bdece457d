import type { Writable } from 'node:stream';
import type { CallLogPage } from '../../call-logs/index.ts';
import { AbortedError, type TimeWindow } from '../../core/errors/index.ts';
import { startOf } from './file-output.ts';
import type { Finished, Output, Remaining } from './output.ts';
import { outputError, systemErrorCode } from './output-error.ts';
import type { RowFormat } from './row-format.ts';
import { gapsIn, without } from './segments.ts';

export interface StreamOutputOptions {
  readonly range: TimeWindow;
  readonly format: RowFormat;
  readonly now: Date;
  /** Stops the wait for a slow reader. */
  readonly signal: AbortSignal;
}

/**
 * Writes to a stream that stays open: standard output. Waits while the reader is slow, unless the signal is aborted,
 * and ends without an error when the reader is gone (`| head`). It keeps no calls, but knows which windows were
 * written.
 */
export class StreamOutput implements Output {
  readonly windows: readonly TimeWindow[];
  readonly earlierCalls = 0;
  readonly #stream: Writable;
  readonly #options: StreamOutputOptions;
  /**
   * Windows of which some calls were written, windows that were written completely, and windows in which calls are
   * missing.
   */
  #begun: readonly TimeWindow[] = [];
  #written: readonly TimeWindow[] = [];
  #distrusted: readonly TimeWindow[] = [];
  #headWritten = false;
  #first: Date | undefined;
  #last: Date | undefined;
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
    if (signal.aborted) throw new AbortedError('Aborted before writing to standard output');
    // The head goes out with the first page, so that a refused login writes no header into a pipe.
    const rows = `${this.#headWritten ? '' : format.head}${format.rows(calls)}`;
    this.#headWritten = true;
    if (rows !== '') this.#begun = joined(this.#begun, window);
    if (rows !== '' && !(await this.#send(rows))) return false;
    this.#first ??= startOf(calls[0]);
    this.#last = startOf(calls.at(-1)) ?? this.#last;
    if (endsWindow && complete) this.#written = joined(this.#written, window);
    return true;
  }

  /** Does nothing: standard output has no place for a rejected row. */
  reject(): void {
    return undefined;
  }

  distrust(windows: readonly TimeWindow[]): void {
    this.#distrusted = [...this.#distrusted, ...windows];
  }

  finish(): Promise<Finished> {
    this.#stream.off('error', this.#onError);
    return Promise.resolve({ first: this.#first, last: this.#last, startedAt: this.#options.now });
  }

  endEarly(): Promise<Remaining> {
    this.#stream.off('error', this.#onError);
    const whole = without(this.#written, this.#distrusted);
    const partlyWritten = without(this.#begun, whole);
    return Promise.resolve({ windows: gapsIn(this.#options.range, whole), partlyWritten, kept: undefined });
  }

  /** Waits until the operating system has taken the rows: one page at a time, and every failure is seen. */
  async #send(rows: string): Promise<boolean> {
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
    if (isReaderGone(this.#failure)) return false;
    throw this.#failure instanceof AbortedError
      ? this.#failure
      : outputError('Cannot write to standard output', this.#failure);
  }
}

/** Returns true if an error of standard output means that its reader has gone, as in `| head`. */
export function isReaderGone(error: Error): boolean {
  return ['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED'].includes(systemErrorCode(error) ?? '');
}

/** Merges consecutive windows, so that memory does not grow with the range. */
function joined(windows: readonly TimeWindow[], { from, to }: TimeWindow): readonly TimeWindow[] {
  const last = windows.at(-1);
  if (last === undefined || last.to < from) return [...windows, { from, to }];
  return [...windows.slice(0, -1), { from: last.from, to }];
}
