import { appendFile, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { CallLogPage } from '../../call-logs/call-log-page.ts';
import type { TimeWindow } from '../../core/errors/index.ts';
import { type Finished, type Output, rejectedFile, type Remaining } from './output.ts';
import { OutputError, orOutputError } from './output-error.ts';
import { PartialFolder, type PartialFolderOptions, type StoredSegment } from './partial-folder.ts';
import type { RowFormat } from './row-format.ts';
import { joinStarts, SegmentWriter } from './segment-writer.ts';
import { gapsIn, overlaps, type Segment } from './segments.ts';
import { giveName, targetFile, type TargetFile } from './target-file.ts';

export interface FileOutputOptions extends Omit<PartialFolderOptions, 'force' | 'resume'> {
  readonly range: TimeWindow;
  readonly format: RowFormat;
  /** Replaces an existing file; without `resume` also throws away what an earlier run has left. Default: false. */
  readonly force?: boolean | undefined;
  /** Continues what an earlier run has left. `only`: there must be something. Default: false. */
  readonly resume?: boolean | 'only' | undefined;
  /** Compresses the file. Default: false. */
  readonly gzip?: boolean | undefined;
  /** A segment ends with the window in which it reaches so many calls. Default: 50,000. */
  readonly segmentCalls?: number | undefined;
}

/** About 15 MB of CSV: all that a kill can cost. A million calls are twenty files. */
const defaultSegmentCalls = 50_000;

const copiedAtOnceBytes = 1 << 20;

/**
 * A file that has its name only when it is whole. Until then the rows are in segments in a folder beside it, from which
 * a later run continues, however this one ends.
 *
 * Throws a `ConfigurationError` for a target or a folder that cannot be used as the options say, and an `OutputError` if
 * the folder cannot be written. Opened before the first request, an export does not fail at its end for that.
 */
export async function openFileOutput(path: string, options: FileOutputOptions): Promise<Output> {
  const { force = false, resume = false } = options;
  const target = await targetFile(path, force);
  const folder = await orOutputError(`Cannot write ${path}`, () =>
    PartialFolder.open(target.path, { ...options, force, resume }),
  );
  if (folder.segments.length === 0) await rm(rejectedFile(target.path), { force: true });
  return new FileOutput(path, target, folder, options);
}

class FileOutput implements Output {
  readonly windows: readonly TimeWindow[];
  readonly earlierCalls: number;
  readonly #path: string;
  readonly #target: TargetFile;
  readonly #folder: PartialFolder;
  readonly #options: FileOutputOptions;
  readonly #writer: SegmentWriter;
  /** Rows that wait to be written, and windows in which calls are missing though pages may say otherwise. */
  #rejected = '';
  #distrusted: readonly TimeWindow[] = [];

  constructor(path: string, target: TargetFile, folder: PartialFolder, options: FileOutputOptions) {
    const { now, range, segmentCalls = defaultSegmentCalls } = options;
    this.#path = path;
    this.#target = target;
    this.#folder = folder;
    this.#options = options;
    this.#writer = new SegmentWriter(folder, { now, segmentCalls, mode: target.mode });
    const complete = folder.segments.filter((segment) => segment.complete);
    this.windows = gapsIn(range, windowsOf(complete));
    this.earlierCalls = callsIn(complete);
  }

  async write(page: CallLogPage): Promise<boolean> {
    const rows = this.#options.format.rows(page.calls);
    const complete = page.complete && !this.#distrusted.some((window) => overlaps(window, page.window));
    await this.#orOutputError(async () => {
      await this.#writeRejected();
      await this.#writer.write({ ...page, complete }, rows);
    });
    return true;
  }

  reject(row: unknown, window: TimeWindow, accepted: boolean): void {
    this.#rejected += `${JSON.stringify(row)}\n`;
    if (!accepted && this.#distrusted.at(-1) !== window) this.#distrusted = [...this.#distrusted, window];
  }

  async distrust(windows: readonly TimeWindow[]): Promise<void> {
    await this.#orOutputError(async () => {
      await this.#writer.close();
      const complete = this.#folder.segments.filter((segment) => segment.complete);
      await this.#folder.markIncomplete(complete.filter(({ window }) => windows.some((one) => overlaps(one, window))));
    });
  }

  async finish(): Promise<Finished> {
    await this.#orOutputError(async () => {
      await this.#writeRejected();
      await this.#writer.close();
      await this.#assemble(this.#proven());
    });
    const { segments, startedAt } = this.#folder;
    const starts = segments.map((segment) => segment.starts).reduce(joinStarts, undefined);
    await this.#folder.remove();
    return { starts, startedAt };
  }

  async endEarly(): Promise<Remaining> {
    // Failing to keep what is new must not hide why the export failed.
    await this.#writeRejected().catch(() => undefined);
    await this.#writer.close().catch(() => undefined);
    const segments = await this.#folder.leave();
    const complete = segments.filter((segment) => segment.complete);
    const kept = segments.length === 0 ? undefined : { folder: this.#folder.path, calls: callsIn(segments) };
    return { windows: gapsIn(this.#options.range, windowsOf(complete)), partlyWritten: [], kept };
  }

  /** The segments that make up the range. Whatever went wrong before, a file that is too short gets no name. */
  #proven(): readonly StoredSegment[] {
    const segments = this.#folder.segments.filter(({ proven }) => proven);
    const { from, to } = this.#options.range;
    const ends = [from, ...segments.map(({ window }) => window.to)].map(Number);
    const starts = [...segments.map(({ window }) => window.from), to].map(Number);
    if (starts.every((start, index) => start === ends[index])) return segments;
    throw new OutputError(`${this.#path} is not written, because the windows that were read are not the whole range.`);
  }

  async #assemble(segments: readonly StoredSegment[]): Promise<void> {
    const { force = false, gzip = false } = this.#options;
    const { path, file } = await this.#folder.createTemporary('whole', this.#target.mode);
    // The process's mask may have taken permissions away. Some file systems know none, and refuse.
    if (this.#target.mode !== undefined) await file.chmod(this.#target.mode).catch(() => undefined);
    const whole = file.createWriteStream({ flush: true, highWaterMark: copiedAtOnceBytes });
    await (gzip ? pipeline(this.#bytes(segments), createGzip(), whole) : pipeline(this.#bytes(segments), whole));
    await this.#folder.requireHeld();
    if (await giveName(path, this.#target.path, force)) return;
    throw new OutputError(`${this.#path} was made by another program while the export was running.`);
  }

  async *#bytes(segments: readonly StoredSegment[]): AsyncGenerator<Buffer, void, undefined> {
    yield Buffer.from(this.#options.format.head);
    for (const segment of segments) {
      const file = await this.#folder.read(segment);
      let left = segment.bytes;
      for await (const chunk of file.createReadStream({ highWaterMark: copiedAtOnceBytes })) {
        left -= (chunk as Buffer).length;
        yield chunk as Buffer;
      }
      if (left !== 0) throw new OutputError(`${segment.path} was changed while the export was running.`);
    }
  }

  async #writeRejected(): Promise<void> {
    if (this.#rejected === '') return;
    await appendFile(rejectedFile(this.#target.path), this.#rejected, { mode: this.#target.mode ?? 0o666 });
    this.#rejected = '';
  }

  async #orOutputError(action: () => Promise<void>): Promise<void> {
    await orOutputError(`Cannot write ${this.#path}`, action);
  }
}

function windowsOf(segments: readonly Segment[]): TimeWindow[] {
  return segments.map(({ window }) => window);
}

function callsIn(segments: readonly Segment[]): number {
  return segments.reduce((sum, { calls }) => sum + calls, 0);
}
