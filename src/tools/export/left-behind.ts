import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isPartFileOf } from './part-file.ts';

/** Longer than an export goes without writing: an attempt and the waits that are allowed by default. */
const silentForMs = 600_000;

/**
 * Unfinished files of earlier exports to the same target, which were killed: nothing is known of what is missing in
 * them, so nothing can go on from them. One that was written to lately may belong to an export that runs. Never rejects.
 */
export async function findLeftBehind(path: string, now: Date): Promise<string[]> {
  const target = await realpath(path).catch(() => path);
  const folder = dirname(target);
  const names = await readdir(folder).catch(() => []);
  const paths = names.filter((name) => isPartFileOf(target, name)).map((name) => join(folder, name));
  const changedAtMs = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => Infinity,
      ),
    ),
  );
  return paths.filter((_path, index) => now.getTime() - (changedAtMs[index] ?? Infinity) > silentForMs);
}
