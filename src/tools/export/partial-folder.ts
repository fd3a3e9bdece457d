import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rmdir,
  stat,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigurationError } from '../../core/errors/index.ts';
import { differenceOf, type ExportJob, parseStoredJob, storeJob, type StoredJob } from './export-job.ts';
import { acquireLock, type Lock } from './lock.ts';
import { OutputError, systemErrorCode } from './output-error.ts';
import { gapsIn, parseSegmentName, type Segment, segmentName } from './segments.ts';
import { syncFolder } from './target-file.ts';

/** A segment in its file. */
export interface StoredSegment extends Segment {
  readonly path: string;
  /** Tells whether the file is still the one that was written: identity, size and time of the last change. */
  readonly fingerprint: string;
  /** Whether its calls were proven to be all there. Unlike `complete`, it does not look at the future. */
  readonly proven: boolean;
  /** Whether an earlier run wrote it. */
  readonly earlier: boolean;
}

export interface PartialFolderOptions {
  readonly job: ExportJob;
  readonly now: Date;
  /** Throw away what an earlier run has left, unless `resume` is on. */
  readonly force: boolean;
  /** Continue what an earlier run has left. `only`: there must be something. */
  readonly resume: boolean | 'only';
}

const jobFile = 'job.json';
const lockFile = 'lock';
const temporary = /\.tmp$|^lock\../;

/**
 * The folder beside the target that holds the segments of an export until it is whole: `calls.csv.partial`. It belongs
 * to one process at a time. Files that are not of an export are left alone.
 */
export class PartialFolder {
  readonly path: string;
  readonly #lock: Lock;
  #segments: readonly StoredSegment[];
  #startedAt = new Date(NaN);

  private constructor(path: string, lock: Lock, segments: readonly StoredSegment[]) {
    this.path = path;
    this.#lock = lock;
    this.#segments = segments;
  }

  /**
   * Opens the folder of a target, and makes it if need be. Throws a `ConfigurationError` if another process has it, if
   * it holds segments and the options do not say what to do with them, or if they belong to another job. Otherwise
   * rejects with the error of the operating system.
   */
  static async open(target: string, options: PartialFolderOptions): Promise<PartialFolder> {
    const path = `${target}.partial`;
    await mkdir(path).catch(async (error: unknown) => {
      if (systemErrorCode(error) !== 'EEXIST') throw error;
      if ((await stat(path)).isDirectory()) return;
      throw new ConfigurationError(`${path} is not a folder`, { hint: 'Exports keep their calls there: delete it.' });
    });
    const lock = await acquireLock(join(path, lockFile), target);
    try {
      const folder = new PartialFolder(path, lock, await readSegments(path));
      await folder.#removeTemporary();
      await folder.#begin(options);
      return folder;
    } catch (error) {
      await lock.release();
      await rmdir(path).catch(() => undefined);
      throw error;
    }
  }

  /** In the order of their windows. */
  get segments(): readonly StoredSegment[] {
    return this.#segments;
  }

  /** When the first run of the job began. */
  get startedAt(): Date {
    return this.#startedAt;
  }

  /** Makes a new file that counts for nothing until it has another name. */
  async createTemporary(name: string, mode: number | undefined): Promise<{ path: string; file: FileHandle }> {
    const path = join(this.path, `${name}.tmp`);
    return { path, file: await open(path, 'w', mode) };
  }

