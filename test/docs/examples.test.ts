import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';

import { codeBlocks, packagePaths, root } from './code-blocks.ts';

const blocks = codeBlocks();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vbc-reports-docs-'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { paths: packagePaths } }));
  for (const { name, code } of blocks) writeFileSync(fileOf(name), `${code}\nexport {};\n`);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function fileOf(block: string): string {
  return join(folder, `${block.replaceAll(/[/.:]/g, '-')}.ts`);
}

describe('the examples of the documentation', () => {
  it('are some', () => {
    expect(blocks.length).toBeGreaterThan(4);
  });

  it('compile, under the strictest settings', () => {
    const program = ts.createProgram(
      blocks.map(({ name }) => fileOf(name)),
      {
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        noEmit: true,
        skipLibCheck: true,
        allowImportingTsExtensions: true,
        resolveJsonModule: true,
        target: ts.ScriptTarget.ES2023,
        lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
        module: ts.ModuleKind.NodeNext,
        moduleResolution: ts.ModuleResolutionKind.NodeNext,
        types: ['node'],
        paths: packagePaths,
      },
    );
    const problems = ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
      const place = file && start !== undefined ? file.getLineAndCharacterOfPosition(start) : undefined;
      return `${file?.fileName ?? ''}:${(place?.line ?? 0) + 1} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
    expect(problems).toEqual([]);
  });

  it.each(blocks.filter(({ code }) => runsAlone(code)))('$name runs', async ({ name }) => {
    const env = { ...process.env, TSX_TSCONFIG_PATH: join(folder, 'tsconfig.json') };
    const run = promisify(execFile)(process.execPath, ['--import', 'tsx', fileOf(name)], { cwd: folder, env });
    await expect(run).resolves.toMatchObject({ stderr: '' });
  });
});

/** Those that start a sandbox of their own, and are no test for a runner. */
function runsAlone(code: string): boolean {
  return code.includes('await startSandbox(') && !/\b(test|it)\(/.test(code);
}
