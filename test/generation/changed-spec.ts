import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** Copies spec/ to a folder below `work`, with one of its files changed, and returns the folder. */
export async function changedSpec(
  work: string,
  name: string,
  file: string,
  change: (content: string) => string,
): Promise<string> {
  const specFolder = join(work, name);
  await cp(join(root, 'spec'), specFolder, { recursive: true });
  const path = join(specFolder, file);
  const content = await readFile(path, 'utf8');
  const changed = change(content);
  if (changed === content) throw new Error(`the change to ${file} changed nothing`);
  await writeFile(path, changed);
  return specFolder;
}
