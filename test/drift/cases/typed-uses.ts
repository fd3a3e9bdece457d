/** A check by the TypeScript compiler, which knows nothing of the rules. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import openapiTS, { astToString } from 'openapi-typescript';

import {
  at,
  isObject,
  listOf,
  objectOf,
  parseDocument,
  type Document,
  type Json,
} from '../../../scripts/drift/document.ts';

const compiler = join(import.meta.dirname, '../../../node_modules/typescript-7/bin/tsc');

const compilerOptions = {
  target: 'ES2022',
  module: 'ESNext',
  moduleResolution: 'Bundler',
  allowImportingTsExtensions: true,
  lib: ['ES2022'],
  types: [],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
};

export interface States {
  name: string;
  base: object;
  head: object;
}

/**
 * The names of the pairs whose older uses no longer compile, with the first message of the compiler. Types are generated
 * from both documents, and each use of the older ones is compiled against the newer ones, all in one program.
 */
export async function brokenUses(pairs: readonly States[]): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const [index, { base, head }] of pairs.entries()) {
    files.set(`older-${index}.ts`, await typesOf(base));
    files.set(`newer-${index}.ts`, await typesOf(head));
    const uses = usesOf(parseDocument(JSON.stringify(base), 'the base'));
    const imports = (newer: string): string =>
      `import type * as Older from './older-${index}.ts';\nimport type * as Newer from './${newer}-${index}.ts';\n`;
    files.set(`uses-${index}.ts`, `${imports('newer')}${uses}`);
    // The uses have to be right to begin with.
    files.set(`control-${index}.ts`, `${imports('older')}${uses}`);
  }
  const messages = await compile(files);
  const controls = [...messages].filter(([file]) => !file.startsWith('uses-'));
  if (controls.length > 0) throw new Error(`a use is wrong to begin with: ${JSON.stringify(controls[0])}`);
  const broken = pairs.map(({ name }, index) => [name, messages.get(`uses-${index}.ts`)] as const);
  return new Map(broken.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
}

const known = new Map<string, string>();

async function typesOf(document: object): Promise<string> {
  const text = JSON.stringify(document);
  const types =
    known.get(text) ??
    astToString(await openapiTS(JSON.parse(text) as object as Parameters<typeof openapiTS>[0], { silent: true }));
  known.set(text, types);
  return types;
}

/** The first message of each file that does not compile. */
async function compile(files: ReadonlyMap<string, string>): Promise<Map<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'vbc-reports-uses-'));
  try {
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    for (const [name, text] of files) await writeFile(join(folder, name), text);
    const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024 };
    const run = promisify(execFile)(process.execPath, [compiler, '--pretty', 'false'], options);
    return messagesIn(await run.then(() => '', outputOf));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The output of a compiler that has found errors. */
function outputOf(error: unknown): string {
  const { code, stdout } = error as { code: unknown; stdout: string };
  if (typeof code !== 'number') throw error;
  return stdout;
}

/** The first message for each file; the lines that explain it follow it, indented. */
function messagesIn(output: string): Map<string, string> {
  const messages = new Map<string, string>();
  for (const [, name, message = ''] of output.matchAll(/^(?:(\S+)\(\d+,\d+\): )?error (.*(?:\n +.*)*)/gm)) {
    const file = name ?? '';
    if (!messages.has(file)) messages.set(file, message);
  }
  return messages;
}

