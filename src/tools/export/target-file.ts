import { lstat, realpath, stat } from 'node:fs/promises';
import { ConfigurationError } from '../../core/errors/index.ts';
import { orOutputError } from './output-error.ts';

/**
 * The file that will be written: where the path is a link to a file, the file it leads to. Throws a
 * `ConfigurationError` if it exists and `force` is off, or is no file.
 */
export async function targetFile(path: string, force: boolean): Promise<string> {
  if (!(await exists(path))) return path;
  const [target, status] = await orOutputError(`Cannot write ${path}`, () => Promise.all([realpath(path), stat(path)]));
  if (!status.isFile()) {
    throw new ConfigurationError(`${path} is ${status.isDirectory() ? 'a folder' : 'not a file'}`, {
      hint: 'Name a file, or write to standard output with "-".',
    });
  }
  if (force) return target;
  throw new ConfigurationError(`${path} exists`, { hint: 'Choose another name, or replace the file with --force.' });
}

/** Whether there is anything of this name, be it a link that leads nowhere. */
export async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}
