// npm run release:prepare -- --folder FOLDER: decides what comes next of a release and prepares it (CONTRIBUTING.md).
// npm run release:version: takes the waiting changelog entries into CHANGELOG.md and the version.
import { appendFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { explainNext, prepareRelease, runIn, takeVersion } from './release/release.ts';

const root = join(import.meta.dirname, '..');
const { values, positionals } = parseArgs({ options: { folder: { type: 'string' } }, allowPositionals: true });

if (positionals[0] === 'version') {
  console.log(`Version ${await takeVersion(root, runIn(root))}`);
} else {
  if (values.folder === undefined) throw new Error('--folder FOLDER is missing');
  const next = await prepareRelease(root, resolve(values.folder), runIn(root));
  console.log(explainNext[next]);
  await report('GITHUB_OUTPUT', `next=${next}\n`);
  await report('GITHUB_STEP_SUMMARY', `${explainNext[next]}\n`);
}

/** Appends to a file that GitHub Actions names in the environment. Elsewhere there is none. */
async function report(variable: string, line: string): Promise<void> {
  const file = process.env[variable];
  if (file !== undefined) await appendFile(file, line);
}
