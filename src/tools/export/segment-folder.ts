import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigurationError } from '../../core/errors/index.ts';
import { differenceOf, type ExportJob, storeJob, type StoredJob } from './export-job.ts';
import { acquireLock, type Lock } from './lock.ts';
import { OutputError, systemErrorCode } from './output-error.ts';
import {
  completeOf,
  gapsIn,
  parseSegmentName,
  readSegments,
  type Segment,
  segmentName,
  type StoredSegment,
  windowsOf,
} from './segments.ts';
import { syncFolder } from './target-file.ts';

export interface SegmentFolderOptions {
  readonly job: ExportJob;
  readonly now: Date;
  /**
   * Replaces an existing file; without `resume`, also discards the calls that an earlier run has left. Default: false.
   */
  readonly force?: boolean | undefined;
  /** Continues an earlier run. `only`: fails if there is none. Default: false. */
  readonly resume?: boolean | 'only' | undefined;
}

const jobFile = 'job.json';

/**
 * Opens the folder `calls.csv.partial` of the target `calls.csv`, and creates it if necessary.
 *
 * Throws a `ConfigurationError` if another process has it, if it holds segments and the options do not say what to do
 * with them, or if they belong to another job. Otherwise rejects with the error of the operating system.
 */
export async function openSegmentFolder(target: string, options: SegmentFolderOptions): Promise<SegmentFolder> {
  const path = `${target}.partial`;
  await mkdir(path).catch((error: unknown) => {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  });
  let lock: Lock | undefined;
  try {
    lock = await acquireLock(join(path, 'lock'), target);
    await removeFiles(path, isTemporary);
    return new SegmentFolder(path, lock, await begin(path, options));
  } catch (error) {
    if (lock) await removeFiles(path, isTemporary);
    await lock?.release();
    await rmdir(path).catch(() => undefined);
    throw error;
  }
}

/** Continues the stored job or begins a new one, and returns the time when the job began. */
async function begin(path: string, options: SegmentFolderOptions): Promise<Date> {
  const text = await readFile(join(path, jobFile), 'utf8').catch(() => undefined);
  // The job is the first file to be written and the first to be removed: segments without it belong to a complete
  // export.
  const left = text === undefined ? [] : await readSegments(path);
  if (text !== undefined && left.length > 0 && options.resume) {
    const { startedAt } = await requireSame(path, text, options);
    await setState(left.filter(mustBeReadAgain), 'previous');
    return new Date(startedAt);
  }
  requireNothing(path, left, options);
  await removeFiles(path, isOurs);
  const [temporary, job] = [join(path, 'job.tmp'), await storeJob(options.job, options.now)];
  await writeFile(temporary, JSON.stringify(job, undefined, 2), { flush: true });
  await rename(temporary, join(path, jobFile));
  return options.now;
}

/** Returns true also for a window that had not passed when the segment was written: calls may have started since. */
function mustBeReadAgain({ state, intact, window, changedAt }: StoredSegment): boolean {
  return state !== 'rows' || !intact || window.to > changedAt;
}

async function setState(segments: readonly StoredSegment[], state: Segment['state']): Promise<void> {
  for (const segment of segments) {
    await rename(segment.path, join(dirname(segment.path), segmentName({ ...segment, state })));
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

async function requireSame(path: string, text: string, { job }: SegmentFolderOptions): Promise<StoredJob> {
  const hint = 'Give the same flags as before; to start over, give --force without --resume.';
  try {
    const stored = JSON.parse(text) as StoredJob;
    const name = await differenceOf(stored, job);
    if (name === undefined) return stored;
    throw new ConfigurationError(`${path} belongs to another export: it does not have the same ${name}`, { hint });
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError(`${path} cannot be resumed, because its ${jobFile} is damaged`, { hint });
  }
}

/**
 * The folder that holds the segments of an export until it is complete. It belongs to one process at a time. The names
 * of its files hold all of its state. Other files are left alone.
 */
export class SegmentFolder {
  readonly path: string;
  /** The time at which the first run of the job began. */
  readonly startedAt: Date;
  readonly #lock: Lock;

  constructor(path: string, lock: Lock, startedAt: Date) {
    this.path = path;
    this.startedAt = startedAt;
    this.#lock = lock;
  }

  /** The complete segments, in the order of their windows. */
  async complete(): Promise<readonly StoredSegment[]> {
    return completeOf(await readSegments(this.path));
  }

  /** Makes a segment of a file that is safe on the disk, and removes the segments of earlier runs that it replaces. */
  async add(file: string, segment: Segment): Promise<void> {
    await this.requireHeld();
    await rename(file, join(this.path, segmentName(segment)));
    await syncFolder(this.path);
    const segments = await readSegments(this.path);
    const read = windowsOf(segments.filter(({ state }) => state !== 'previous'));
    const replaced = segments.filter(({ state, window }) => state === 'previous' && gapsIn(window, read).length === 0);
    await Promise.all(replaced.map(({ path }) => rm(path, { force: true })));
  }

  /** Makes the incomplete segments of this run complete. Those of earlier runs are marked `previous`. */
  async acceptIncomplete(): Promise<void> {
    const segments = await readSegments(this.path);
    await setState(
      segments.filter(({ state }) => state === 'incomplete'),
      'rows',
    );
  }

  /** Yields a head and the bytes of segments. Throws an `OutputError` if the length of a file has changed. */
  async *read(head: string, segments: readonly StoredSegment[]): AsyncGenerator<Buffer, void, undefined> {
    yield Buffer.from(head);
    for (const { path, bytes } of segments) {
      let left = bytes;
      for await (const chunk of createReadStream(path, { highWaterMark: readAtOnceBytes })) {
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

  /** Leaves the segments to a later run, some of them marked as incomplete, and returns what is there. Never rejects. */
  async leave(isIncomplete: (segment: Segment) => boolean): Promise<readonly StoredSegment[]> {
    if (!(await this.#lock.isHeld())) {
      await this.#lock.release();
      return [];
    }
    const complete = await this.complete().catch(() => []);
    await setState(
      complete.filter((one) => isIncomplete(one) || mustBeReadAgain(one)),
      'incomplete',
    ).catch(() => undefined);
    const left = await readSegments(this.path).catch(() => []);
    if (left.length === 0) await this.remove();
    else await removeFiles(this.path, isTemporary);
    await this.#lock.release();
    return left;
  }

  /** Removes all files of an export, and the folder if nothing else is in it. Never rejects. */
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
