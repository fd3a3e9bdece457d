import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';

import type { OpenApiDocument } from './openapi-document.ts';

/** Writes `types.ts`: the types of paths, parameters and components, by openapi-typescript. */
export async function writeTypes(document: OpenApiDocument, outputFolder: string): Promise<void> {
  const nodes = await openapiTS(structuredClone(document) as object as Parameters<typeof openapiTS>[0]);
  await writeFile(join(outputFolder, 'types.ts'), astToString(nodes));
}
