import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import codegen from 'openapi-typescript-codegen';

const root = join(import.meta.dirname, '..');
/** Inside the project, so that what is built finds its packages. */
const folder = join(root, 'node_modules', '.cache', 'vbc-reports-bench');

/** This client as its users get it: one module that imports openapi-fetch. Gives the file. */
export function buildThisClient(): Promise<string> {
  return bundle(join(root, 'src', 'index.ts'), 'vbc-reports.mjs');
}

/** The client that openapi-typescript-codegen makes of the document. Gives the file. */
export async function buildCodegenClient(): Promise<string> {
  const output = join(folder, 'codegen');
  await mkdir(folder, { recursive: true });
  await codegen.generate({
    input: join(root, 'generated', 'openapi.json'),
    output,
    httpClient: codegen.HttpClient.FETCH,
    useOptions: true,
  });
  return bundle(join(output, 'index.ts'), 'codegen.mjs');
}

async function bundle(entry: string, name: string): Promise<string> {
  const outfile = join(folder, name);
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    target: 'node20',
    external: ['openapi-fetch'],
    logLevel: 'error',
  });
  return outfile;
}
