import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import prettier from 'prettier';

import { applyOverlay } from './overlay.ts';
import { writeConstants, writeSchemas, writeTypes } from './writers.ts';

export interface GenerateOptions {
  /** The folder that holds `reports.yml` and `overlay.yml`. */
  readonly specFolder: string;
  /** The folder to write. It is emptied first, so that nothing remains of a schema that the document no longer has. */
  readonly outputFolder: string;
}

/** Writes everything that is generated from the document. The same input gives the same bytes. */
export async function generate({ specFolder, outputFolder }: GenerateOptions): Promise<void> {
  const workFolder = await mkdtemp(join(tmpdir(), 'vbc-reports-generate-'));
  try {
    const document = await applyOverlay(specFolder, workFolder);
    await rm(outputFolder, { recursive: true, force: true });
    await mkdir(outputFolder, { recursive: true });
    const documentFile = join(workFolder, 'openapi.json');
    await writeFile(documentFile, JSON.stringify(document, null, 2));
    await copyFile(documentFile, join(outputFolder, 'openapi.json'));
    await writeTypes(document, outputFolder);
    await writeSchemas(documentFile, outputFolder);
    await writeConstants(document, outputFolder);
    await format(outputFolder);
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}

/** Returns the files that differ between two folders or are in only one of them, as sorted relative paths. */
export async function staleFiles(committedFolder: string, freshFolder: string): Promise<string[]> {
  const committed = await contentsOf(committedFolder);
  const fresh = await contentsOf(freshFolder);
  const names = [...new Set([...committed.keys(), ...fresh.keys()])].sort();
  return names.filter((name) => committed.get(name) !== fresh.get(name));
}

async function format(folder: string): Promise<void> {
  const config = await prettier.resolveConfig(join(import.meta.dirname, 'generate.ts'));
  for (const [file, content] of await contentsOf(folder)) {
    const path = join(folder, file);
    await writeFile(path, await prettier.format(content, { ...config, filepath: path }));
  }
}

async function contentsOf(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = paths.map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'utf8')] as const);
  return new Map(await Promise.all(contents));
}
