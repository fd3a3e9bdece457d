import { randomUUID } from 'node:crypto';
import { type FileHandle, link, lstat, open, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ConfigurationError } from '../errors/index.ts';
import type { Output } from './output.ts';
import { OutputError, outputError, systemErrorCode } from './output-error.ts';

export interface FileOutputOptions {
  /** Whether an existing file may be replaced. Default: false. */
  readonly force?: boolean | undefined;
}

/**
 * A file that carries its final name only when it is complete: it is written beside under a name that ends in `.part`,
 * and renamed by `finish`. Throws a `ConfigurationError` if the file exists and `force` is off, or is no file, and an
 * `OutputError` if it cannot be written; so opened before the first request, an export cannot fail at its end for that.
 */
export async function openFileOutput(path: string, { force = false }: FileOutputOptions = {}): Promise<Output> {
  const target = await replaceable(path, force);
  const partial = join(dirname(target), `${basename(target)}.${randomUUID().slice(0, 8)}.part`);
  const what = `Cannot write ${path}`;
  const file = await attempt(what, () => open(partial, 'wx'));
  let kept = false;
  return {
    async write(text) {
      await attempt(what, () => file.appendFile(text));
      return true;
    },
    async finish() {
      await attempt(what, () => complete(file));
      if (await attempt(what, () => (force ? replace(partial, target) : claim(partial, target)))) return;
      // All rows are there, after what may have been an hour: they are kept.
      kept = true;
      throw new OutputError(`${path} was made by somebody else meanwhile; the complete export is in ${partial}.`);
    },
    async abandon() {
      // Failing to clean up must not hide why the export failed.
      await file.close().catch(() => undefined);
      if (!kept) await unlink(partial).catch(() => undefined);
    },
  };
}

/** The file that will be written; where the path is a link to a file, the file it leads to. */
async function replaceable(path: string, force: boolean): Promise<string> {
  if (!(await lstat(path).catch(() => undefined))) return path;
  const target = await attempt(`Cannot write ${path}`, () => realpath(path));
  const { isFile, isDirectory } = await kindOf(target);
  if (!isFile) {
    throw new ConfigurationError(`${path} is ${isDirectory ? 'a folder' : 'not a file'}`, {
      hint: 'Name a file, or write to standard output with "-".',
    });
  }
  if (force) return target;
  throw new ConfigurationError(`${path} exists`, { hint: 'Choose another name, or replace the file with --force.' });
}

async function kindOf(path: string): Promise<{ isFile: boolean; isDirectory: boolean }> {
  const status = await attempt(`Cannot write ${path}`, () => stat(path));
  return { isFile: status.isFile(), isDirectory: status.isDirectory() };
}

async function complete(file: FileHandle): Promise<void> {
  await file.datasync();
  await file.close();
}

async function replace(partial: string, target: string): Promise<boolean> {
  await rename(partial, target);
  return true;
}

/** Gives the complete file its name; false if somebody else has taken the name in the meantime. */
async function claim(partial: string, target: string): Promise<boolean> {
  try {
    await link(partial, target);
  } catch (error) {
    return systemErrorCode(error) === 'EEXIST' ? false : await claimWithoutLinks(partial, target);
  }
  await unlink(partial);
  return true;
}

/** Some file systems have no hard links: there an empty file holds the name for the moment of renaming. */
async function claimWithoutLinks(partial: string, target: string): Promise<boolean> {
  try {
    await (await open(target, 'wx')).close();
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
  await rename(partial, target);
  return true;
}

async function attempt<Result>(what: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw outputError(what, error);
  }
}
