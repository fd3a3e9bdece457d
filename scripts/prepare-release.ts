// npm run release:prepare -- --folder FOLDER: what comes next of a release, and what it takes (CONTRIBUTING.md).
import { appendFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { prepareRelease } from './release/prepare-release.ts';
import { runIn } from './release/run-command.ts';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { folder: { type: 'string' } } });
if (values.folder === undefined) throw new Error('--folder FOLDER is missing');

const next = await prepareRelease(root, resolve(values.folder), runIn(root));
console.log(`Next: ${next}`);
const output = process.env.GITHUB_OUTPUT;
if (output !== undefined) await appendFile(output, `next=${next}\n`);
