import { randomUUID } from 'node:crypto';
import {
  access,
  constants,
  type FileHandle,
  link,
  lstat,
  open,
  readFile,
  realpath,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { dirname } from 'node:path';
import process from 'node:process';
import { ConfigurationError } from '../../core/errors/index.ts';
import { OutputError, orOutputError, systemErrorCode } from './output-error.ts';

/** The file that an export writes. */
export interface TargetFile {
  /** If the given path is a link to a file, this is the file that it leads to. */
  readonly path: string;
  /** The permission bits of the file that is replaced; undefined if there is none. */
  readonly mode: number | undefined;
}

const permissionBits = 0o777;

/**
 * Checks, before anything is read, that a file can get this name. Throws a `ConfigurationError` if there is a file and
 * `force` is off, if the path is not a file, or if the file cannot be replaced.
 */
export async function targetFile(path: string, force: boolean): Promise<TargetFile> {
  const status = await orOutputError(`Cannot write ${path}`, () => stat(path).catch(absent));
  if (status === undefined) {
    if ((await lstat(path).catch(absent)) === undefined) return { path, mode: undefined };
    throw new ConfigurationError(`${path} is a link that leads nowhere`, { hint: 'Delete it, or name another file.' });
  }
  if (!status.isFile() || /^\/(dev|proc\/[^/]+)\/(fd\/|std)/.test(path)) {
    throw new ConfigurationError(`${path} is ${status.isDirectory() ? 'a folder' : 'not a file'}`, {
      hint: 'Name a file, or write to standard output with "-".',
    });
  }
  if (!force) {
    const hint = 'Choose another name, or replace the file with --force.';
    throw new ConfigurationError(`${path} exists`, { hint });
  }
  const target = await orOutputError(`Cannot write ${path}`, () => realpath(path));
  await requireReplaceable(target, status.uid);
  return { path: target, mode: status.mode & permissionBits };
}

function absent(error: unknown): undefined {
  if (systemErrorCode(error) === 'ENOENT') return undefined;
  throw error;
}

/** A file is replaced by renaming. A sticky folder and a mount forbid that even to users who may write to the file. */
async function requireReplaceable(path: string, owner: number): Promise<void> {
  const folder = await stat(dirname(path));
  const user = process.getuid?.();
  const stickyBit = 0o1000;
  const sticky = (folder.mode & stickyBit) !== 0 && user !== undefined && ![0, owner, folder.uid].includes(user);
  if (sticky) {
    throw new ConfigurationError(`${path} belongs to another user, and its folder lets only that user replace it`, {
      hint: 'Name another file.',
    });
  }
  // Only Linux has this list. It writes a space as an octal escape.
  const mounts = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  if (mounts.split('\n').some((line) => line.split(' ')[4]?.replaceAll(String.raw`\040`, ' ') === path)) {
    throw new ConfigurationError(`${path} is mounted by itself, and so cannot be replaced`, {
      hint: 'Mount its folder in place of the file, or name another file.',
    });
  }
}

/**
 * Gives a complete file its name, and flushes it to the disk. Returns false if the name was taken in the meantime and
 * `force` is off. Rejects with the error of the operating system.
 */
export async function giveName(path: string, name: string, force: boolean): Promise<boolean> {
  if (!force && !(await claim(path, name))) return false;
  await rename(path, name);
  await syncFolder(dirname(name));
  return true;
}

/**
 * Takes the name in one step, by a link, and returns false if it is taken. Renaming would replace any file of that
 * name.
 */
async function claim(path: string, name: string): Promise<boolean> {
  try {
    await link(path, name);
    return true;
  } catch (error) {
    // Some file systems have no links. There, another process may take the name between this check and the renaming.
    return systemErrorCode(error) !== 'EEXIST' && (await lstat(name).catch(absent)) === undefined;
  }
}

/**
 * Checks that a file of the target's name can be made in its folder. Rejects with an `OutputError` before anything is
 * read, so that a long run does not fail at its end for that.
 */
export async function requireWritable({ path }: TargetFile): Promise<void> {
  await orOutputError(`Cannot write ${path}`, () => access(dirname(path), constants.W_OK));
}

/**
 * Writes a small file under a temporary name first, so that a half-written file never has its name. Rejects with an
 * `OutputError`.
 */
export async function writeWhole({ path, mode }: TargetFile, content: string, force: boolean): Promise<void> {
  const beside = `${path}.${randomUUID()}.tmp`;
  const named = await orOutputError(`Cannot write ${path}`, async () => {
    try {
      await writeSynced(beside, mode, content);
      return await giveName(beside, path, force);
    } finally {
      await rm(beside, { force: true });
    }
  });
  if (!named) throw new OutputError(`${path} was made by another program in the meantime.`);
}

async function writeSynced(path: string, mode: number | undefined, content: string): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await setMode(file, mode);
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The process's umask may have removed permissions. Some file systems do not support them, and refuse. */
export async function setMode(file: FileHandle, mode: TargetFile['mode']): Promise<void> {
  if (mode !== undefined) await file.chmod(mode).catch(() => undefined);
}

/** A new name is only safe on the disk once its folder is flushed. Windows cannot open folders. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path).catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
