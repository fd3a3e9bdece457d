import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import codegen from 'openapi-typescript-codegen';

import { answerSchema } from './answer-schema.ts';
import { callLogsParameters, type OpenApiDocument } from './openapi-document.ts';

const header = '// Generated from spec/reports.yml and spec/overlay.yml by `npm run generate`. Do not edit.\n\n';

/** Writes `types.ts`: the types of paths, parameters and components, by openapi-typescript. */
export async function writeTypes(document: OpenApiDocument, outputFolder: string): Promise<void> {
  const nodes = await openapiTS(structuredClone(document) as object as Parameters<typeof openapiTS>[0]);
  await writeFile(join(outputFolder, 'types.ts'), astToString(nodes));
}

/**
 * Writes `schemas/`: one constant for each schema, with its properties in the document's order, by
 * openapi-typescript-codegen. It is called through its API, because its command shares the name `openapi` with
 * Redocly's.
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

/** Node resolves imports only with a file's ending, which the generator leaves out. */
async function addImportEndings(indexFile: string): Promise<void> {
  const content = await readFile(indexFile, 'utf8');
  await writeFile(indexFile, content.replaceAll(/(from '\.\/[^']+)'/g, "$1.ts'"));
}

/**
 * Writes what the schema generator drops but the library needs while it runs: the query's parameters with their
 * constraints, the known values of the open sets (`x-extensible-enum`), and the schema that responses are compared
 * with, without descriptions.
 */
export async function writeConstants(document: OpenApiDocument, outputFolder: string): Promise<void> {
  await writeConstant(outputFolder, 'query-parameters', 'queryParameters', queryParameters(document));
  await writeConstant(outputFolder, 'known-values', 'knownValues', knownValues(document));
  await writeConstant(outputFolder, 'answer-schema', 'answerSchema', answerSchema(document));
}

function queryParameters(document: OpenApiDocument): Record<string, unknown> {
  const inQuery = callLogsParameters(document).filter((parameter) => parameter.in === 'query');
  return Object.fromEntries(
    inQuery.map(({ name, required = false, schema }) => [name, { required, ...withoutExtensions(schema) }]),
  );
}

function withoutExtensions(schema: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !key.startsWith('x-')));
}

function knownValues(document: OpenApiDocument): Record<string, unknown> {
  const properties = Object.entries(document.components.schemas.CallLog?.properties ?? {});
  const open = properties.map(([name, schema]) => [name, schema['x-extensible-enum']] as const);
  return Object.fromEntries(open.filter(([, values]) => values !== undefined));
}

async function writeConstant(folder: string, file: string, name: string, value: unknown): Promise<void> {
  const content = `${header}export const ${name} = ${JSON.stringify(value, null, 2)} as const;\n`;
  await writeFile(join(folder, `${file}.ts`), content);
}
