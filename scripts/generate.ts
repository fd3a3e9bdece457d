// npm run generate: writes generated/ from spec/.
// npm run generate:check (--check): fails when generated/ is not what spec/ gives.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generate, staleFiles } from './generation/generate.ts';

const root = join(import.meta.dirname, '..');
const specFolder = join(root, 'spec');
const committedFolder = join(root, 'generated');

if (process.argv.includes('--check')) await check();
else await generate({ specFolder, outputFolder: committedFolder });

async function check(): Promise<void> {
  const freshFolder = await mkdtemp(join(tmpdir(), 'vbc-reports-check-'));
  try {
    await generate({ specFolder, outputFolder: freshFolder });
    const stale = await staleFiles(committedFolder, freshFolder);
    if (stale.length === 0) return;
    console.error(`generated/ is stale:\n${stale.map((file) => `  generated/${file}`).join('\n')}`);
    console.error('Run `npm run generate` and commit the result.');
    process.exitCode = 1;
  } finally {
    await rm(freshFolder, { recursive: true, force: true });
  }
}
