// npm run generate:check: fails when generated/ is not what spec/ gives.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generate } from './generation/generate.ts';
import { staleFiles } from './generation/stale-files.ts';

const root = join(import.meta.dirname, '..');
const folder = await mkdtemp(join(tmpdir(), 'vbc-reports-check-'));
try {
  await generate({ specFolder: join(root, 'spec'), outputFolder: folder });
  const stale = await staleFiles(join(root, 'generated'), folder);
  if (stale.length > 0) {
    console.error(`generated/ is stale:\n${stale.map((file) => `  generated/${file}`).join('\n')}`);
    console.error('Run `npm run generate` and commit the result.');
    process.exitCode = 1;
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
