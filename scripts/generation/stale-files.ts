import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { filesIn } from './generate.ts';

/** The files that differ between two folders, or stand in one of them only, as sorted relative paths. */
export async function staleFiles(committedFolder: string, freshFolder: string): Promise<string[]> {
  const committed = await contents(committedFolder);
  const fresh = await contents(freshFolder);
  const names = [...new Set([...committed.keys(), ...fresh.keys()])].sort();
  return names.filter((name) => committed.get(name) !== fresh.get(name));
}

async function contents(folder: string): Promise<Map<string, string>> {
  const files = await filesIn(folder);
  return new Map(
    await Promise.all(files.map(async (file) => [file, await readFile(join(folder, file), 'utf8')] as const)),
  );
}
