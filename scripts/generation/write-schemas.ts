import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import codegen from 'openapi-typescript-codegen';

/**
 * Writes `schemas/`: one constant a schema, with its properties in the document's order, by
 * openapi-typescript-codegen. Called through its API: its command shares the name `openapi` with Redocly's.
 */
export async function writeSchemas(documentFile: string, outputFolder: string): Promise<void> {
  const folder = join(outputFolder, 'schemas');
  await codegen.generate({
    input: documentFile,
    output: folder,
    exportCore: false,
    exportModels: false,
    exportServices: false,
    exportSchemas: true,
  });
  await addImportEndings(join(folder, 'index.ts'));
}

/** Node's module resolution wants a file's ending, which the generator leaves out. */
async function addImportEndings(indexFile: string): Promise<void> {
  const text = await readFile(indexFile, 'utf8');
  await writeFile(indexFile, text.replaceAll(/(from '\.\/[^']+)'/g, "$1.ts'"));
}