  /** Makes a segment of a temporary file, and removes the incomplete ones of earlier runs that it completes. */
  async add(temporaryPath: string, segment: Segment, proven: boolean): Promise<void> {
    await this.requireHeld();
    const path = join(this.path, segmentName(segment));
    await rename(temporaryPath, path);
    await syncFolder(this.path);
    const added = { ...segment, path, proven, earlier: false, fingerprint: fingerprintOf(await stat(path)) };
    const all = [...this.#segments.filter((other) => other.path !== path), added];
    const read = all.filter(({ complete, earlier }) => complete || !earlier).map(({ window }) => window);
    const replaced = all.filter((old) => old.earlier && !old.complete && gapsIn(old.window, read).length === 0);
    await Promise.all(replaced.map((old) => unlink(old.path).catch(() => undefined)));
    this.#segments = sorted(all.filter((one) => !replaced.includes(one)));
  }

  /** Marks segments as incomplete, so that the next run reads their windows again. */
  async markIncomplete(segments: readonly StoredSegment[]): Promise<void> {
    for (const segment of segments) {
      await rename(segment.path, join(this.path, segmentName({ ...segment, complete: false })));
    }
    this.#segments = await readSegments(this.path);
  }

  /** Opens a segment to read it. Throws an `OutputError` if its file is not the one that was written. */
  async read({ path, fingerprint }: StoredSegment): Promise<FileHandle> {
    const file = await open(path);
    if (fingerprintOf(await file.stat()) === fingerprint) return file;
    await file.close();
    throw new OutputError(`${path} was changed while the export was running.`);
  }

  /** Throws an `OutputError` if another process has taken the folder over. */
  async requireHeld(): Promise<void> {
    if (await this.#lock.isHeld()) return;
    throw new OutputError(`${this.path} was removed, or taken over by another process, while the export was running.`);
  }

  /** Leaves the segments to a later run and returns those that are there. Without any, removes the folder. Never rejects. */
  async leave(): Promise<readonly StoredSegment[]> {
    if (!(await this.#lock.isHeld())) return [];
    this.#segments = await readSegments(this.path).catch(() => []);
    if (this.#segments.length === 0) await this.remove();
    else await this.#removeTemporary();
    await this.#lock.release();
    return this.#segments;
  }

  /** Removes everything of an export, the job first, and the folder where nothing else is in it. Never rejects. */
  async remove(): Promise<void> {
    await unlink(join(this.path, jobFile)).catch(() => undefined);
    for (const { path } of this.#segments) await unlink(path).catch(() => undefined);
    await this.#removeTemporary();
    await this.#lock.release();
    await rmdir(this.path).catch(() => undefined);
  }

  /** Continues the job of an earlier run, or begins a new one. */
  async #begin(options: PartialFolderOptions): Promise<void> {
    const path = join(this.path, jobFile);
    const text = await readFile(path, 'utf8').catch(() => undefined);
    // Every segment has come after the job, and the job goes first: segments alone belong to an export that is whole.
    const left = text === undefined ? [] : this.#segments;
    const stored = parseStoredJob(text ?? '');
    await requireUsable(this.path, left, stored, options);
    if (options.resume !== false && left.length > 0 && stored) {
      this.#startedAt = new Date(stored.startedAt);
      return;
    }
    await Promise.all(this.#segments.map((segment) => unlink(segment.path)));
    this.#segments = [];
    this.#startedAt = options.now;
    const job = await storeJob(options.job, options.now);
    await writeFile(`${path}.tmp`, `${JSON.stringify(job, undefined, 2)}\n`, { flush: true });
    await rename(`${path}.tmp`, path);
  }

  async #removeTemporary(): Promise<void> {
    const names = await readdir(this.path).catch(() => []);
    for (const name of names.filter((name) => temporary.test(name))) {
      await unlink(join(this.path, name)).catch(() => undefined);
    }
  }
}

function sorted(segments: readonly StoredSegment[]): StoredSegment[] {
  return segments.toSorted((a, b) => a.window.from.getTime() - b.window.from.getTime());
}

/** The segments of a folder. A file that does not have the size that its name says is not one: somebody changed it. */
async function readSegments(folder: string): Promise<StoredSegment[]> {
  const segments: StoredSegment[] = [];
  for (const name of await readdir(folder)) {
    const segment = parseSegmentName(name);
    if (segment === undefined) continue;
    const path = join(folder, name);
    const status = await stat(path);
    const complete = segment.complete && status.size === segment.bytes;
    segments.push({ ...segment, path, complete, proven: complete, earlier: true, fingerprint: fingerprintOf(status) });
  }
  return sorted(segments);
}

function fingerprintOf({ ino, size, mtimeMs }: { ino: number; size: number; mtimeMs: number }): string {
  return `${ino}:${size}:${mtimeMs}`;
}

async function requireUsable(
  path: string,
  left: readonly Segment[],
  stored: StoredJob | undefined,
  { job, force, resume }: PartialFolderOptions,
): Promise<void> {
  if (left.length === 0) {
    if (resume !== 'only') return;
    const hint = 'Leave out --resume=only to start the export.';
    throw new ConfigurationError(`There is nothing to resume in ${path}`, { hint });
  }
  if (resume === false) {
    if (force) return;
    const hint = 'Add --resume to continue it, or --force to start over.';
    throw new ConfigurationError(`${path} holds calls of an export that has not ended`, { hint });
  }
  const startOver = 'To start over, give --force without --resume.';
  if (stored === undefined) {
    throw new ConfigurationError(`${path} cannot be resumed: its ${jobFile} is damaged`, { hint: startOver });
  }
  const difference = await differenceOf(stored, job);
  if (difference === undefined) return;
  const hint = `Give the same flags as the export that has not ended. ${startOver}`;
  throw new ConfigurationError(`${path} belongs to an export with ${difference}`, { hint });
}
