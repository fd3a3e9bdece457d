import { createHash, randomUUID } from 'node:crypto';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isOfDeadProcess, processSpace } from './lock-file.ts';

/** A temporary file is older than this, in milliseconds, only if its writer died: a write takes milliseconds. */
const abandonedAfterMs = 86_400_000;

/**
 * Writes a temporary file of mode 0600 and renames it, so that neither a reader nor a crash ever sees half a file. Then
 * it removes the temporary files that killed writers of the same file have left.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}.${await ownSpace()}.${randomUUID()}.tmp`;
  try {
    const file = await open(beside, 'wx', 0o600);
    try {
      await file.writeFile(text);
      // Otherwise a power cut may leave the new name without its content, and the login block would be lost.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await removeAbandoned(path);
}

/** Removes a file, if there is one, and the temporary files that killed writers of it have left. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
  await removeAbandoned(path);
}

/** A name for the set of processes whose ids this process can check. */
async function ownSpace(): Promise<string> {
  const hash = createHash('sha256').update(await processSpace());
  return hash.digest('hex').slice(0, 16);
}

/** Never fails: what cannot be removed now is tried again next time. */
async function removeAbandoned(path: string): Promise<void> {
  const [folder, prefix] = [dirname(path), `${basename(path)}.`];
  try {
    const names = (await readdir(folder)).filter((name) => name.startsWith(prefix) && name.endsWith('.tmp'));
    for (const name of names) await removeIfAbandoned(folder, name, prefix);
  } catch {
    // Another process may have removed one of them meanwhile.
  }
}

/**
 * A writer that this process can check is dead or alive. Any other, such as one on another machine, counts as dead after
 * a day, by the clock of the file system, which dates the folder whenever a file in it is renamed or removed.
 */
async function removeIfAbandoned(folder: string, name: string, prefix: string): Promise<void> {
  const [pid = '', space = ''] = name.slice(prefix.length).split('.');
  const file = join(folder, name);
  const ageMs = (await stat(folder)).mtimeMs - (await stat(file)).mtimeMs;
  const isDead = isOfDeadProcess(`${pid} ${space}`, await ownSpace());
  if (isDead || ageMs > abandonedAfterMs) await rm(file, { force: true });
}
