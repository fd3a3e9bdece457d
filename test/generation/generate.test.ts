import { execFile } from 'node:child_process';
import { cp, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { generate, staleFiles } from '../../scripts/generation/generate.ts';
import { changedSpec } from './changed-spec.ts';

const root = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);
let work: string;

beforeAll(async () => {
  work = await realpath(await mkdtemp(join(tmpdir(), 'vbc-reports-generation-')));
});

afterAll(async () => {
  await rm(work, { recursive: true, force: true });
});

describe('npm run generate', () => {
  it('gives what is committed, byte for byte', async () => {
    const outputFolder = join(work, 'again');
    await generate({ specFolder: join(root, 'spec'), outputFolder });
    expect(await staleFiles(join(root, 'generated'), outputFolder)).toEqual([]);
  });

  it('fails where an action of the overlay matches nothing, and names it', async () => {
    const specFolder = await changedSpec(work, 'idle-action', 'overlay.yml', (text) =>
      text.replace('target: $.components.parameters.AccountID\n', 'target: $.components.parameters.AccountNumber\n'),
    );
    const outputFolder = join(work, 'idle-action-generated');
    await expect(generate({ specFolder, outputFolder })).rejects.toThrow(
      /match nothing[^]*\$\.components\.parameters\.AccountNumber/,
    );
  });
});

describe('npm run generate:check', () => {
  const check = (folder: string) =>
    run(process.execPath, ['--import', 'tsx', 'scripts/generate.ts', '--check'], { cwd: folder });

  it('names each stale file and the command that updates it, and exits with 1', async () => {
    const folder = join(work, 'check');
    for (const name of ['scripts', 'spec', 'generated', 'package.json', '.prettierrc.json']) {
      await cp(join(root, name), join(folder, name), { recursive: true });
    }
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, 'generated', 'types.ts'), 'export type Edited = "by hand";\n');
    await rm(join(folder, 'generated', 'known-values.ts'));
    await writeFile(join(folder, 'generated', 'of-an-older-document.ts'), '');
    await expect(check(folder)).rejects.toMatchObject({
      code: 1,
      stderr: [
        'generated/ is stale:',
        '  generated/known-values.ts',
        '  generated/of-an-older-document.ts',
        '  generated/types.ts',
        'Run `npm run generate` and commit the result.',
        '',
      ].join('\n'),
    });
  });
});
