import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

import { buildThisClient } from './build.ts';
import { median } from './measure.ts';

export interface ImportCost {
  readonly name: string;
  readonly milliseconds: number;
}

const program =
  'const begun = performance.now(); await import(process.argv[1]); console.log(performance.now() - begun);';

/**
 * Measures the cost of importing this client, compared with openapi-fetch alone: medians of fresh processes, run in
 * turn.
 */
export async function measureImports(rounds: number): Promise<ImportCost[]> {
  const modules = [
    {
      name: 'openapi-fetch',
      file: createRequire(import.meta.url)
        .resolve('openapi-fetch')
        .replace(/\.cjs$/, '.mjs'),
    },
    { name: 'vbc-reports', file: await buildThisClient() },
  ].map((module) => ({ ...module, times: [] as number[] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { file, times } of modules) times.push(await importOnce(file));
  }
  return modules.map(({ name, times }) => ({ name, milliseconds: median(times) }));
}

async function importOnce(file: string): Promise<number> {
  const args = ['--input-type=module', '--eval', program, '--', pathToFileURL(file).href];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return Number(stdout);
}
