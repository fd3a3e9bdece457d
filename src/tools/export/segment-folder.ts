import { mkdir, open, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigurationError } from '../../core/errors/index.ts';
import { differenceOf, type ExportJob, storeJob, type StoredJob } from './export-job.ts';
import { acquireLock, type Lock } from './lock.ts';
import { OutputError, systemErrorCode } from './output-error.ts';
import { gapsIn, parseSegmentName, type Segment, segmentName } from './segments.ts';
import { syncFolder } from './target-file.ts';

/** A segment in its file, and when the file was last changed. */
export interface StoredSegment extends Segment {
  readonly path: string;
  readonly mtimeMs: number;
}

export interface SegmentFolderOptions {
  readonly job: ExportJob;
  readonly now: Date;
  /** Replaces an existing file; without `resume` also throws away what an earlier run has left. Default: false. */
  readonly force?: boolean | undefined;
  /** Continues what an earlier run has left. `only`: there must be something. Default: false. */
  readonly resume?: boolean | 'only' | undefined;
}

const jobFile = 'job.json';

/**
 * Opens the folder `calls.csv.partial` of the target `calls.csv`, and makes it if need be.
 *
 * Throws a `ConfigurationError` if another process has it, if it holds segments and the options do not say what to do
 * with them, or if they belong to another job. Otherwise rejects with the error of the operating system.
 */
export async function openSegmentFolder(target: string, options: SegmentFolderOptions): Promise<SegmentFolder> {
  const path = `${target}.partial`;
  await mkdir(path).catch((error: unknown) => {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  });
  const lock = await acquireLock(join(path, 'lock'), target);
  try {
    await removeFiles(path, isTemporary);
    const job = await readFile(join(path, jobFile), 'utf8').catch(() => undefined);
    // The job is the first file to come and the first to go: segments without it belong to an export that is whole.
    const left = job === undefined ? [] : await readSegments(path);
    const { startedAt } = left.length > 0 && options.resume ? await requireSame(path, job, options) : {};
    if (startedAt !== undefined) return new SegmentFolder(path, lock, left, new Date(startedAt));
    requireNothing(path, left, options);
    await removeFiles(path, isOurs);
    await replaceFile(join(path, jobFile), JSON.stringify(await storeJob(options.job, options.now), undefined, 2));
    return new SegmentFolder(path, lock, [], options.now);
  } catch (error) {
    await lock.release();
    await rmdir(path).catch(() => undefined);
    throw error;
  }
}

function requireNothing(path: string, left: readonly Segment[], { force, resume }: SegmentFolderOptions): void {
  if (resume === 'only') {
    const hint = 'Leave out --resume=only to start the export.';
    throw new ConfigurationError(`There is nothing to resume in ${path}`, { hint });
  }
  if (left.length === 0 || force) return;
  const hint = 'Add --resume to continue it, or --force to start over.';
  throw new ConfigurationError(`${path} holds calls of an export that has not ended`, { hint });
}

async function requireSame(path: string, text = '', { job }: SegmentFolderOptions): Promise<StoredJob> {
  const hint = 'Give the same flags as before; to start over, give --force without --resume.';
  try {
    const stored = JSON.parse(text) as StoredJob;
    const difference = await differenceOf(stored, job);
    if (difference === undefined) return stored;
    throw new ConfigurationError(`${path} belongs to another export: it does not have the same ${difference}`, {
      hint,
    });
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError(`${path} cannot be resumed, because its ${jobFile} is damaged`, { hint });
  }
}

/**
 * The folder that holds the segments of an export until it is whole. It belongs to one process at a time. Files that are
 * not of an export are left alone.
 */
export class SegmentFolder {
  readonly path: string;
  /** When the first run of the job began. */
  readonly startedAt: Date;
  readonly #lock: Lock;
  #left: readonly StoredSegment[];
  #added: readonly StoredSegment[] = [];

  constructor(path: string, lock: Lock, left: readonly StoredSegment[], startedAt: Date) {
    this.path = path;
    this.startedAt = startedAt;
    this.#lock = lock;
    this.#left = left;
  }

