import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { answerSchema } from './answer-schema.ts';
import { callLogsParameters, type OpenApiDocument } from './openapi-document.ts';

const header = '// Generated from spec/reports.yml and spec/overlay.yml by `npm run generate`. Do not edit.\n\n';

/**
 * Writes what the schema generator drops and the run time needs: the query's parameters with their constraints, the
 * known values of the open sets (`x-extensible-enum`), and what an answer is compared with, without the texts.
 */
export async function writeDocumentConstants(document: OpenApiDocument, outputFolder: string): Promise<void> {
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
  const text = `${header}export const ${name} = ${JSON.stringify(value, null, 2)} as const;\n`;
  await writeFile(join(folder, `${file}.ts`), text);
}