/** Code that reads every field of every response, and sends every parameter and every field of every request. */
function usesOf(document: Document): string {
  const lines: string[] = [];
  const isReceived: Use = (path) =>
    lines.push(
      `declare const x${lines.length}: Newer.${path};\nexport const y${lines.length}: Older.${path} = x${lines.length};`,
    );
  const isSent: Use = (path, rest = '') => {
    const type = (types: string): string => (rest === '' ? `${types}.${path}` : `NonNullable<${types}.${path}>${rest}`);
    lines.push(
      `declare const x${lines.length}: ${type('Older')};\nexport const y${lines.length}: ${type('Newer')} = x${lines.length};`,
    );
  };
  const exists: Use = (type) => lines.push(`export type X${lines.length} = ${type};`);
  const referred = new Set(
    [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]*)"/g)].map(([, name = '']) => name),
  );
  for (const name of referred) exists(`Newer.components${key('schemas')}${key(name)}`);
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(objectOf(item))) {
      if (!isObject(operation) || method === 'parameters' || !('responses' in operation)) continue;
      const root = `paths${key(path)}${key(method)}`;
      if (typeof operation.operationId === 'string') exists(`Newer.operations${key(operation.operationId)}`);
      isSent(`${root}["parameters"]`);
      for (const parameter of parametersOf(document, item, operation))
        exists(`NonNullable<Newer.${root}["parameters"]${key(String(parameter.in))}>${key(String(parameter.name))}`);
      bodyUses(document, operation, root, { isSent, exists });
      for (const [status, response] of Object.entries(objectOf(operation.responses)))
        responseUses(
          document,
          resolved(document, response),
          `${root}["responses"][${/^\d+$/.test(status) ? status : JSON.stringify(status)}]`,
          { isReceived, exists },
        );
    }
  }
  return lines.join('\n');
}

type Use = (path: string, rest?: string) => unknown;

function bodyUses(
  document: Document,
  { requestBody }: Json,
  root: string,
  { isSent, exists }: { isSent: Use; exists: Use },
): void {
  if (requestBody === undefined) return;
  const body = resolved(document, requestBody);
  if (body.required !== true) isSent(`${root}["requestBody"]`);
  for (const [type, media] of Object.entries(objectOf(body.content))) {
    const path = `${root}["requestBody"]`;
    exists(`NonNullable<Newer.${path}>["content"]${key(type)}`);
    isSent(`${root}["requestBody"]`, `["content"]${key(type)}`);
    for (const field of fieldsOf(document, objectOf(media).schema))
      exists(indexed(`NonNullable<Newer.${path}>["content"]${key(type)}`, field));
  }
}

function responseUses(
  document: Document,
  response: Json,
  root: string,
  { isReceived, exists }: { isReceived: Use; exists: Use },
): void {
  exists(`Newer.${root}`);
  for (const [name] of Object.entries(objectOf(response.headers))) isReceived(`${root}["headers"]${key(name)}`);
  for (const [type, media] of Object.entries(objectOf(response.content))) {
    const path = `${root}["content"]${key(type)}`;
    isReceived(path);
    for (const field of fieldsOf(document, objectOf(media).schema)) exists(indexed(`Newer.${path}`, field));
  }
}

const key = (name: string): string => `[${JSON.stringify(name)}]`;

function indexed(type: string, steps: readonly string[]): string {
  return steps.reduce((path, step) => `NonNullable<${path}>${step === '[]' ? '[number]' : key(step)}`, type);
}

function resolved(document: Document, value: unknown): Json {
  const target = objectOf(value);
  return typeof target.$ref === 'string' ? resolved(document, at(document, target.$ref)) : target;
}

function parametersOf(document: Document, item: unknown, operation: Json): Json[] {
  return [...listOf(objectOf(item).parameters), ...listOf(operation.parameters)].map((each) =>
    resolved(document, each),
  );
}

/** The ways to each field that has a name. What is inside of alternatives is left to the type as a whole. */
function fieldsOf(document: Document, value: unknown, depth = 0): string[][] {
  const schema = resolved(document, value);
  if (depth > 6 || schema.oneOf !== undefined || schema.anyOf !== undefined) return [];
  const under = (step: string, child: unknown): string[][] => [
    [step],
    ...fieldsOf(document, child, depth + 1).map((rest) => [step, ...rest]),
  ];
  const own = Object.entries(objectOf(schema.properties)).flatMap(([name, child]) => under(name, child));
  const items = schema.type === 'array' && schema.items !== undefined ? under('[]', schema.items) : [];
  return [...own, ...items, ...listOf(schema.allOf).flatMap((part) => fieldsOf(document, part, depth + 1))];
}
