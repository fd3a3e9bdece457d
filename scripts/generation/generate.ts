import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import prettier from 'prettier';

import { applyOverlay } from './apply-overlay.ts';
import { writeDocumentConstants } from './write-document-constants.ts';
import { writeSchemas } from './write-schemas.ts';
import { writeTypes } from './write-types.ts';

export interface GenerateOptions {
  /** Folder with `reports.yml` and `overlay.yml`. */
  specFolder: string;
  /** Folder to write; emptied first, so that nothing stays of a schema the document no longer has. */
  outputFolder: string;
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
    await writeDocumentConstants(document, outputFolder);
    await format(outputFolder);
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}

async function format(folder: string): Promise<void> {
  const config = await prettier.resolveConfig(join(import.meta.dirname, 'generate.ts'));
  for (const file of await filesIn(folder)) {
    const path = join(folder, file);
    const text = await readFile(path, 'utf8');
    await writeFile(path, await prettier.format(text, { ...config, filepath: path }));
  }
}

/** The files below a folder, as sorted relative paths. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort();
}