  /** In the order of their windows. */
  get segments(): readonly StoredSegment[] {
    return [...this.#left, ...this.#added].sort((a, b) => Number(a.window.from) - Number(b.window.from));
  }

  /** Makes a segment of a file that is safe on the disk, and removes incomplete ones of earlier runs that it completes. */
  async add(file: string, segment: Segment): Promise<void> {
    await this.requireHeld();
    const path = join(this.path, segmentName(segment));
    await rename(file, path);
    await syncFolder(this.path);
    const { mtimeMs } = await stat(path);
    this.#added = [...this.#added, { ...segment, path, mtimeMs }];
    const read = [...this.#left.filter(({ complete }) => complete), ...this.#added].map(({ window }) => window);
    const isReplaced = (old: Segment): boolean => !old.complete && gapsIn(old.window, read).length === 0;
    const replaced = this.#left.filter(isReplaced).filter((old) => old.path !== path);
    await Promise.all(replaced.map((old) => rm(old.path, { force: true })));
    this.#left = this.#left.filter((old) => !isReplaced(old));
  }

  /** A head and the bytes of segments. Throws an `OutputError` if a file is not the one that was written. */
  async *read(segments: readonly StoredSegment[], head: Buffer): AsyncGenerator<Buffer, void, undefined> {
    yield head;
    for (const { path, mtimeMs, bytes } of segments) {
      const file = await open(path);
      const status = await file.stat();
      let left = status.mtimeMs === mtimeMs ? bytes : NaN;
      for await (const chunk of file.createReadStream({ highWaterMark: readAtOnceBytes })) {
        left -= (chunk as Buffer).length;
        yield chunk as Buffer;
      }
      if (left !== 0) throw new OutputError(`${path} was changed while the export was running.`);
    }
  }

  /** Throws an `OutputError` if another process has taken the folder over. */
  async requireHeld(): Promise<void> {
    if (await this.#lock.isHeld()) return;
    throw new OutputError(`${this.path} was removed, or taken over by another process, while the export was running.`);
  }

  /** Leaves the segments to a later run, those that it must read again marked so, and returns what is there. Never rejects. */
  async leave(isIncomplete: (segment: Segment) => boolean): Promise<readonly StoredSegment[]> {
    if (!(await this.#lock.isHeld())) return [];
    for (const segment of this.segments.filter((one) => one.complete && isIncomplete(one))) {
      const path = join(this.path, segmentName({ ...segment, complete: false }));
      await rename(segment.path, path).catch(() => undefined);
    }
    const left = await readSegments(this.path).catch(() => []);
    if (left.length === 0) await this.remove();
    else await removeFiles(this.path, isTemporary);
    await this.#lock.release();
    return left;
  }

  /** Removes everything of an export, and the folder if nothing else is in it. Never rejects. */
  async remove(): Promise<void> {
    await rm(join(this.path, jobFile), { force: true }).catch(() => undefined);
    await removeFiles(this.path, isOurs);
    await this.#lock.release();
    await rmdir(this.path).catch(() => undefined);
  }
}

const readAtOnceBytes = 1 << 20;

function isTemporary(name: string): boolean {
  return name.endsWith('.tmp');
}

function isOurs(name: string): boolean {
  return isTemporary(name) || parseSegmentName(name) !== undefined;
}

async function removeFiles(folder: string, isMeant: (name: string) => boolean): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  await Promise.all(
    names.filter(isMeant).map((name) => rm(join(folder, name), { force: true }).catch(() => undefined)),
  );
}

async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.tmp`, text, { flush: true });
  await rename(`${path}.tmp`, path);
}

/**
 * The segments of a folder. One is incomplete where somebody changed its size, and where its window reaches beyond the
 * time when it was written: calls may have started since.
 */
async function readSegments(folder: string): Promise<StoredSegment[]> {
  const segments = (await readdir(folder)).map(async (name) => {
    const segment = parseSegmentName(name);
    if (segment === undefined) return [];
    const path = join(folder, name);
    const { size, mtimeMs } = await stat(path);
    const complete = segment.complete && size === segment.bytes && Number(segment.window.to) <= mtimeMs;
    return [{ ...segment, path, mtimeMs, complete }];
  });
  return (await Promise.all(segments)).flat();
}
