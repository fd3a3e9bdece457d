import { appendFile, type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { CallLog, CallLogPage } from '../../call-logs/index.ts';
import type { TimeWindow } from '../../core/errors/index.ts';
import { callStart } from '../../core/time/index.ts';
import { type Finished, type Output, rejectedFile, type Remaining } from './output.ts';
import { OutputError, orOutputError } from './output-error.ts';
import type { RowFormat } from './row-format.ts';
import { openSegmentFolder, type SegmentFolder, type SegmentFolderOptions } from './segment-folder.ts';
import { completeOf, gapsIn, overlaps, type Segment, windowsOf } from './segments.ts';
import { giveName, setMode, targetFile, type TargetFile } from './target-file.ts';

export interface FileOutputOptions extends SegmentFolderOptions {
  readonly range: TimeWindow;
  readonly format: RowFormat;
  /** Compresses the file. Default: false. */
  readonly gzip?: boolean | undefined;
  /** Makes the file from a file with all rows, as Parquet is made from NDJSON. Default: the rows are the file. */
  readonly convert?: ((rowsPath: string, filePath: string) => Promise<void>) | undefined;
  /** A segment ends with the window in which it reaches this many calls. Default: 50,000. */
  readonly segmentCalls?: number | undefined;
}

/** About 15 MB of CSV, the most that a kill can cost. A million calls make twenty files. */
const defaultSegmentCalls = 50_000;

/**
 * A file that gets its name only once it is complete. Until then the rows are in segments in a folder beside it, from
 * which a later run continues, however this one ends.
 *
 * Throws a `ConfigurationError` for a target or a folder that cannot be used as the options say, and an `OutputError`
 * if the folder cannot be written. Open it before the first request, so that an export does not fail at its end for
 * such a reason.
 */
export async function openFileOutput(path: string, options: FileOutputOptions): Promise<Output> {
  const target = await targetFile(path, options.force === true);
  return await orOutputError(`Cannot write ${path}`, async () => {
    const folder = await openSegmentFolder(target.path, options);
    const complete = await folder.complete();
    if (complete.length === 0) await rm(rejectedFile(target.path), { force: true });
    return new FileOutput(path, target, folder, options, complete);
  });
}

/** The segment that is being written. */
interface OpenSegment {
  readonly path: string;
  readonly file: FileHandle;
  /** Everything written so far. */
  written: Segment;
  /** The rows up to the end of the last finished window, which are kept if the export ends now. */
  ended: Segment | undefined;
  withinWindow: boolean;
}

class FileOutput implements Output {
  readonly windows: readonly TimeWindow[];
  readonly earlierCalls: number;
  readonly #path: string;
  readonly #target: TargetFile;
  readonly #folder: SegmentFolder;
  readonly #options: FileOutputOptions;
  #open: OpenSegment | undefined;
  #rejected = '';
  #distrusted: readonly TimeWindow[] = [];

  constructor(
    path: string,
    target: TargetFile,
    folder: SegmentFolder,
    options: FileOutputOptions,
    complete: readonly Segment[],
  ) {
    this.#path = path;
    this.#target = target;
    this.#folder = folder;
    this.#options = options;
    this.windows = gapsIn(options.range, windowsOf(complete));
    this.earlierCalls = callsIn(complete);
  }

  async write(page: CallLogPage): Promise<boolean> {
    const bytes = Buffer.from(this.#options.format.rows(page.calls));
    await this.#orOutputError(async () => {
      await this.#writeRejected();
      await this.#append(page, page.complete && !this.#isDistrusted(page) ? 'rows' : 'incomplete', bytes);
    });
    return true;
  }

  reject(row: unknown): void {
    this.#rejected += `${JSON.stringify(row)}\n`;
  }

  distrust(windows: readonly TimeWindow[]): void {
    this.#distrusted = [...this.#distrusted, ...windows];
  }

  async finish(): Promise<Finished> {
    const segments = await this.#orOutputError(async () => {
      await this.#writeRejected();
      await this.#closeSegment();
      // A reading that ended well has proven its last open windows too.
      await this.#folder.acceptIncomplete();
      return await this.#assemble();
    });
    await this.#folder.remove();
    const withCalls = segments.filter(({ calls }) => calls > 0);
    return { first: withCalls[0]?.first, last: withCalls.at(-1)?.last, startedAt: this.#folder.startedAt };
  }

  async endEarly(): Promise<Remaining> {
    // A failure to keep the new rows must not hide why the export failed.
    await this.#writeRejected().catch(() => undefined);
    await this.#closeSegment().catch(() => undefined);
    const segments = await this.#folder.leave((segment) => this.#isDistrusted(segment));
    const kept = segments.length === 0 ? undefined : { folder: this.#folder.path, calls: callsIn(segments) };
    return { windows: gapsIn(this.#options.range, windowsOf(completeOf(segments))), partlyWritten: [], kept };
  }

  async #append({ calls, window, endsWindow }: CallLogPage, state: Segment['state'], bytes: Uint8Array): Promise<void> {
    const segment = await this.#segmentFor(window, state);
    await segment.file.appendFile(bytes);
    const { written } = segment;
    segment.written = {
      window: { from: written.window.from, to: window.to },
      calls: written.calls + calls.length,
      first: written.calls > 0 ? written.first : (startOf(calls[0]) ?? window.from),
      last: startOf(calls.at(-1)) ?? written.last,
      bytes: written.bytes + bytes.length,
      state: written.state === state ? state : 'incomplete',
    };
    segment.withinWindow = !endsWindow;
    if (endsWindow) segment.ended = segment.written;
    const { segmentCalls = defaultSegmentCalls } = this.#options;
    if (endsWindow && segment.written.calls >= segmentCalls) await this.#closeSegment();
  }

  /** The open segment if the window continues it, otherwise a new one: a segment has one state. */
  async #segmentFor({ from }: TimeWindow, state: Segment['state']): Promise<OpenSegment> {
    const { ended, withinWindow } = this.#open ?? {};
    const continues = ended?.state === state && ended.window.to.getTime() === from.getTime();
    if (this.#open && (withinWindow || continues)) return this.#open;
    await this.#closeSegment();
    const path = join(this.#folder.path, 'segment.tmp');
    const written = { window: { from, to: from }, calls: 0, first: from, last: from, bytes: 0, state };
    const file = await open(path, 'w', this.#target.mode);
    return (this.#open = { path, file, written, ended: undefined, withinWindow: true });
  }

  /** Makes a segment from the finished windows. The rows of an unfinished window are dropped; it is read again. */
  async #closeSegment(): Promise<void> {
    if (this.#open === undefined) return;
    const { path, file, ended } = this.#open;
    this.#open = undefined;
    try {
      await file.truncate(ended?.bytes ?? 0);
      await file.datasync();
    } finally {
      await file.close();
    }
    await (ended ? this.#folder.add(path, ended) : rm(path));
  }

  /** Writes the whole file and gives it its name. */
  async #assemble(): Promise<readonly Segment[]> {
    const { format, force = false, gzip = false, range, convert } = this.#options;
    const segments = await this.#folder.complete();
    // Whatever went wrong before, a file that is too short or too long must not get its name.
    if (!follow(segments, range))
      throw new OutputError(`${this.#path} is not complete: some of its windows are missing.`);
    const path = join(this.#folder.path, 'whole.tmp');
    const file = await open(path, 'w', this.#target.mode);
    await setMode(file, this.#target.mode);
    const bytes = this.#folder.read(format.head, segments);
    const writer = file.createWriteStream({ flush: true });
    await (gzip ? pipeline(bytes, createGzip(), writer) : pipeline(bytes, writer));
    const whole = convert === undefined ? path : await this.#convert(path, convert);
    await this.#folder.requireHeld();
    if (await giveName(whole, this.#target.path, force)) return segments;
    throw new OutputError(`${this.#path} was made by another program while the export was running.`);
  }

  /** Returns the path of the converted file, which is safely on the disk and has the permissions of the target. */
  async #convert(rowsPath: string, convert: NonNullable<FileOutputOptions['convert']>): Promise<string> {
    const path = join(this.#folder.path, 'converted.tmp');
    await convert(rowsPath, path);
    const file = await open(path, 'r+');
    try {
      await setMode(file, this.#target.mode);
      await file.sync();
    } finally {
      await file.close();
    }
    return path;
  }

  async #writeRejected(): Promise<void> {
    const rows = this.#rejected;
    this.#rejected = '';
    if (rows !== '') await appendFile(rejectedFile(this.#target.path), rows, { mode: this.#target.mode ?? 0o666 });
  }

  #isDistrusted({ window }: { readonly window: TimeWindow }): boolean {
    return this.#distrusted.some((one) => overlaps(one, window));
  }

  async #orOutputError<Result>(action: () => Promise<Result>): Promise<Result> {
    return await orOutputError(`Cannot write ${this.#path}`, action);
  }
}

/** The start of a call; undefined if there is no call, or its start is unreadable. */
export function startOf(call: CallLog | undefined): Date | undefined {
  try {
    return call && callStart(call);
  } catch {
    return undefined;
  }
}

/** Returns true if the segments follow each other without a gap and together are the range. */
function follow(segments: readonly Segment[], { from, to }: TimeWindow): boolean {
  const ends = [from, ...segments.map(({ window }) => window.to)].map(Number);
  const starts = [...segments.map(({ window }) => window.from), to].map(Number);
  return starts.every((start, index) => start === ends[index]);
}

function callsIn(segments: readonly Segment[]): number {
  return segments.reduce((sum, { calls }) => sum + calls, 0);
}
