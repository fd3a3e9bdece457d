import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { codeBlocks, packagePaths, root } from './code-blocks.ts';

const blocks = codeBlocks();
const runnable = blocks.filter(({ code }) => runsAlone(code));
let folder: string;

const compilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
  target: 'ES2023',
  lib: ['ES2023', 'ESNext.Disposable'],
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  types: ['node'],
  paths: packagePaths,
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vbc-reports-docs-'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  for (const { name, code } of blocks) await writeFile(join(folder, `${fileName(name)}.ts`), `${code}\nexport {};\n`);
  await build({
    entryPoints: runnable.map(({ name }) => join(folder, `${fileName(name)}.ts`)),
    outdir: join(folder, 'bundled'),
    bundle: true,
    // What a user imports by its name is bundled from this repository, because of the paths above.
    packages: 'external',
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
  });
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

function fileName(block: string): string {
  return block.replaceAll(/[/.:]/g, '-');
}

describe('the examples of the documentation', () => {
  it('are some', () => {
    expect(blocks.length).toBeGreaterThan(4);
  });

  it('compile, under the strictest settings', async () => {
    const compiler = join(root, 'node_modules', 'typescript-7', 'bin', 'tsc');
    const run = promisify(execFile)(process.execPath, [compiler, '--pretty', 'false'], { cwd: folder });
    const problems = await run.then(
      () => '',
      (error: unknown) => (error as { stdout: string }).stdout,
    );
    expect(problems).toBe('');
  });

  it.each(runnable)('$name runs', async ({ name }) => {
    const run = promisify(execFile)(process.execPath, [join(folder, 'bundled', `${fileName(name)}.js`)], {
      cwd: folder,
    });
    await expect(run).resolves.toMatchObject({ stderr: '' });
  });
});

/** Those that start a sandbox of their own, and are no test for a runner. */
function runsAlone(code: string): boolean {
  return code.includes('await startSandbox(') && !/\b(test|it)\(/.test(code);
}
